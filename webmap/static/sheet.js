/* What lies at a point, in words: asked of the server, or of the files kept here where there is no
   server. Texts from data become text nodes, never markup. */
"use strict";

deslinde.addon((app) => {
  const { map, settings, container, element, filled } = app;
  const words = app.words.sheet;
  const look = { interactive: false, color: "#0b2e4f", weight: 4, fill: false, pane: "asked" };
  const halo = { ...look, color: "#ffffff", weight: 8 };
  map.createPane("asked").style.zIndex = 440;
  map.getPane("asked").style.pointerEvents = "none";
  const outlined = L.layerGroup().addTo(map);
  let turn = 0; // an answer that comes late is not shown over a newer one

  function outline(shape) {
    outlined.clearLayers();
    if (!shape) return;
    for (const style of [halo, look]) L.geoJSON(shape, { style, ...style }).addTo(outlined);
  }

  // --- what it says -------------------------------------------------------------------------

  function facts(rows) {
    const list = element("dl", null, "datos");
    for (const [label, value] of rows) list.append(element("dt", label), element("dd", value));
    return list;
  }

  function sentences(flags) {
    const list = element("ul", null, "oraciones");
    for (const flag of flags) {
      const line = element("li", flag.text);
      line.append(" ", element("small", filled(words.priority, flag), "codigo"));
      list.append(line);
    }
    return list;
  }

  function link(address, text, className) {
    const made = element("a", text, className);
    made.href = address;
    if (window.top !== window) Object.assign(made, { target: "_blank", rel: "noopener" });
    return made;
  }

  function ofPair(pair) {
    const part = element("section", null, "par");
    const title = element("h3");
    title.append(link(pair.url, pair.name));
    part.append(title, element("p", pair.called, "llamado"), facts(pair.rows));
    if (pair.yes.length) part.append(element("h4", words.yes), sentences(pair.yes));
    if (pair.unknown.length) {
      const folded = element("details");
      folded.append(
        element("summary", filled(words.unknown, { n: pair.unknown.length })),
        sentences(pair.unknown),
      );
      part.append(folded);
    }
    if (pair.overlap_url) part.append(link(pair.overlap_url, words.overlap_page, "mas"));
    part.append(link(pair.url, words.territory_page, "mas"));
    return part;
  }

  /* A finger reaches what is beside the point: that is never said to be at it. */
  const beside = (one) => one.near || one.distance_m > 0;

  function away(one, sentence) {
    if (!(one.distance_m > 0)) return [];
    return [" ", element("small", filled(sentence, { m: app.number(Math.ceil(one.distance_m)) }))];
  }

  function ofRight(one, shared) {
    const folded = element("details", null, "derecho");
    const summary = element("summary");
    summary.append(element("strong", one.name), ` · ${one.code}`);
    summary.append(...away(one, shared ? words.overlap_away : words.away));
    folded.append(summary);
    if (one.pairs.length > 1) {
      folded.append(element("p", filled(words.pairs, { n: one.pairs.length }), "cuenta"));
    }
    for (const pair of one.pairs) folded.append(ofPair(pair));
    folded.append(element("h3", words.the_right), facts(one.rows));
    if (one.url) folded.append(link(one.url, words.right_page, "mas"));
    return folded;
  }

  function ofLand(one) {
    const line = element("li");
    line.append(
      link(one.url, one.name),
      element("span", ` ${one.called}. `),
      element("small", filled(words.rights_on_it, { n: one.pairs })),
      ...away(one, words.away),
    );
    return line;
  }

  function ofLands(lands, heading) {
    if (!lands.length) return [];
    const list = element("ul", null, "lugares");
    list.append(...lands.map(ofLand));
    return [element("h2", heading), list];
  }

  /* right, land: the keys of what a link or a result means; the right on top where none is. */
  function ofPoint(found, { right, land }) {
    const sheet = element("div");
    const rights = [...found.overlapping, ...found.others];
    const first = land ? null : rights.find((one) => one.key === right) || rights[0];
    const shown = (one) => {
      const part = ofRight(one, found.overlapping.includes(one));
      part.open = one === first;
      part.addEventListener("toggle", (event) => {
        if (event.target !== part || !part.open) return;
        highlight(one.key);
        app.state.set({ derecho: one.key });
      });
      return part;
    };
    if (found.kept) sheet.append(element("p", words.kept, "nota"));
    if (found.overlapping.length) {
      const said = found.overlapping.some(beside) ? words.overlapping_near : words.overlapping;
      sheet.append(element("h2", filled(said, { n: found.overlapping.length })));
      sheet.append(...found.overlapping.map(shown));
    }
    if (found.territories.length) {
      const here = found.territories.filter((one) => !beside(one));
      sheet.append(...ofLands(here, words.territories));
      sheet.append(...ofLands(found.territories.filter(beside), words.territories_near));
      if (!first) highlight(null, land || found.territories[0].key);
    }
    if (found.others.length) {
      const said = found.others.some(beside) ? words.others_near : words.others;
      sheet.append(element("h2", said), ...found.others.map(shown));
    }
    if (found.more) sheet.append(element("p", filled(words.more, { n: found.more }), "nota"));
    if (!rights.length && !found.territories.length) sheet.append(element("p", words.nothing));
    return sheet;
  }

  // --- asking -------------------------------------------------------------------------------

  function why(error) {
    return error instanceof TypeError ? words.failed : error.message; // fetch's own is no sentence
  }

  function answered(asked) {
    if (settings.static && !settings.small) return deslinde.kept.point(app, asked);
    return app.ask(settings.addresses.punto, asked).catch((error) => {
      if (!(error instanceof TypeError)) throw error;
      return deslinde.kept.point(app, asked); // no server in reach
    });
  }

  function tell(latlng, wanted = {}) {
    const { lng, lat } = latlng.wrap();
    const seleccion = deslinde.choice.onMap(app.selection());
    const sheet = element("div", null, "ficha");
    const place = element("div", words.loading);
    place.setAttribute("role", "status");
    if (settings.illustrative) sheet.append(element("p", words.illustrative, "ilustrativo"));
    sheet.append(place, deslinde.coordinates(app, latlng));
    if (app.toolbar && app.toolbar.across()) app.toolbar.close(); // it would lie over the sheet
    sheet.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape") return;
      map.closePopup();
      container.focus({ preventScroll: true });
    });
    const { fit } = app.open(latlng, sheet);
    const now = (turn += 1);
    outline(null);
    return answered({ lon: lng, lat, zoom: map.getZoom(), seleccion })
      .then((found) => ofPoint(found, wanted), (error) => element("p", why(error), "fallo"))
      .then((said) => {
        if (now !== turn) return;
        place.replaceChildren(said);
        fit();
      });
  }

  // --- from an address, or from the search box -----------------------------------------------

  function zoomTo([west, south, east, north]) {
    const corners = [[south, west], [north, east]];
    const free = app.toolbar ? app.toolbar.free() : { padding: [30, 30] };
    map.fitBounds(corners, { ...free, maxZoom: 15, animate: false });
  }

  /* Box, point and outline of a right, of a territory, or of what both share. */
  function contour(derecho, territorio) {
    const here = app.find && app.find(derecho, territorio);
    if (here) return Promise.resolve(here);
    if (settings.static) return deslinde.kept.where(app, derecho, territorio);
    const wanted = Object.entries({ derecho, territorio }).filter(([, key]) => key);
    const { contorno } = settings.addresses;
    return app.ask(contorno, { ...Object.fromEntries(wanted), zoom: map.getZoom() });
  }

  function highlight(right, land) {
    const now = turn;
    contour(right, land)
      .then(({ shape }) => now === turn && outline(shape))
      .catch(() => outline(null)); // what was asked is still told in words
  }

  /* Zooms to a right (to its overlap with a territory, where one is named) and opens it. */
  function toRight(key, land) {
    return contour(key, land)
      .then(({ bbox, point }) => {
        zoomTo(bbox);
        return tell(L.latLng(point[1], point[0]), { right: key });
      })
      .catch((error) => app.status(why(error)));
  }

  function toLand(key) {
    return contour(null, key)
      .then(({ bbox, point }) => {
        zoomTo(bbox);
        return tell(L.latLng(point[1], point[0]), { land: key });
      })
      .catch((error) => app.status(why(error)));
  }

  function follow() {
    const [right, land] = [app.state.get("derecho"), app.state.get("territorio")];
    if (right) toRight(right, land);
    else if (land) toLand(land);
  }

  map.on("click", ({ latlng }) => deslinde.tracing || tell(latlng));
  container.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || document.activeElement !== container || deslinde.tracing) return;
    tell(map.getCenter());
  });
  map.on("popupclose", () => {
    turn += 1;
    outline(null);
    app.state.set({ derecho: null });
  });
  app.onLink(follow);
  app.sheet = { tell, toRight, toLand, zoomTo, why, facts };
  follow();
});
