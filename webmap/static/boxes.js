/* Closed boxes on the map: a circle for each place, its area as large as its facts are many. It
   stands for the whole place, so two places with one point stand side by side. From afar those
   that would cover each other are one circle, with the sum of their whole boxes.
   Texts from data become text nodes, never markup. */
"use strict";

(() => {
  const PX_PER_ROOT = 4; // a circle's radius for one fact; area grows with the facts
  const LARGEST_PX = 36;
  const WHOLE_FROM = 11; // the zoom from which a circle has its whole size: from afar they crowd
  const SMALLEST = 0.5;
  const APART_PX = 32; // from afar, what is nearer than this is one circle
  const FINGER_PX = 28; // what can be touched: the number; around it the map below can be asked

  const legend = document.getElementById("paquetes");
  // a copy of the site has no boxes: from there they could not be taken back
  if (!legend || !legend.dataset.address || typeof map_deslinde === "undefined") return;
  const map = map_deslinde;
  const { element } = deslinde;
  const group = L.layerGroup();
  let circles = []; // [circle, radius]
  let drawn = ""; // which places stand together

  /* The places of a sheet: those of one circle, each with its own number. */
  function listed(places) {
    const list = element("ul", null, "oraciones");
    for (const place of places) {
      const line = element("li", place.title);
      const boxes = element("ul");
      for (const box of place.boxes) boxes.append(element("li", box));
      line.append(boxes);
      list.append(line);
    }
    return list;
  }

  function sheet(one, said) {
    const made = element("div", null, "ficha");
    made.tabIndex = -1;
    if (said.illustrative) made.append(element("p", said.illustrative, "ilustrativo"));
    made.append(element("h2", said.title), element("p", one.name, "lugar"));
    let list = element("ul", null, "oraciones");
    if (one.places.length > 1) list = listed(one.places);
    else for (const line of one.places[0].boxes) list.append(element("li", line));
    const link = element("a", said.more, "mas");
    link.href = said.page;
    made.append(list, element("p", said.paragraph), link);
    // Leaflet hears Escape only where the map itself has the focus
    made.addEventListener("keydown", ({ key }) => key === "Escape" && map.closePopup());
    return made;
  }

  /* What one circle stands for. */
  function standing(places, said) {
    const [first] = places;
    if (places.length === 1) return { ...first, places };
    const count = places.reduce((sum, place) => sum + place.count, 0);
    const n = count.toLocaleString(document.documentElement.lang);
    const title = deslinde.filled(said.together, { places: places.length, n });
    return { ...first, places, count, name: title, title, level: "several" };
  }

  /* The largest takes in what is too near to it, then the next. Two that are left are never nearer
     than APART_PX, and where the map was moved to changes nothing. */
  function joined(places, said) {
    const zoom = map.getZoom();
    const found = []; // [point, places]
    const order = (one, other) => other.count - one.count || (one.title < other.title ? -1 : 1);
    for (const place of [...places].sort(order)) {
      const point = map.project([place.lat, place.lon], zoom);
      const near = found.find(([middle]) => middle.distanceTo(point) < APART_PX);
      if (near) near[1].push(place);
      else found.push([point, [place]]);
    }
    return found.map(([, together]) => standing(together, said));
  }

  function symbol(place, radius, shift) {
    const middle = FINGER_PX / 2;
    const touched = element("div", null, "toque");
    const circle = element("span", String(place.count), `paquete de-${place.level}`);
    circles.push([circle, radius]);
    touched.append(circle);
    return L.divIcon({
      className: "",
      html: touched,
      iconSize: [FINGER_PX, FINGER_PX],
      iconAnchor: [middle - shift, middle],
      popupAnchor: [shift, -radius],
    });
  }

  /* All shrink alike, so that the largest still has the most facts; the number keeps its size. */
  function resize() {
    const part = Math.min(1, Math.max(SMALLEST, 1 - (WHOLE_FROM - map.getZoom()) / 6));
    for (const [circle, radius] of circles) {
      circle.style.width = circle.style.height = `${2 * radius * part}px`;
    }
  }

  function marked(one, said, radius, shift) {
    const marker = L.marker([one.lat, one.lon], {
      icon: symbol(one, radius, shift),
      pane: "boxes",
      title: one.title,
      riseOnHover: true,
      zIndexOffset: -one.count,
    });
    marker.bindPopup(() => sheet(one, said), {
      ...deslinde.room(map, { least: 260, most: 380 }, 420),
      opener: () => marker.getElement(),
    });
    marker.on("popupopen", ({ popup }) => {
      const button = popup.getElement().querySelector(".leaflet-popup-close-button");
      if (button) {
        button.setAttribute("aria-label", said.close);
        button.title = said.close;
      }
      popup.getElement().querySelector(".ficha").focus({ preventScroll: true });
    });
    return marker;
  }

  function draw(said) {
    const near = map.getZoom() >= WHOLE_FROM;
    const all = near ? said.places.map((one) => standing([one], said)) : joined(said.places, said);
    const now = JSON.stringify(all.map((one) => one.places.map((place) => place.title)));
    if (now === drawn) return resize(); // an open sheet stays open
    const pane = map.getPane("boxes");
    const focused = pane.contains(document.activeElement);
    drawn = now;
    circles = [];
    group.clearLayers();
    const most = Math.max(...all.map((one) => one.count));
    const scale = Math.min(PX_PER_ROOT, LARGEST_PX / Math.sqrt(most));
    const spots = new Map();
    for (const one of all) {
      const spot = `${one.lon} ${one.lat}`;
      spots.set(spot, [...(spots.get(spot) || []), one]);
    }
    for (const together of spots.values()) {
      const radii = together.map((one) => scale * Math.sqrt(one.count));
      const widths = radii.map((radius) => Math.max(2 * radius, FINGER_PX));
      let left = -widths.reduce((sum, width) => sum + width, 0) / 2;
      together.forEach((one, i) => {
        marked(one, said, radii[i], left + widths[i] / 2).addTo(group);
        left += widths[i];
      });
    }
    if (focused) map.getContainer().focus({ preventScroll: true });
    resize();
  }

  function begin(said) {
    if (!said.places.length) return;
    map.createPane("boxes").style.zIndex = 450;
    draw(said);
    map.on("zoomend", () => draw(said));
    group.addTo(map);
    const note = legend.querySelector(".ilustrativo");
    note.hidden = !said.illustrative;
    legend.hidden = false;
    map.getContainer().dataset.boxes = String(said.places.length);
  }

  legend.querySelector("input").addEventListener("change", ({ target }) => {
    if (target.checked) group.addTo(map);
    else group.remove();
  });

  fetch(legend.dataset.address, { credentials: "omit", cache: "no-cache" })
    .then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    })
    .then(begin)
    .catch(() => {
      legend.querySelector(".fallo").hidden = false;
      legend.hidden = false;
    });
})();
