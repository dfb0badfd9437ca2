/* How a shape is painted on a canvas, from the looks of webmap/looks.py: the same that the legend
   and the PDF show. */
"use strict";

deslinde.looks = (app) => {
  const { settings } = app;
  const { tile, looks, dashes } = settings;
  const sharp = Math.min(window.devicePixelRatio || 1, 2);
  const hatched = new Map();
  const broken = new Map();

  function pattern(pen, id) {
    if (hatched.has(id)) return hatched.get(id);
    const look = looks[id];
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = tile * sharp;
    const brush = canvas.getContext("2d");
    brush.scale(sharp, sharp);
    brush.globalAlpha = look.opacity;
    brush.fillStyle = look.fill;
    brush.fillRect(0, 0, tile, tile);
    brush.globalAlpha = 0.75;
    brush.strokeStyle = look.line;
    brush.stroke(new Path2D(look.hatch));
    const made = pen.createPattern(canvas, "repeat");
    made.setTransform(new DOMMatrix([1 / sharp, 0, 0, 1 / sharp, 0, 0]));
    hatched.set(id, made);
    return made;
  }

  function dash(text) {
    if (!broken.has(text)) broken.set(text, text ? text.split(" ").map(Number) : []);
    return broken.get(text);
  }

  function traced(pen, rings) {
    pen.beginPath();
    for (const ring of rings) {
      ring.forEach((at, i) => (i ? pen.lineTo(at.x, at.y) : pen.moveTo(at.x, at.y)));
    }
  }

  /* Fills and outlines what is traced. status: the dash of a right's outline. thin: from afar a
     thick or broken outline is all that one would see of a small shape. */
  function paint(pen, rings, id, status, thin) {
    const look = looks[id];
    if (!look) return;
    traced(pen, rings);
    if (look.hatch || look.opacity > 0) {
      pen.globalAlpha = look.hatch ? 1 : look.opacity;
      pen.fillStyle = look.hatch ? pattern(pen, id) : look.fill;
      pen.fill();
    }
    pen.globalAlpha = 1;
    pen.strokeStyle = look.line;
    pen.lineWidth = thin ? 0.6 : look.width;
    pen.setLineDash(thin ? [] : dash(status === undefined ? look.dash : dashes[status] || ""));
    pen.stroke();
    pen.setLineDash([]);
  }

  /* A square of the far view: how many of its rights overlap a territory, as a tone, as how much
     of the square is drawn, and as a number; without any, an empty outline. */
  function square(pen, rings, count, all) {
    if (!count && !all) return;
    const { squares, without } = settings;
    const [share, look] = count
      ? squares.filter(({ least }) => count >= least).map((one) => [one.share, one.look]).pop()
      : [squares[0].share, without];
    const xs = rings[0].map(({ x }) => x);
    const ys = rings[0].map(({ y }) => y);
    const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const [x, y] = [(west + east) / 2, (north + south) / 2];
    const [wide, tall] = [(east - west) * share, (south - north) * share];
    pen.globalAlpha = look.opacity;
    pen.fillStyle = look.fill;
    pen.fillRect(x - wide / 2, y - tall / 2, wide, tall);
    pen.globalAlpha = 1;
    pen.strokeStyle = look.line;
    pen.lineWidth = look.width;
    pen.setLineDash(dash(look.dash));
    pen.strokeRect(x - wide / 2, y - tall / 2, wide, tall);
    pen.setLineDash([]);
    if (!count) return;
    const text = app.number(count);
    const fits = (size) => {
      pen.font = `600 ${size}px system-ui, sans-serif`;
      return pen.measureText(text).width <= east - west + 2;
    };
    if (![11, 10, 9, 8].some(fits)) return;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 3;
    pen.strokeStyle = "#ffffff";
    pen.fillStyle = "#1d1005";
    pen.strokeText(text, x, y);
    pen.fillText(text, x, y);
  }

  /* The same for a path of Leaflet. */
  function asPath(id, pen) {
    const look = looks[id];
    return {
      interactive: false,
      color: look.line,
      weight: look.width,
      dashArray: look.dash || null,
      fill: Boolean(look.hatch) || look.opacity > 0,
      fillColor: look.hatch ? (pen ? pattern(pen, id) : `url(#trama-${id})`) : look.fill,
      fillOpacity: look.hatch ? 1 : look.opacity,
    };
  }

  return { paint, square, asPath };
};
