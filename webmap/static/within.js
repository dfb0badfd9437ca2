/* Where a point lies among shapes: for folders without a server. Degrees, as drawn. */
"use strict";

deslinde.within = (() => {
  const NEAR_PX = 7; // a strip thinner than a finger can still be asked

  function polygons(geometry) {
    if (!geometry) return [];
    return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  }

  /* A feature of GeoJSON as { parts, properties, box }. */
  function shape({ geometry, properties }) {
    const parts = polygons(geometry);
    return { parts, properties, box: boxOf(parts) };
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

  /* Whether an outline passes within NEAR_PX of a point, at a zoom of the map. */
  function closeTo(map, one, point, zoom) {
    const spot = map.project(point, zoom);
    const edge = map.unproject(spot.add([NEAR_PX, 0]), zoom);
    if (!inBox(one.box, point.lng, point.lat, Math.abs(edge.lng - point.lng))) return false;
    return one.parts.some((rings) =>
      rings.some((ring) => {
        let before = null;
        return ring.some(([x, y]) => {
          const here = map.project([y, x], zoom);
          const found = before !== null && toSegment(spot, before, here) <= NEAR_PX;
          before = here;
          return found;
        });
      }),
    );
  }

  /* A point inside a shape, as L.latLng. */
  function middle(one) {
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

  return { shape, inside, closeTo, middle };
})();
