/* What changed since an older release: outlines on the map, and a list that zooms to them. */
"use strict";

deslinde.addon((app) => {
  const { map, settings, element, filled, number } = app;
  if (!app.toolbar || settings.static || !settings.addresses.cambios) return;
  const words = app.words.compare;
  const MOST_LISTED = 100;
  const pane = map.createPane("changes");
  pane.style.zIndex = 430;
  pane.style.pointerEvents = "none";
  const renderer = L.svg({ pane: "changes", padding: 0.5 });
  const LOOKS = {
    new: { color: "#7a3b00", weight: 4, dashArray: null },
    changed: { color: "#3d1a78", weight: 4, dashArray: "2 6" },
  };
  const marks = L.layerGroup();
  let turn = 0;

  function mark(kind, entries) {
    for (const { bbox } of entries) {
      if (!bbox) continue;
      const [west, south, east, north] = bbox;
      L.rectangle([[south, west], [north, east]], {
        ...LOOKS[kind], fill: false, interactive: false, pane: "changes", renderer,
      }).addTo(marks);
    }
  }

  function entry(one) {
    const line = element("li");
    const button = element("button", one.name || one.label || one.code, "enlace");
    button.type = "button";
    button.addEventListener("click", () => {
      app.sheet.zoomTo(one.bbox);
      map.getContainer().focus({ preventScroll: true });
    });
    line.append(button);
    for (const text of [one.sub, ...(one.changes || [])]) {
      if (text) line.append(" ", element("small", text));
    }
    return line;
  }

  function listed(kind, entries) {
    if (!entries.length) return [element("p", words[`no_${kind}`])];
    const title = element("h3", filled(words[kind], { n: number(entries.length) }), `cambio-${kind}`);
    const list = element("ul", null, "cambios");
    list.append(...entries.slice(0, MOST_LISTED).map(entry));
    const rest = entries.length - MOST_LISTED;
    return rest > 0
      ? [title, list, element("p", filled(words.rest, { n: number(rest) }), "nota")]
      : [title, list];
  }

  function show(found, id) {
    for (const kind of Object.keys(LOOKS)) mark(kind, found[kind]);
    const page = element("a", words.page, "mas");
    page.href = filled(settings.addresses.cambios_pagina, { key: id });
    const { rights, territories } = found.gone;
    return [
      ...listed("new", found.new),
      ...listed("changed", found.changed),
      element("p", filled(words.gone_rights, { n: number(rights) })),
      element("p", filled(words.gone_territories, { n: number(territories) })),
      element("p", words.gone_why, "nota"),
      page,
    ];
  }

  function asking(older) {
    if (!older.length) return [element("p", words.none)];
    const label = element("label", words.since);
    const list = element("select");
    list.id = "desde";
    label.htmlFor = list.id;
    for (const { id, name } of older) {
      const one = element("option", name);
      one.value = id;
      list.append(one);
    }
    const button = element("button", words.show, "principal");
    button.type = "button";
    const result = element("div", null, "hallazgos");
    result.setAttribute("aria-live", "polite");
    button.addEventListener("click", () => {
      const now = (turn += 1);
      const id = list.value;
      result.replaceChildren(element("p", words.loading));
      app.get(filled(settings.addresses.cambios, { key: id })).then(
        (found) => now === turn && result.replaceChildren(...show(found, id)),
        (error) => now === turn && result.replaceChildren(element("p", app.sheet.why(error), "fallo")),
      );
      marks.clearLayers();
    });
    return [label, list, button, element("p", words.note, "nota"), result];
  }

  function make() {
    const body = element("div");
    const now = (turn += 1);
    body.append(element("p", words.loading));
    app.get(settings.addresses.publicaciones).then(
      (older) => now === turn && body.replaceChildren(...asking(older)),
      (error) => now === turn && body.replaceChildren(element("p", app.sheet.why(error), "fallo")),
    );
    return body;
  }

  app.toolbar.add({
    name: "compare",
    label: words.label,
    make,
    opened: () => marks.addTo(map),
    closed: () => {
      turn += 1;
      marks.clearLayers().remove();
    },
  });
});
