/* What every right is found by, in columns, fetched once a filter is set: how many rights are in,
   which, and how many in each square of the far view. The rows are numbered as the tiles number
   them. */
"use strict";

deslinde.addon((app) => {
  const { map, settings, container } = app;
  const { choice } = deslinde;
  if (settings.small || !settings.addresses.indice) return;
  const FINER = 4; // a square of zoom z is a tile of zoom z + 4
  const heard = [];
  const asked = {};
  let turn = 0;

  function once(name, made) {
    if (!asked[name]) {
      asked[name] = app.get(settings.addresses[name]).then(made);
      asked[name].catch(() => {
        delete asked[name]; // who needs it next asks again
      });
    }
    return asked[name];
  }

  /* A column of webmap/public/index.py: its list, and each row's number in it. */
  function column({ list, wide, rows }, digits) {
    const worth = new Uint8Array(128);
    for (let i = 0; i < digits.length; i++) worth[digits.charCodeAt(i)] = i;
    const count = rows.length / wide;
    const codes = new Uint32Array(count);
    for (let i = 0; i < rows.length; i++) {
      codes[i % count] = codes[i % count] * digits.length + worth[rows.charCodeAt(i)];
    }
    return { list, codes };
  }

  function unpacked({ zoom, digits, shares, rights, pairs }) {
    const of = Object.fromEntries(
      Object.entries({ ...rights, what: pairs.what }).map(([name, one]) => [name, column(one, digits)]),
    );
    const rows = of.kind.codes.length;
    const right = new Uint32Array(of.what.codes.length); // of each overlap
    const n = new Uint8Array(rows); // whether a right shares anything with a territory
    const shared = of.what.list.map(([cls]) => shares.includes(cls));
    let pair = 0;
    for (let row = 0; row < rows; row++) {
      for (let left = of.pairs.list[of.pairs.codes[row]]; left > 0; left--) {
        right[pair] = row;
        if (shared[of.what.codes[pair]]) n[row] = 1;
        pair += 1;
      }
    }
    return { zoom, rows, of, right, n };
  }

  /* For each row whether it passes one column's own question. */
  function coded({ list, codes }, question) {
    const passes = list.map(question);
    return (row) => passes[codes[row]];
  }

  function granted({ fy, gy }, row) {
    const years = gy.list[gy.codes[row]];
    return years === null || years > 999 ? years : fy.list[fy.codes[row]] + years;
  }

  function rightsIn(wanted, { of, rows }) {
    const tests = [];
    const test = (name, told, right) => {
      if (wanted[name] === undefined) return;
      const one = { [name]: wanted[name] };
      tests.push(coded(told, (word) => choice.ofRight(one, right(word))));
    };
    test("departamento", of.place, ([, , dep]) => ({ dep }));
    test("tipo", of.kind, (kind) => ({ kind }));
    test("estado", of.status, (status) => ({ status }));
    if (choice.YEARS.some((name) => wanted[name] !== undefined)) {
      const years = choice.only(wanted, choice.YEARS);
      tests.push((row) => choice.ofRight(years, { fy: of.fy.list[of.fy.codes[row]], gy: granted(of, row) }));
    }
    const held = new Uint8Array(rows);
    for (let row = 0; row < rows; row++) held[row] = tests.every((passes) => passes(row)) ? 1 : 0;
    return held;
  }

  /* Which rights and which overlaps are in. */
  function held(wanted, all) {
    const own = rightsIn(wanted, all);
    const asks = choice.only(wanted, choice.OF_PAIR);
    const { list, codes } = all.of.what;
    const passes = list.map(([cls, yes, pr]) => choice.ofPair(asks, { cls, yes, pr }, settings.terms));
    const pairs = codes.map((code, i) => (own[all.right[i]] && passes[code] ? 1 : 0));
    if (choice.empty(asks)) return { rights: own, pairs };
    const rights = new Uint8Array(own.length);
    pairs.forEach((yes, i) => {
      if (yes) rights[all.right[i]] = 1;
    });
    return { rights, pairs };
  }

  /* (zoom, column, row) -> how many of the rights that are in lie in that square, and which. */
  function squares(all, rights) {
    const byZoom = new Map();
    const { list, codes } = all.of.place;
    const counted = (zoom) => {
      const cells = new Map();
      const steps = all.zoom - (zoom + FINER);
      const spots = list.map(([x, y]) => `${x >> steps} ${y >> steps}`);
      rights.forEach((yes, row) => {
        if (!yes) return;
        const spot = spots[codes[row]];
        if (!cells.has(spot)) cells.set(spot, { n: 0, all: 0, rows: [] });
        const cell = cells.get(spot);
        cell.all += 1;
        cell.n += all.n[row];
        cell.rows.push(row);
      });
      return cells;
    };
    return (zoom, x, y) => {
      if (!byZoom.has(zoom)) byZoom.set(zoom, counted(zoom));
      return byZoom.get(zoom).get(`${x} ${y}`) || { n: 0, all: 0, rows: [] };
    };
  }

  /* The hectares of some rights under territories, and of how many nobody knows them. */
  app.hectares = (rows) =>
    Promise.all([once("indice", unpacked), once("hectareas", ({ ha }) => ha)]).then(([{ n }, ha]) => ({
      ha: rows.reduce((sum, row) => sum + (ha[row] || 0), 0),
      unknown: rows.filter((row) => n[row] && ha[row] === null).length,
    }));

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
    if (!asked.indice) tell("counting");
    once("indice", unpacked)
      .then((all) => {
        if (now !== turn) return;
        const some = held(wanted, all);
        app.choose(some, squares(all, some.rights));
        tell("counted", some.rights.reduce((sum, one) => sum + one, 0), all.rows);
      })
      .catch(() => {
        if (now !== turn) return;
        tell("failed");
        map.once("moveend", () => now === turn && choose(app.selection()));
      });
  }

  /* fn(state, count, all): "none" asked, "counting", "counted", "failed". */
  app.onCount = (fn) => heard.push(fn);
  app.onSelection(choose);
  app.ready(() => choose(app.selection()));
});
