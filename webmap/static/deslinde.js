/* The map in the browser: draws what the server prepared, and says in plain text what lies at a
   point. Folium's script calls deslinde.begin and then layer once for each layer.
   Texts from data become text nodes, never markup. */
"use strict";

const deslinde = (() => {
  const NEAR_PX = 7; // a strip thinner than a finger can still be asked
  const LABELS_FROM_ZOOM = 10;
  const OUTLINES_FROM_ZOOM = 9;
  const MOST_LABELS = 40;
  const LABEL_PX = [150, 52]; // what the name of a territory takes on the screen

  // --- small things -------------------------------------------------------------------------

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text !== undefined && text !== null) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function filled(sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

  function addressed(base, key) {
    return `${base}${encodeURIComponent(key)}.json`;
  }

  // --- where a point lies -------------------------------------------------------------------

  function polygons(geometry) {
    if (!geometry) return [];
    return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  }

  function boxOf(parts) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const rings of parts) {
      for (const [x, y] of rings[0]) {
        if (x < box[0]) box[0] = x;
        if (y < box[1]) box[1] = y;
        if (x > box[2]) box[2] = x;
        if (y > box[3]) box[3] = y;
      }
    }
    return box;
  }

  function inBox(box, x, y, margin) {
    return x >= box[0] - margin && x <= box[2] + margin && y >= box[1] - margin && y <= box[3] + margin;
  }

  function inRing(ring, x, y) {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i];
      const [xj, yj] = ring[j];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
    return inside;
  }

  function inside(one, x, y) {
    if (!inBox(one.box, x, y, 0)) return false;
    return one.parts.some(
      (rings) => inRing(rings[0], x, y) && !rings.slice(1).some((hole) => inRing(hole, x, y)),
    );
  }

  function toSegment(p, a, b) {
    const dx = b.x - a.x;
    const dy = b.y - a.y;
    const along = dx || dy ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy) : 0;
    const t = Math.max(0, Math.min(1, along));
    return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
  }

  function closeTo(map, one, point, margin) {
    if (!inBox(one.box, point.lng, point.lat, margin)) return false;
    const spot = map.latLngToContainerPoint(point);
    return one.parts.some((rings) =>
      rings.some((ring) => {
        let before = null;
        return ring.some(([x, y]) => {
          const here = map.latLngToContainerPoint([y, x]);
          const found = before !== null && toSegment(spot, before, here) <= NEAR_PX;
          before = here;
          return found;
        });
      }),
    );
  }

  function within(one) {
    const [west, south, east, north] = one.box;
    for (const steps of [2, 8, 32]) {
      for (let i = 1; i < steps; i++) {
        for (let j = 1; j < steps; j++) {
          const x = west + ((east - west) * i) / steps;
          const y = south + ((north - south) * j) / steps;
          if (inside(one, x, y)) return L.latLng(y, x);
        }
      }
    }
    const [x, y] = one.parts[0][0][0];
    return L.latLng(y, x);
  }

  // --- looks --------------------------------------------------------------------------------

  function canvasPattern(look, tile) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = tile;
    const pen = canvas.getContext("2d");
    pen.globalAlpha = look.opacity;
    pen.fillStyle = look.fill;
    pen.fillRect(0, 0, tile, tile);
    pen.globalAlpha = 0.75;
    pen.strokeStyle = look.line;
    pen.stroke(new Path2D(look.hatch));
    return pen.createPattern(canvas, "repeat");
  }

  function drawnWith(look, id, settings, canvas) {
    const options = {
      interactive: false,
      color: look.line,
      weight: look.width,
      dashArray: look.dash || null,
      fill: look.opacity > 0,
      fillColor: look.fill,
      fillOpacity: look.opacity,
    };
    if (look.hatch) {
      options.fill = true;
      options.fillOpacity = 1;
      options.fillColor = canvas ? canvasPattern(look, settings.tile) : `url(#trama-${id})`;
    }
    return options;
  }

  // --- what a popup says --------------------------------------------------------------------

  function facts(rows) {
    const list = element("dl", null, "datos");
    for (const [label, value] of rows) {
      list.append(element("dt", label), element("dd", value));
    }
    return list;
  }

  function sentences(flags, words) {
    const list = element("ul", null, "oraciones");
    for (const flag of flags) {
      const line = element("li", flag.text);
      line.append(" ", element("small", filled(words.priority, flag), "codigo"));
      list.append(line);
    }
    return list;
  }

  function ofPair(pair, words) {
    const part = element("section", null, "par");
    const title = element("h4");
    const link = element("a", pair.name);
    link.href = pair.url;
    title.append(link);
    part.append(title, element("p", pair.called, "llamado"), facts(pair.rows));
    if (pair.yes.length) part.append(element("h5", words.yes), sentences(pair.yes, words));
    if (pair.unknown.length) {
      const folded = element("details");
      folded.append(
        element("summary", filled(words.unknown, { n: pair.unknown.length })),
        sentences(pair.unknown, words),
      );
      part.append(folded);
    }
    const more = element("a", words.territory_page, "mas");
    more.href = pair.url;
    part.append(more);
    return part;
  }

  function ofRight(data, words) {
    const part = element("div");
    if (data.pairs.length > 1) {
      part.append(element("p", filled(words.pairs, { n: data.pairs.length }), "cuenta"));
    }
    for (const pair of data.pairs) part.append(ofPair(pair, words));
    part.append(element("h4", words.the_right), facts(data.rows));
    return part;
  }

  function rightFolded(one, open, settings, changed) {
    const words = settings.words;
    const folded = element("details", null, "derecho");
    const summary = element("summary");
    summary.append(element("strong", one.properties.name), ` · ${one.properties.code}`);
    const place = element("div", words.loading);
    folded.append(summary, place);
    let asked = false;
    const load = () => {
      if (asked) return;
      asked = true;
      fetch(addressed(settings.right, one.properties.key), { credentials: "omit" })
        .then((answer) => {
          if (!answer.ok) throw new Error(String(answer.status));
          return answer.json();
        })
        .then((data) => place.replaceChildren(ofRight(data, words)))
        .catch(() => {
          asked = false;
          place.replaceChildren(element("p", words.failed));
        })
        .finally(changed);
    };
    folded.addEventListener("toggle", () => folded.open && load());
    if (open) {
      folded.open = true;
      load();
    }
    return folded;
  }

  function ofPoint(found, settings, changed) {
    const words = settings.words;
    const sheet = element("div", null, "ficha");
    sheet.tabIndex = -1;
    if (settings.illustrative) sheet.append(element("p", words.illustrative, "ilustrativo"));
    if (found.overlapping.length) {
      sheet.append(element("h3", filled(words.overlapping, { n: found.overlapping.length })));
    }
    found.overlapping.forEach((one, i) => sheet.append(rightFolded(one, i === 0, settings, changed)));
    if (found.territories.length) {
      sheet.append(element("h3", words.territories));
      const list = element("ul", null, "lugares");
      for (const { properties } of found.territories) {
        const line = element("li");
        const link = element("a", properties.name);
        link.href = properties.url;
        line.append(link, element("span", ` ${properties.called}. `), element("small",
          filled(words.rights_on_it, { n: properties.pairs })));
        list.append(line);
      }
      sheet.append(list);
    }
    if (found.others.length) {
      sheet.append(element("h3", words.others));
      for (const one of found.others) sheet.append(rightFolded(one, false, settings, changed));
    }
    if (!found.overlapping.length && !found.territories.length && !found.others.length) {
      sheet.append(element("p", words.nothing));
    }
    return sheet;
  }

  // --- the map ------------------------------------------------------------------------------

  function begin(map, settings) {
    const words = settings.words;
    const box = map.getContainer();
    const status = document.getElementById("estado-mapa");
    const kept = { territories: [], concessions: [], overlaps: [] };
    const groups = new Map();
    const names = L.layerGroup().addTo(map);
    let waiting = 4;
    let broken = false;
    let wasFar = false;

    box.setAttribute("role", "application");
    box.setAttribute("aria-label", words.map);
    map.setMinZoom(4).setMaxZoom(18);
    map.attributionControl.setPrefix(false);
    map.attributionControl.addAttribution(words.attribution);
    L.control.scale({ imperial: false }).addTo(map);
    L.control.zoom({ zoomInTitle: words.closer, zoomOutTitle: words.farther }).addTo(map);

    function hidden(one) {
      const group = groups.get(one.properties.look);
      return group !== undefined && !map.hasLayer(group);
    }

    function at(point) {
      const edge = map.containerPointToLatLng(map.latLngToContainerPoint(point).add([NEAR_PX, 0]));
      const margin = Math.abs(edge.lng - point.lng);
      const hit = (one) => !hidden(one) && inside(one, point.lng, point.lat);
      let pairs = kept.overlaps.filter(hit);
      if (!pairs.length) {
        pairs = kept.overlaps.filter((one) => !hidden(one) && closeTo(map, one, point, margin));
      }
      const rights = new Set(pairs.map((one) => one.properties.concession));
      const lands = new Set(pairs.map((one) => one.properties.territory));
      return {
        overlapping: kept.concessions.filter((one) => rights.has(one.properties.key)),
        others: kept.concessions.filter((one) => !rights.has(one.properties.key) && hit(one)),
        territories: kept.territories.filter((one) => lands.has(one.properties.key) || hit(one)),
      };
    }

    function tell(point, found) {
      const size = map.getSize();
      const popup = L.popup({
        maxWidth: Math.min(440, size.x - 70),
        minWidth: Math.min(300, size.x - 70),
        maxHeight: Math.max(160, Math.min(460, size.y - 90)),
        autoPanPadding: [12, 12],
      });
      const fit = () => {
        if (!popup.isOpen()) return;
        const focused = document.activeElement;
        popup.update(); // takes the sheet out and puts it back, which drops the focus
        if (sheet.contains(focused)) focused.focus({ preventScroll: true });
      };
      const sheet = ofPoint(found, settings, fit);
      sheet.addEventListener("toggle", fit, true);
      popup.setLatLng(point).setContent(sheet).openOn(map);
      const button = popup.getElement().querySelector(".leaflet-popup-close-button");
      if (button) {
        button.setAttribute("aria-label", words.close);
        button.title = words.close;
      }
      sheet.focus({ preventScroll: true });
    }

    function goTo() {
      const asked = new URLSearchParams(location.hash.slice(1));
      const [right, land] = [asked.get("derecho"), asked.get("territorio")];
      if (!right && !land) return;
      const shared = kept.overlaps.filter(
        ({ properties }) =>
          (!right || properties.concession === right) && (!land || properties.territory === land),
      );
      const chosen = right
        ? shared[0] || kept.concessions.find((one) => one.properties.key === right)
        : kept.territories.find((one) => one.properties.key === land);
      if (!chosen) return;
      const [west, south, east, north] = chosen.box;
      map.fitBounds([[south, west], [north, east]], { padding: [40, 40], maxZoom: 15, animate: false });
      if (right) tell(within(chosen), at(within(chosen)));
    }

    function arrived(name, count) {
      waiting -= 1;
      box.dataset[name] = String(count);
      if (waiting) return;
      box.dataset.ready = "yes";
      status.textContent = broken
        ? words.failed
        : filled(words.loaded, {
            territories: kept.territories.length.toLocaleString(words.locale),
            concessions: kept.concessions.length.toLocaleString(words.locale),
            overlaps: kept.overlaps.length.toLocaleString(words.locale),
          });
      thin();
      label();
      goTo();
    }

    function thin() {
      // from afar a thick or broken outline is all that one would see of a right
      const far = map.getZoom() < OUTLINES_FROM_ZOOM;
      if (far === wasFar) return;
      wasFar = far;
      for (const [look, group] of groups) {
        if (!look.startsWith("c-")) continue;
        const { width } = settings.looks[look];
        group.eachLayer((one) =>
          one.setStyle({ weight: far ? 0.7 : width, dashArray: far ? null : one.options.ownDash }),
        );
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
      box.classList.toggle("lejos", map.getZoom() < 6);
      if (map.getZoom() < LABELS_FROM_ZOOM) return;
      const seen = map.getBounds();
      const shown = kept.territories.filter(
        (one) => !hidden(one) && seen.contains(one.middle || (one.middle = within(one))),
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

    function departments(features) {
      const look = { ...drawnWith(settings.departments, "", settings, false), pane: "departments" };
      const renderer = L.svg({ pane: "departments", padding: 0.5 });
      for (const { geometry, properties } of features) {
        const rings = polygons(geometry).map((part) => L.GeoJSON.coordsToLatLngs(part, 1));
        L.polygon(rings, { ...look, renderer }).addTo(map);
        L.tooltip({
          permanent: true,
          direction: "center",
          className: "departamento",
          pane: "departments",
        })
          .setLatLng([properties.label[1], properties.label[0]])
          .setContent(element("span", properties.name))
          .addTo(map);
      }
    }

    function layer({ name, address, drawn }) {
      fetch(address, { credentials: "omit" })
        .then((answer) => {
          if (!answer.ok) throw new Error(String(answer.status));
          return answer.json();
        })
        .then(({ features }) => {
          if (name === "departments") {
            departments(features);
            return features.length;
          }
          const canvas = drawn === "canvas";
          const renderer = (canvas ? L.canvas : L.svg)({ pane: name, padding: 0.3 });
          const options = {};
          const all = features.map(({ geometry, properties }) => {
            const parts = polygons(geometry);
            return { parts, properties, box: boxOf(parts) };
          });
          const extent = ({ box: [w, s, e, n] }) => (e - w) * (n - s);
          all.sort((a, b) => extent(b) - extent(a)); // the small ones on top
          for (const one of all) {
            const { look, status: state } = one.properties;
            if (!(look in options)) {
              options[look] = drawnWith(settings.looks[look], look, settings, canvas);
              groups.set(look, L.layerGroup().addTo(map));
            }
            const own = { ...options[look], pane: name, renderer };
            if (state !== undefined) {
              own.ownDash = own.dashArray = settings.dashes[state] || null;
            }
            const rings = one.parts.map((part) => L.GeoJSON.coordsToLatLngs(part, 1));
            L.polygon(rings, own).addTo(groups.get(look));
          }
          kept[name] = all;
          return all.length;
        })
        .catch(() => {
          broken = true;
          return 0;
        })
        .then((count) => arrived(name, count));
    }

    for (const input of document.querySelectorAll("input[data-look]")) {
      input.disabled = false;
      input.checked = true;
      input.addEventListener("change", () => {
        const group = groups.get(input.dataset.look);
        if (!group) return;
        if (input.checked) group.addTo(map);
        else group.remove();
        label();
      });
    }

    map.on("click", ({ latlng }) => tell(latlng, at(latlng)));
    map.on("moveend", label);
    map.on("zoomend", thin);
    map.on("popupopen", () => box.classList.add("con-ficha"));
    map.on("popupclose", () => box.classList.remove("con-ficha"));
    map.on("keydown", ({ originalEvent }) => {
      if (originalEvent.key === "Enter" && document.activeElement === box) {
        tell(map.getCenter(), at(map.getCenter()));
      }
    });
    let pending = false;
    map.on("mousemove", ({ latlng }) => {
      if (pending) return;
      pending = true;
      requestAnimationFrame(() => {
        pending = false;
        const hit = kept.overlaps.some((one) => inside(one, latlng.lng, latlng.lat) && !hidden(one));
        box.classList.toggle("hay", hit);
      });
    });
    window.addEventListener("hashchange", goTo);
    const legend = document.getElementById("leyenda");
    if (legend && window.matchMedia("(max-width: 800px)").matches) legend.open = false;
    status.textContent = words.loading;
    return { layer };
  }

  return { begin };
})();
