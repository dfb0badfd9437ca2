/* Closed boxes on the map: a circle for each place, its area as large as its facts are many. It
   stands for the whole place, so two places with one point stand side by side.
   Texts from data become text nodes, never markup. */
"use strict";

(() => {
  const PX_PER_ROOT = 4; // a circle's radius for one fact; area grows with the facts
  const LARGEST_PX = 36;
  const WHOLE_FROM = 11; // the zoom from which a circle has its whole size: from afar they crowd
  const SMALLEST = 0.5;
  const FINGER_PX = 28; // what can be touched: the number; around it the map below can be asked

  const legend = document.getElementById("paquetes");
  // a copy of the site has no boxes: from there they could not be taken back
  if (!legend || !legend.dataset.address || typeof map_deslinde === "undefined") return;
  const map = map_deslinde;
  const group = L.layerGroup();
  const circles = []; // [circle, radius]

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function sheet(place, said) {
    const made = element("div", null, "ficha");
    made.tabIndex = -1;
    if (said.illustrative) made.append(element("p", said.illustrative, "ilustrativo"));
    made.append(element("h3", said.title), element("p", place.name, "lugar"));
    const list = element("ul", null, "oraciones");
    for (const line of place.boxes) list.append(element("li", line));
    const link = element("a", said.more, "mas");
    link.href = said.page;
    made.append(list, element("p", said.paragraph), link);
    // Leaflet hears Escape only where the map itself has the focus
    made.addEventListener("keydown", ({ key }) => key === "Escape" && map.closePopup());
    return made;
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

  function draw(said) {
    if (!said.places.length) return;
    map.createPane("boxes").style.zIndex = 450;
    const most = Math.max(...said.places.map((one) => one.count));
    const scale = Math.min(PX_PER_ROOT, LARGEST_PX / Math.sqrt(most));
    const spots = new Map();
    for (const place of said.places) {
      const spot = `${place.lon} ${place.lat}`;
      spots.set(spot, [...(spots.get(spot) || []), place]);
    }
    for (const together of spots.values()) {
      const radii = together.map((one) => scale * Math.sqrt(one.count));
      const widths = radii.map((radius) => Math.max(2 * radius, FINGER_PX));
      let left = -widths.reduce((sum, width) => sum + width, 0) / 2;
      together.forEach((place, i) => {
        const marker = L.marker([place.lat, place.lon], {
          icon: symbol(place, radii[i], left + widths[i] / 2),
          pane: "boxes",
          title: place.title,
          riseOnHover: true,
          zIndexOffset: -place.count,
        });
        left += widths[i];
        const size = map.getSize();
        marker.bindPopup(() => sheet(place, said), {
          maxWidth: Math.min(380, size.x - 70),
          minWidth: Math.min(260, size.x - 70),
          maxHeight: Math.max(160, Math.min(420, size.y - 90)),
          autoPanPadding: [12, 12],
        });
        marker.on("popupopen", ({ popup }) => {
          const button = popup.getElement().querySelector(".leaflet-popup-close-button");
          if (button) {
            button.setAttribute("aria-label", said.close);
            button.title = said.close;
          }
          popup.getElement().querySelector(".ficha").focus({ preventScroll: true });
        });
        marker.on("popupclose", ({ popup }) => {
          // the sheet goes and would take the focus along
          const within = popup.getElement().contains(document.activeElement);
          if (within && marker.getElement()) marker.getElement().focus({ preventScroll: true });
        });
        marker.addTo(group);
      });
    }
    resize();
    map.on("zoomend", resize);
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
    .then(draw)
    .catch(() => {
      legend.querySelector(".fallo").hidden = false;
      legend.hidden = false;
    });
})();
