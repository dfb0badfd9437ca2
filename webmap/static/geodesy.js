/* Numbers on the ellipsoid WGS84 (degrees in, metres out), for what a reader measures on the screen.

   UTM: the series of Krüger in the third flattening to its fourth power, below 0.001 m within a
   zone. Length: Vincenty's inverse, below 0.001 m; where it does not come to an end (nearly the
   other side of the world) the great circle, within 0.6 %. Area: the polygon on the sphere of the
   same area (authalic latitudes), its sides great circles of that sphere: within 0.1 % where no
   side is longer than 500 km. */
"use strict";

deslinde.geodesy = (() => {
  const A = 6378137;
  const F = 1 / 298.257223563;
  const B = A * (1 - F);
  const E2 = F * (2 - F);
  const E = Math.sqrt(E2);
  const N = F / (2 - F);
  const SCALE = 0.9996;
  const EAST = 500000;
  const SOUTH = 10000000;
  const RADIUS = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
  const FORTH = [
    N / 2 - (2 * N ** 2) / 3 + (5 * N ** 3) / 16 + (41 * N ** 4) / 180,
    (13 * N ** 2) / 48 - (3 * N ** 3) / 5 + (557 * N ** 4) / 1440,
    (61 * N ** 3) / 240 - (103 * N ** 4) / 140,
    (49561 * N ** 4) / 161280,
  ];
  const BACK = [
    N / 2 - (2 * N ** 2) / 3 + (37 * N ** 3) / 96 - N ** 4 / 360,
    N ** 2 / 48 + N ** 3 / 15 - (437 * N ** 4) / 1440,
    (17 * N ** 3) / 480 - (37 * N ** 4) / 840,
    (4397 * N ** 4) / 161280,
  ];
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const degrees = (angle) => (angle * 180) / Math.PI;
  const turned = (lon) => ((((lon + 180) % 360) + 360) % 360) - 180;

  // --- UTM ----------------------------------------------------------------------------------

  function zoneOf(lon) {
    return Math.floor((turned(lon) + 180) / 6) + 1;
  }

  /* { zone, south, east, north } of a place, in the zone of its longitude or in a given one. */
  function utm(lon, lat, zone = zoneOf(lon)) {
    const sine = Math.sin(radians(lat));
    const conformal = Math.sinh(Math.atanh(sine) - E * Math.atanh(E * sine));
    const away = radians(turned(lon - (zone * 6 - 183)));
    const xi = Math.atan2(conformal, Math.cos(away));
    const eta = Math.atanh(Math.sin(away) / Math.hypot(1, conformal));
    let north = xi;
    let east = eta;
    FORTH.forEach((one, i) => {
      const k = 2 * (i + 1);
      north += one * Math.sin(k * xi) * Math.cosh(k * eta);
      east += one * Math.cos(k * xi) * Math.sinh(k * eta);
    });
    const south = lat < 0;
    return {
      zone,
      south,
      east: EAST + SCALE * RADIUS * east,
      north: SCALE * RADIUS * north + (south ? SOUTH : 0),
    };
  }

  /* [lon, lat] of a place in UTM. */
  function place({ zone, south, east, north }) {
    const xi = (north - (south ? SOUTH : 0)) / (SCALE * RADIUS);
    const eta = (east - EAST) / (SCALE * RADIUS);
    let y = xi;
    let x = eta;
    BACK.forEach((one, i) => {
      const k = 2 * (i + 1);
      y -= one * Math.sin(k * xi) * Math.cosh(k * eta);
      x -= one * Math.cos(k * xi) * Math.sinh(k * eta);
    });
    const conformal = Math.sin(y) / Math.hypot(Math.sinh(x), Math.cos(y));
    let tangent = conformal;
    for (let i = 0; i < 6; i++) {
      const sigma = Math.sinh(E * Math.atanh((E * tangent) / Math.hypot(1, tangent)));
      const tried = tangent * Math.hypot(1, sigma) - sigma * Math.hypot(1, tangent);
      const slope = ((1 - E2) * Math.hypot(1, tangent)) / (1 + (1 - E2) * tangent ** 2);
      tangent += ((conformal - tried) / Math.hypot(1, tried)) / slope;
    }
    const lon = turned(zone * 6 - 183 + degrees(Math.atan2(Math.sinh(x), Math.cos(y))));
    return [lon, degrees(Math.atan(tangent))];
  }

  // --- lengths ------------------------------------------------------------------------------

  function greatCircle([lon1, lat1], [lon2, lat2]) {
    const half = (angle) => Math.sin(radians(angle) / 2) ** 2;
    const chord = half(lat2 - lat1)
      + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * half(lon2 - lon1);
    return ((2 * A + B) / 3) * 2 * Math.asin(Math.min(1, Math.sqrt(chord)));
  }

  /* Metres between two places [lon, lat]. */
  function length(one, other) {
    const apart = radians(turned(other[0] - one[0]));
    const u1 = Math.atan((1 - F) * Math.tan(radians(one[1])));
    const u2 = Math.atan((1 - F) * Math.tan(radians(other[1])));
    const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
    let lambda = apart;
    for (let i = 0; i < 100; i++) {
      const [sl, cl] = [Math.sin(lambda), Math.cos(lambda)];
      const ss = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
      if (ss === 0) return 0;
      const cs = s1 * s2 + c1 * c2 * cl;
      const sigma = Math.atan2(ss, cs);
      const azimuth = (c1 * c2 * sl) / ss;
      const square = 1 - azimuth ** 2;
      const middle = square === 0 ? 0 : cs - (2 * s1 * s2) / square;
      const c = (F / 16) * square * (4 + F * (4 - 3 * square));
      const before = lambda;
      lambda = apart + (1 - c) * F * azimuth
        * (sigma + c * ss * (middle + c * cs * (2 * middle ** 2 - 1)));
      if (Math.abs(lambda - before) < 1e-13) {
        const u = (square * (A ** 2 - B ** 2)) / B ** 2;
        const a = 1 + (u / 16384) * (4096 + u * (-768 + u * (320 - 175 * u)));
        const b = (u / 1024) * (256 + u * (-128 + u * (74 - 47 * u)));
        const correction = b * ss * (middle + (b / 4) * (cs * (2 * middle ** 2 - 1)
          - (b / 6) * middle * (4 * ss ** 2 - 3) * (4 * middle ** 2 - 3)));
        return B * a * (sigma - correction);
      }
    }
    return greatCircle(one, other);
  }

  /* Metres along a line of places; closed adds the way back. */
  function along(points, closed = false) {
    const way = closed && points.length > 2 ? [...points, points[0]] : points;
    return way.slice(1).reduce((sum, point, i) => sum + length(way[i], point), 0);
  }

  // --- areas --------------------------------------------------------------------------------

  function belt(sine) {
    return (1 - E2) * (sine / (1 - E2 * sine ** 2) + Math.atanh(E * sine) / E);
  }

  const POLE = belt(1);

  /* Square metres within a ring of places, whichever way it turns. */
  function area(points) {
    if (points.length < 3) return 0;
    const half = points.map(([, lat]) =>
      Math.tan(Math.asin(Math.max(-1, Math.min(1, belt(Math.sin(radians(lat))) / POLE))) / 2));
    const excess = points.reduce((sum, [lon], i) => {
      const next = (i + 1) % points.length;
      const turn = Math.tan(radians(turned(points[next][0] - lon)) / 2);
      return sum + 2 * Math.atan2(turn * (half[i] + half[next]), 1 + half[i] * half[next]);
    }, 0);
    return Math.abs(excess) * ((A ** 2 * POLE) / 2);
  }

  /* Whether a ring of places crosses or touches itself: its turns then take from each other, and
     what `area` says is the size of nothing. Sides are straight in degrees. They are gone through
     from west to east, because an outline from a file may have a hundred thousand. */
  function crosses(points) {
    const from = points.length ? points[0][0] : 0;
    const ring = points.map(([lon, lat]) => [turned(lon - from), lat])
      .filter(([x, y], i, all) => {
        const [u, v] = all[(i + 1) % all.length];
        return x !== u || y !== v;
      });
    const side = ([ax, ay], [bx, by], [cx, cy]) =>
      Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
    const within = ([ax, ay], [bx, by], [cx, cy]) =>
      Math.min(ax, bx) <= cx && cx <= Math.max(ax, bx)
      && Math.min(ay, by) <= cy && cy <= Math.max(ay, by);
    const meet = (a, b, c, d) => {
      const [one, two] = [side(a, b, c), side(a, b, d)];
      const [three, four] = [side(c, d, a), side(c, d, b)];
      if (one * two < 0 && three * four < 0) return true;
      return (one === 0 && within(a, b, c)) || (two === 0 && within(a, b, d))
        || (three === 0 && within(c, d, a)) || (four === 0 && within(c, d, b));
    };
    const many = ring.length;
    const sides = ring.map((a, i) => {
      const b = ring[(i + 1) % many];
      const [west, east] = a[0] < b[0] ? [a[0], b[0]] : [b[0], a[0]];
      const [south, north] = a[1] < b[1] ? [a[1], b[1]] : [b[1], a[1]];
      return { a, b, i, west, east, south, north };
    }).sort((one, other) => one.west - other.west);
    return sides.some((one, k) => {
      for (let m = k + 1; m < many && sides[m].west <= one.east; m++) {
        const other = sides[m];
        if (other.south > one.north || other.north < one.south) continue;
        const apart = Math.abs(one.i - other.i);
        // sides next to each other share a corner
        if (apart > 1 && apart < many - 1 && meet(one.a, one.b, other.a, other.b)) return true;
      }
      return false;
    });
  }

  return { utm, place, zoneOf, length, along, area, crosses };
})();
