/* The map from tiles: protomaps-leaflet under Folium draws them, this file says how. What is put
   away is left out when a tile is painted, by its look; what is not chosen, by its number in the
   columns of all rights. */
"use strict";

deslinde.addon((app) => {
  const { map, settings, words, container } = app;
  if (settings.small) return;
  const { choice } = deslinde;
  const HALF = 1; // a tile of the archive covers two by two tiles of the screen
  const SHAPES_FROM = settings.shapes_from + HALF;
  const OUTLINES_FROM = 10;
  const FINER = 4; // a square of zoom z is a tile of zoom z + 4
  const looks = deslinde.looks(app);
  let wanted = choice.onMap(app.selection());
  let chosen = null; // { rights, pairs }: which are in, once the columns of all rights are here
  let counts = null; // (zoom, column, row) of a square -> its rights that are in
  let missed = false;

  app.near = () => Math.round(map.getZoom()) >= SHAPES_FROM;

  // --- tiles ------------------------------------------------------------------------------------

  function covers({ bounds: [west, south, east, north], minzoom, maxzoom }, z, x, y) {
    const lng = (tile) => (tile / 2 ** z) * 360 - 180;
    const lat = (tile) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * tile) / 2 ** z))) * 180) / Math.PI;
    const meets = lng(x + 1) > west && lng(x) < east && lat(y) > south && lat(y + 1) < north;
    return z >= minzoom && z <= maxzoom && meets;
  }

  /* Stands where protomaps-leaflet expects an archive: what is not there is not asked for, and a
     tile that did not come is drawn empty and said so. */
  function archive(of) {
    const getZxy = async (z, x, y, signal) => {
      if (!covers(of, z, x, y)) return undefined;
      const address = of.address.replace("{z}", z).replace("{x}", x).replace("{y}", y);
      try {
        const answer = await fetch(address, { signal, credentials: "omit" });
        if (answer.status === 410) app.left();
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.status === 204 ? undefined : { data: await answer.arrayBuffer() };
      } catch (error) {
        if (error.name === "AbortError") throw error;
        missed = true;
        return undefined;
      }
    };
    return { url: { getZxy }, maxDataZoom: of.maxzoom, levelDiff: HALF };
  }

  // --- what is painted --------------------------------------------------------------------------

  /* Nothing is shown as chosen before that is known. Tiles made before the rights had numbers say
     of each whatever a filter asks. */
  function held(props, which, number) {
    if (choice.empty(wanted)) return true;
    if (number === undefined) return choice.holds(wanted, props, settings.terms);
    return chosen !== null && chosen[which][number] === 1;
  }

  const FILTERS = {
    territories: (_, { props }) => !app.hidden(props.look),
    concessions: (_, { props }) => !app.hidden(`c-${props.kind}`) && held(props, "rights", props.o),
    overlaps: (_, { props }) => !app.hidden(`o-${props.cls}`) && held(props, "pairs", props.p),
    cells: () => !app.hidden("cells") && (choice.empty(wanted) || counts !== null),
  };
  const PAINT = {
    territories: (pen, rings, z, { props }) => looks.paint(pen, rings, props.look, undefined, z < OUTLINES_FROM),
    concessions: (pen, rings, z, { props }) =>
      looks.paint(pen, rings, `c-${props.kind}`, props.status, z < OUTLINES_FROM),
    overlaps: (pen, rings, z, { props }) => looks.paint(pen, rings, `o-${props.cls}`, undefined, z < OUTLINES_FROM),
    cells: (pen, rings, z, { props }) => {
      const { n, all } = counts ? counts(z - HALF, props.x, props.y) : props;
      looks.square(pen, rings, n, all);
    },
  };

  function rule(dataLayer, more) {
    return {
      dataSource: "datos",
      dataLayer,
      filter: FILTERS[dataLayer],
      symbolizer: { draw: PAINT[dataLayer] },
      ...more,
    };
  }

  const ground = deslinde.ground(app);
  const sources = Object.fromEntries(
    Object.entries(app.archives).map(([name, of]) => [name, archive(of)]),
  );
  const layer = protomapsL.leafletLayer({
    sources,
    attribution: "",
    devicePixelRatio: Math.min(window.devicePixelRatio || 1, 2),
    paintRules: [
      ...ground.paint,
      rule("territories"),
      rule("cells", { maxzoom: SHAPES_FROM - 1 }),
      rule("concessions", { minzoom: SHAPES_FROM }),
      rule("overlaps", { minzoom: SHAPES_FROM }),
    ],
    labelRules: ground.labels(FILTERS.territories),
  });

  // --- what changes -----------------------------------------------------------------------------

  let due = false;
  function repainted() {
    due = false;
    layer.clearLayout();
    const turns = Object.entries(layer._tiles).map(([key, { el }]) => {
      const coords = layer._wrapCoords(layer._keyToTileCoords(key));
      return layer.renderTile(coords, el, layer._tileCoordsToKey(coords));
    });
    Promise.all(turns).then(() => {
      container.dataset.painted = String(Number(container.dataset.painted || 0) + 1);
    });
  }

  /* Once for all that changes within a frame. */
  app.repaint = () => {
    if (!due) requestAnimationFrame(repainted);
    due = true;
  };
  /* What the columns of all rights say: which rows are in, and how many in each square. */
  app.choose = (some, squares) => {
    chosen = some;
    counts = squares;
    app.repaint();
  };
  app.onSelection((sel) => {
    wanted = choice.onMap(sel);
    chosen = counts = null;
    app.repaint();
  });
  /* The square of the far view that a point lies in: { n, all } with { ha, unknown }, or with the
     rows of a filter's rights; null where none is. */
  app.square = (point) => {
    const zoom = Math.round(map.getZoom()) - HALF;
    const at = map.project(point, zoom + FINER).divideBy(256).floor();
    const tile = layer.views.get("datos").tileCache.cache.get(`${at.x >> FINER}:${at.y >> FINER}:${zoom}`);
    const cells = (tile && tile.data.get("cells")) || [];
    const found = cells.find(({ props }) => props.x === at.x && props.y === at.y);
    if (app.near() || !found || app.hidden("cells")) return null;
    return counts ? counts(zoom, at.x, at.y) : found.props;
  };
  map.on("click", async ({ latlng }) => {
    const square = app.square(latlng);
    if (!square) return;
    const { n, all, rows } = square;
    try {
      const { ha, unknown } = rows ? await app.hectares(rows) : square;
      const told = { n: app.number(n), all: app.number(all), ha: app.number(ha), unknown: app.number(unknown || 0) };
      app.status(app.filled(unknown ? `${words.in_square} ${words.in_square_unknown}` : words.in_square, told));
    } catch {
      app.status(words.failed);
    }
  });
  function tell() {
    const sentence = app.near() ? words.drawn : words.drawn_far;
    const filtered = choice.empty(wanted) ? "" : ` ${words.filtered}`;
    app.status(missed ? words.failed : sentence + filtered);
  }
  app.onSelection(tell);
  layer.on("loading", () => {
    missed = false;
  });
  layer.on("load", () => {
    tell();
    app.drawn();
  });
  layer.addTo(map);
  container.dataset.tiles = "yes";
});
