/* The small drawer: draws whole layers, for a folder on a stick and for files opened without a
   server, and answers there what lies at a point. A plain script puts the layers into
   deslinde.data. */
"use strict";

deslinde.addon((app) => {
  const { map, settings, words, container, element } = app;
  if (!settings.small) return;
  const { shape, inside, closeTo, middle } = deslinde.within;
  const { choice } = deslinde;
  const LAYERS = ["territories", "concessions", "overlaps"];
  const LABELS_FROM_ZOOM = 10;
  const OUTLINES_FROM_ZOOM = 9;
  const MOST_LABELS = 40;
  const LABEL_PX = [150, 52]; // what the name of a territory takes on the screen
  const looks = deslinde.looks(app);
  const kept = { territories: [], concessions: [], overlaps: [] };
  const drawn = []; // [shape, path], in the order of drawing
  const names = L.layerGroup().addTo(map);
  let thin = false;

  function layer(name) {
    return Promise.resolve(deslinde.data[name]);
  }

  function wanted({ properties }) {
    if (app.hidden(properties.look)) return false;
    if (properties.tenure !== undefined || !("kind" in properties)) return true;
    return choice.holds(choice.onMap(app.selection()), properties, settings.terms);
  }

  // --- what is at a point -----------------------------------------------------------------------

  function at(point, zoom) {
    const hit = (one) => wanted(one) && inside(one, point.lng, point.lat);
    let pairs = kept.overlaps.filter(hit);
    if (!pairs.length) {
      pairs = kept.overlaps.filter((one) => wanted(one) && closeTo(map, one, point, zoom));
    }
    const rights = new Set(pairs.map((one) => one.properties.concession));
    const lands = new Set(pairs.map((one) => one.properties.territory));
    const told = (one) => deslinde.data.rights[one.properties.key];
    return {
      lon: point.lng,
      lat: point.lat,
      overlapping: kept.concessions.filter((one) => rights.has(one.properties.key)).map(told),
      others: kept.concessions.filter((one) => !rights.has(one.properties.key) && hit(one)).map(told),
      territories: kept.territories
        .filter((one) => lands.has(one.properties.key) || hit(one))
        .map((one) => one.properties),
    };
  }

  /* Where a right or a territory lies: box, a point inside and outline, null where it is not here. */
  app.find = (right, land) => {
    const shared = kept.overlaps.find(
      ({ properties }) =>
        (!right || properties.concession === right) && (!land || properties.territory === land),
    );
    const found = right
      ? shared || kept.concessions.find((one) => one.properties.key === right)
      : kept.territories.find((one) => one.properties.key === land);
    if (!found) return null;
    const { lng, lat } = middle(found);
    const coordinates = found.parts;
    return { bbox: found.box, point: [lng, lat], shape: { type: "MultiPolygon", coordinates } };
  };

  // --- drawing ----------------------------------------------------------------------------------

  function put(name, features) {
    const canvas = name === "concessions";
    const pen = canvas && document.createElement("canvas").getContext("2d");
    const renderer = (canvas ? L.canvas : L.svg)({ pane: name, padding: 0.3 });
    const all = features.map(shape);
    const extent = ({ box: [w, s, e, n] }) => (e - w) * (n - s);
    all.sort((a, b) => extent(b) - extent(a)); // the small ones on top
    for (const one of all) {
      const { look, status } = one.properties;
      const options = { ...looks.asPath(look, pen), pane: name, renderer };
      if (canvas) options.dashArray = settings.dashes[status] || null;
      const rings = one.parts.map((part) => L.GeoJSON.coordsToLatLngs(part, 1));
      const path = L.polygon(rings, { ...options, ownDash: options.dashArray });
      drawn.push([one, path]);
    }
    kept[name] = all;
  }

  function repaint() {
    for (const [one, path] of drawn) {
      const shown = wanted(one);
      if (shown && !map.hasLayer(path)) path.addTo(map);
      else if (!shown && map.hasLayer(path)) path.remove();
    }
    for (const name of LAYERS) container.dataset[name] = String(kept[name].filter(wanted).length);
    label();
  }

  function outlines() {
    const far = map.getZoom() < OUTLINES_FROM_ZOOM;
    if (far === thin) return;
    thin = far;
    for (const [one, path] of drawn) {
      if (!one.properties.look.startsWith("c-")) continue;
      const { width } = settings.looks[one.properties.look];
      path.setStyle({ weight: far ? 0.7 : width, dashArray: far ? null : path.options.ownDash });
    }
  }

  function fits(one, taken) {
    const [west, south, east, north] = one.box;
    const low = map.latLngToContainerPoint([south, west]);
    const high = map.latLngToContainerPoint([north, east]);
    const spot = map.latLngToContainerPoint(one.middle);
    if (high.x - low.x < LABEL_PX[0] * 0.6) return false;
    const free = taken.every(
      (other) => Math.abs(other.x - spot.x) > LABEL_PX[0] || Math.abs(other.y - spot.y) > LABEL_PX[1],
    );
    if (free) taken.push(spot);
    return free;
  }

  function label() {
    names.clearLayers();
    if (map.getZoom() < LABELS_FROM_ZOOM) return;
    const seen = map.getBounds();
    const shown = kept.territories.filter(
      (one) => wanted(one) && seen.contains(one.middle || (one.middle = middle(one))),
    );
    const taken = [];
    for (const one of shown.slice(0, MOST_LABELS)) {
      if (!fits(one, taken)) continue;
      L.tooltip({ permanent: true, direction: "center", className: "rotulo", pane: "overlaps" })
        .setLatLng(one.middle)
        .setContent(element("span", one.properties.name))
        .addTo(names);
    }
  }

  if (deslinde.data.rights) {
    app.answers.set(settings.addresses.punto, ({ lon, lat, zoom }) => at(L.latLng(lat, lon), zoom));
  }
  Promise.all(LAYERS.map(layer))
    .then((all) => {
      LAYERS.forEach((name, i) => put(name, all[i].features));
      outlines();
      repaint();
      app.status(words.drawn);
    })
    .catch(() => app.status(words.failed))
    .then(app.drawn);
  app.onSelection(repaint);
  map.on("moveend", label);
  map.on("zoomend", outlines);
});
