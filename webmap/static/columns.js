/* The facets of every right in columns, fetched once a filter is set: how many rights are in, which,
   and how many in each square of the far view. */
"use strict";

deslinde.addon((app) => {
  const { settings, container } = app;
  const { choice } = deslinde;
  if (settings.small || !settings.addresses.indice) return;
  const FINER = 4; // a square of zoom z is a tile of zoom z + 4
  const heard = [];
  let asked = null;
  let turn = 0;

  function columns() {
    asked = asked || app.get(settings.addresses.indice).then(unpacked);
    asked.catch(() => {
      asked = null; // the next filter asks again
    });
    return asked;
  }

  /* What was said once for many, and what follows from something else, row by row. */
  function unpacked(told) {
    const { place, what } = told.lists;
    const dep = [...new Set(place.map((one) => one[2]))];
    const deps = place.map((one) => dep.indexOf(one[2]));
    const shares = what.map(([cls]) => ["overlap", "sliver", "indeterminate"].includes(cls));
    const n = new Uint32Array(told.place.length);
    let row = 0;
    const r = told.pairs.r.map((step, i) => {
      row += step;
      if (shares[told.pairs.what[i]]) n[row] += 1;
      return row;
    });
    return {
      ...told,
      lists: { ...told.lists, dep },
      x: told.place.map((one) => place[one][0]),
      y: told.place.map((one) => place[one][1]),
      dep: told.place.map((one) => deps[one]),
      gy: told.gy.map((years, i) => (years === null || years > 999 ? years : told.fy[i] + years)),
      n,
      pairs: { r, what: told.pairs.what },
    };
  }

  /* For each row whether it passes one column's own question. */
  function coded(codes, list, question) {
    const passes = list.map(question);
    return (row) => passes[codes[row]];
  }

  function rightsIn(wanted, all) {
    const { lists } = all;
    const tests = [];
    const of = (name, column) => {
      if (wanted[name] === undefined) return;
      const one = { [name]: wanted[name] };
      tests.push(coded(all[column], lists[column], (word) => choice.ofRight(one, { [column]: word })));
    };
    of("departamento", "dep");
    of("tipo", "kind");
    of("estado", "status");
    if (choice.YEARS.some((name) => wanted[name] !== undefined)) {
      const years = choice.only(wanted, choice.YEARS);
      tests.push((row) => choice.ofRight(years, { fy: all.fy[row], gy: all.gy[row] }));
    }
    const rows = all.kind.length;
    const held = new Uint8Array(rows);
    for (let row = 0; row < rows; row++) held[row] = tests.every((passes) => passes(row)) ? 1 : 0;
    return held;
  }

  function pairsIn(wanted, { pairs, lists }, held) {
    const asks = choice.only(wanted, choice.OF_PAIR);
    if (choice.empty(asks)) return held;
    const some = new Uint8Array(held.length);
    const passes = lists.what.map(([cls, yes, pr]) => choice.ofPair(asks, { cls, yes, pr }, settings.terms));
    for (let i = 0; i < pairs.r.length; i++) {
      if (held[pairs.r[i]] && passes[pairs.what[i]]) some[pairs.r[i]] = 1;
    }
    return some;
  }

  /* (zoom, column, row) -> how many of the rights that are in lie in that square. */
  function squares(all, held) {
    const byZoom = new Map();
    const counted = (zoom) => {
      const cells = new Map();
      const steps = all.zoom - (zoom + FINER);
      for (let row = 0; row < held.length; row++) {
        if (!held[row]) continue;
        const spot = `${all.x[row] >> steps} ${all.y[row] >> steps}`;
        const cell = cells.get(spot) || { n: 0, all: 0, ha: 0, unknown: 0 };
        cell.all += 1;
        cell.ha += all.ha[row] || 0;
        if (all.n[row] > 0) {
          cell.n += 1;
          if (all.ha[row] === null) cell.unknown += 1;
        }
        cells.set(spot, cell);
      }
      return cells;
    };
    return (zoom, x, y) => {
      if (!byZoom.has(zoom)) byZoom.set(zoom, counted(zoom));
      return byZoom.get(zoom).get(`${x} ${y}`) || { n: 0, all: 0, ha: 0, unknown: 0 };
    };
  }

  function tell(state, count, all) {
    container.dataset.matching = count === undefined ? "" : String(count);
    for (const fn of heard) fn(state, count, all);
  }

  function choose(sel) {
    const now = (turn += 1);
    const wanted = choice.onMap(sel);
    if (choice.empty(wanted)) {
      tell("none");
      return;
    }
    if (!asked) tell("counting");
    columns()
      .then((all) => {
        if (now !== turn) return;
        const held = pairsIn(wanted, all, rightsIn(wanted, all));
        app.choose(held, squares(all, held));
        tell("counted", held.reduce((sum, one) => sum + one, 0), held.length);
      })
      .catch(() => now === turn && tell("failed"));
  }

  /* fn(state, count, all): "none" asked, "counting", "counted", "failed". */
  app.onCount = (fn) => heard.push(fn);
  app.onSelection(choose);
  app.ready(() => choose(app.selection()));
});
