/* A line or an outline that a reader draws on the map, by clicking, by touch, or from the keyboard
   at the map's centre. Only one is drawn at a time; while it is, a click asks nothing else. */
"use strict";

deslinde.trace = (app, { closed, changed }) => {
  const { map, container } = app;
  const SAME_PX = 3; // a double click is one point
  const pane = map.getPane("trace") || map.createPane("trace");
  pane.style.zIndex = 460;
  pane.style.pointerEvents = "none";
  const renderer = L.svg({ pane: "trace", padding: 0.5 });
  const look = { pane: "trace", renderer, interactive: false };
  const under = { ...look, color: "#ffffff", weight: 6, opacity: 0.9, fill: false };
  const over = { ...look, color: "#0b2e4f", weight: 3, dashArray: "7 5", fill: false };
  const group = L.layerGroup();
  const made = { points: [], holes: [], closed, drawing: false };

  function draw() {
    group.clearLayers();
    const turned = (ring) => ring.map(([lng, lat]) => [lat, lng]);
    const way = turned(made.points);
    const whole = made.closed && way.length > 2;
    for (const style of way.length > 1 ? [under, over] : []) {
      const line = whole ? L.polygon([way, ...made.holes.map(turned)], style) : L.polyline(way, style);
      line.addTo(group);
    }
    for (const at of way.length > 400 ? [] : way) {
      const dot = { ...look, radius: 5, weight: 2, color: "#ffffff", fillColor: "#0b2e4f", fillOpacity: 1 };
      L.circleMarker(at, dot).addTo(group);
    }
    changed(made);
  }

  function add(latlng) {
    const { lng, lat } = latlng.wrap();
    const last = made.points[made.points.length - 1];
    const spot = (at) => map.latLngToContainerPoint(at);
    if (last && spot([last[1], last[0]]).distanceTo(spot([lat, lng])) < SAME_PX) return;
    made.points.push([lng, lat]);
    draw();
  }

  const clicked = ({ latlng }) => add(latlng);
  const keyed = ({ originalEvent: event }) => {
    if (document.activeElement !== container) return;
    if (event.key === "Enter") add(map.getCenter());
    else if (event.key === "Backspace") made.undo();
    else if (event.key === "f") made.finish();
    else return;
    event.preventDefault();
  };

  /* Takes the clicks of the map. */
  made.begin = () => {
    if (deslinde.tracing && deslinde.tracing !== made) deslinde.tracing.finish();
    if (made.drawing) return;
    deslinde.tracing = made;
    made.drawing = true;
    map.closePopup();
    map.doubleClickZoom.disable();
    map.on("click", clicked).on("dblclick", made.finish).on("keydown", keyed);
    container.classList.add("trazando");
    changed(made);
  };
  /* Gives them back. What was drawn stays. */
  made.finish = () => {
    if (!made.drawing) return;
    made.drawing = false;
    map.off("click", clicked).off("dblclick", made.finish).off("keydown", keyed);
    map.doubleClickZoom.enable();
    container.classList.remove("trazando");
    // the click that ends it is still on its way to others
    setTimeout(() => {
      if (deslinde.tracing === made && !made.drawing) deslinde.tracing = null;
    }, 0);
    changed(made);
  };
  made.centre = () => add(map.getCenter());
  made.undo = () => {
    made.points.pop();
    draw();
  };
  made.set = (points, holes = []) => {
    made.points = points.slice();
    made.holes = holes;
    draw();
  };
  made.clear = () => made.set([]);
  made.show = () => group.addTo(map);
  made.hide = () => {
    made.finish();
    group.remove();
  };
  return made;
};
