/* What lies under the rights: land, water, borders and names, from the release's own archive; and
   the names of territories, each once. */
"use strict";

deslinde.ground = (app) => {
  const { settings } = app;
  const { ground } = settings;
  const HALO = "#ffffff";
  const INK = { territory: "#10201a", place: "#333333", department: "#6b6f6c" };
  const LONGEST_NAME = 60;
  const SAME_NAME_PX = 700; // a territory that lies in several tiles is named once

  const paths = (pen, parts) => {
    pen.beginPath();
    for (const part of parts) part.forEach((at, i) => (i ? pen.lineTo(at.x, at.y) : pen.moveTo(at.x, at.y)));
  };

  function layer(dataLayer, { line, fill, opacity, width, dash }) {
    const steps = dash ? dash.split(" ").map(Number) : [];
    const draw = (pen, parts) => {
      paths(pen, parts);
      pen.globalAlpha = opacity;
      pen.fillStyle = fill;
      if (opacity) pen.fill();
      pen.globalAlpha = 1;
      pen.strokeStyle = line;
      pen.lineWidth = width;
      pen.setLineDash(steps);
      pen.stroke();
      pen.setLineDash([]);
    };
    return { dataSource: "fondo", dataLayer, filter: () => !app.without_ground, symbolizer: { draw } };
  }

  function shortened(name) {
    const letters = [...name];
    return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join("")}…` : name;
  }

  function lines(name, most) {
    const made = [];
    for (const word of shortened(name).split(/\s+/)) {
      const last = made[made.length - 1];
      if (last !== undefined && last.length + word.length < most) made[made.length - 1] = `${last} ${word}`;
      else made.push(word);
    }
    return made;
  }

  /* A name with its middle at a point, on a pale edge that keeps it readable over hatches. */
  function text({ name, at, pen, font, size, color, key, distance, dot }) {
    pen.font = font;
    const told = lines(name, 18);
    const width = Math.max(...told.map((one) => pen.measureText(one).width));
    const height = told.length * size * 1.15;
    const top = dot ? size * 0.6 : -height / 2;
    const draw = (brush) => {
      brush.font = font;
      brush.textAlign = "center";
      brush.textBaseline = "middle";
      brush.lineJoin = "round";
      brush.globalAlpha = 1;
      brush.strokeStyle = HALO;
      brush.lineWidth = 3;
      brush.fillStyle = color;
      if (dot) {
        brush.beginPath();
        brush.arc(0, 0, 2.5, 0, 2 * Math.PI);
        brush.fill();
      }
      told.forEach((one, i) => {
        const y = top + size * 1.15 * (i + 0.5);
        brush.strokeText(one, 0, y);
        brush.fillText(one, 0, y);
      });
    };
    const box = { minX: at.x - width / 2 - 2, maxX: at.x + width / 2 + 2, minY: at.y + Math.min(top, -3), maxY: at.y + top + height };
    return [{ anchor: at, bboxes: [box], draw, deduplicationKey: key, deduplicationDistance: distance }];
  }

  function point(dataLayer, { size, weight, color, dot, filter, minzoom, maxzoom }) {
    const place = (layout, rings, { props }) =>
      props.name
        ? text({
            name: props.name,
            at: rings[0][0],
            pen: layout.scratch,
            font: `${weight || 400} ${size}px system-ui, sans-serif`,
            size,
            color,
            dot,
            key: `${dataLayer} ${props.name}`,
            distance: 60,
          })
        : undefined;
    const shown = (zoom, one) => !app.without_ground && (!filter || filter(zoom, one));
    return { dataSource: "fondo", dataLayer, filter: shown, minzoom, maxzoom, symbolizer: { place } };
  }

  /* The middle of the widest ring, where it is wide enough for a name. */
  function widest(rings) {
    let best = null;
    for (const ring of rings) {
      const xs = ring.map(({ x }) => x);
      const ys = ring.map(({ y }) => y);
      const [west, east] = [Math.min(...xs), Math.max(...xs)];
      const [north, south] = [Math.min(...ys), Math.max(...ys)];
      if (!best || east - west > best.wide) {
        best = { wide: east - west, tall: south - north, x: (west + east) / 2, y: (north + south) / 2 };
      }
    }
    return best;
  }

  function territories(shown) {
    const place = (layout, rings, { props }) => {
      const spot = widest(rings);
      if (!props.name || !spot || spot.wide < 90 || spot.tall < 30) return undefined;
      const at = rings[0][0].clone();
      at.x = spot.x;
      at.y = spot.y;
      return text({
        name: props.name,
        at,
        pen: layout.scratch,
        font: "600 12px system-ui, sans-serif",
        size: 12,
        color: INK.territory,
        key: `territory ${props.i}`,
        distance: SAME_NAME_PX,
      });
    };
    return { dataSource: "datos", dataLayer: "territories", minzoom: 9, filter: shown, symbolizer: { place } };
  }

  const own = "fondo" in app.archives;
  return {
    paint: own ? ["land", "lakes", "rivers", "departments", "borders"].map((name) => layer(name, ground[name])) : [],
    labels: (shown) => [
      ...(own
        ? [
            point("places", { size: 12, weight: 600, color: INK.place, dot: true, minzoom: 7, filter: (_, { props }) => props.rank === 1 }),
            point("department_names", { size: 12, color: INK.department, minzoom: 6, maxzoom: 9 }),
          ]
        : []),
      territories(shown),
      ...(own ? [point("places", { size: 11, color: INK.place, dot: true, minzoom: 9, filter: (_, { props }) => props.rank !== 1 })] : []),
    ],
  };
};
