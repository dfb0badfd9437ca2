/* What lies at a point, answered without a server: from the files in which the release lies piece
   by piece (squares of zoom 9, rights in 256 files), as a copy of the site or this device has them.
   Shapes are as drawn in degrees, so the server's answer is the better one where it can be had. */
"use strict";

deslinde.kept = (() => {
  const ZOOM = 9;
  const FIRST_SHAPES = 9; // from afar squares are drawn: no finger is wider than at this zoom
  const { shape, inside, closeTo } = deslinde.within;

  // --- SHA-256: a page that did not come over https has no crypto.subtle ------------------------

  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((one) => n % one)) primes.push(n);
  const bits = (value) => Math.floor((value % 1) * 2 ** 32);
  const ROUNDS = primes.map((prime) => bits(Math.cbrt(prime)));
  const START = primes.slice(0, 8).map((prime) => bits(Math.sqrt(prime)));
  const turn = (word, by) => (word >>> by) | (word << (32 - by));

  function padded(text) {
    const bytes = new TextEncoder().encode(text);
    const whole = new DataView(new ArrayBuffer(Math.ceil((bytes.length + 9) / 64) * 64));
    bytes.forEach((byte, i) => whole.setUint8(i, byte));
    whole.setUint8(bytes.length, 0x80);
    whole.setUint32(whole.byteLength - 8, Math.floor(bytes.length / 2 ** 29));
    whole.setUint32(whole.byteLength - 4, bytes.length * 8);
    return whole;
  }

  function sha256(text) {
    const whole = padded(text);
    const sum = [...START];
    for (let at = 0; at < whole.byteLength; at += 64) {
      const w = Array.from({ length: 16 }, (_, i) => whole.getInt32(at + 4 * i));
      for (let i = 16; i < 64; i++) {
        const [early, late] = [w[i - 15], w[i - 2]];
        const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
        const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      let [a, b, c, d, e, f, g, h] = sum;
      for (let i = 0; i < 64; i++) {
        const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
        const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]) | 0;
        const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => { sum[i] = (sum[i] + word) | 0; });
    }
    return sum.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  // --- the files --------------------------------------------------------------------------------

  function square(lon, lat) {
    const sine = Math.sin((lat * Math.PI) / 180);
    return {
      x: Math.floor(((lon + 180) / 360) * 2 ** ZOOM),
      y: Math.floor((0.5 - Math.atanh(sine) / (2 * Math.PI)) * 2 ** ZOOM),
    };
  }

  async function near(app, lon, lat) {
    const found = await app.get(app.filled(app.settings.addresses.cerca, square(lon, lat)));
    return Object.fromEntries(
      ["territories", "concessions", "overlaps"].map((name) => [name, found[name].map(shape)]),
    );
  }

  async function told(app, keys) {
    const files = new Map();
    for (const key of keys) {
      const hex = sha256(key).slice(0, 2);
      if (!files.has(hex)) {
        files.set(hex, app.get(app.filled(app.settings.addresses.derechos, { key: hex })));
      }
    }
    return Promise.all(keys.map(async (key) => (await files.get(sha256(key).slice(0, 2)))[key]));
  }

  /* The answer of `punto`; says that it is `kept`. */
  async function point(app, { lon, lat, zoom, seleccion }) {
    const { choice } = deslinde;
    const { terms } = app.settings;
    const layers = await near(app, lon, lat);
    const at = L.latLng(lat, lon);
    const wanted = (one) => choice.holds(seleccion, one.properties, terms);
    let pairs = layers.overlaps.filter((one) => wanted(one) && inside(one, lon, lat));
    const beside = !pairs.length;
    if (beside) {
      const seen = Math.max(zoom, FIRST_SHAPES);
      pairs = layers.overlaps.filter((one) => wanted(one) && closeTo(app.map, one, at, seen));
    }
    const rights = [...new Set(pairs.map((one) => one.properties.concession))];
    const lands = new Set(pairs.map((one) => one.properties.territory));
    const others = layers.concessions.filter(
      (one) => !rights.includes(one.properties.key) && wanted(one) && inside(one, lon, lat),
    );
    return {
      kept: true,
      overlapping: (await told(app, rights)).map((one) => ({ ...one, near: beside })),
      others: await told(app, others.map((one) => one.properties.key)),
      territories: layers.territories
        .filter((one) => lands.has(one.properties.key) || inside(one, lon, lat))
        .map((one) => ({ ...one.properties, near: !inside(one, lon, lat) })),
    };
  }

  /* Box, point and outline of a right, of a territory, or of what both share. */
  async function where(app, right, land) {
    const [one] = await told(app, [right || land]);
    if (!one) throw new Error(app.words.sheet.not_here);
    const [west, south, east, north] = one.bbox;
    const middle = [(west + east) / 2, (south + north) / 2];
    const { overlaps, concessions, territories } = await near(app, ...middle);
    const of = ({ properties }) =>
      properties.concession === right && (!land || properties.territory === land);
    const called = ({ properties }) => properties.key === (right || land);
    const found = right ? overlaps.find(of) || concessions.find(called) : territories.find(called);
    if (!found) return { bbox: one.bbox, point: middle };
    const { lng, lat } = deslinde.within.middle(found);
    const shape = { type: "MultiPolygon", coordinates: found.parts };
    return { bbox: found.box, point: [lng, lat], shape };
  }

  return { point, where, sha256, square };
})();
