/* Measuring by points: how long a line is and, where it closes, how large what it encloses is. */
"use strict";

/* The buttons for drawing: the map's centre as a point, one step back, finish, begin anew. */
deslinde.traceButtons = (app, trace) => {
  const { element } = app;
  const words = app.words.trace;
  const row = element("div", null, "botones");
  const made = {};
  for (const [name, act] of [
    ["centre", trace.centre],
    ["undo", trace.undo],
    ["finish", trace.finish],
    ["more", trace.begin],
    ["clear", () => {
      trace.clear();
      trace.begin();
    }],
  ]) {
    const button = element("button", words[name]);
    button.type = "button";
    button.addEventListener("click", act);
    made[name] = button;
    row.append(button);
  }
  row.follow = () => {
    const there = trace.points.length;
    made.centre.hidden = made.finish.hidden = !trace.drawing;
    made.more.hidden = trace.drawing;
    made.undo.disabled = made.clear.disabled = made.finish.disabled = there === 0;
  };
  row.follow();
  return row;
};

deslinde.addon((app) => {
  if (!app.toolbar) return;
  const { element, filled } = app;
  const words = app.words.measure;
  const { along, area, crosses } = deslinde.geodesy;
  const locale = app.words.locale;
  let buttons = null;
  let result = null;

  function number(value, digits) {
    return value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }

  function long(metres) {
    return metres < 1000 ? `${number(metres, 1)} m` : `${number(metres / 1000, 3)} km`;
  }

  function tell() {
    if (!result) return;
    buttons.follow();
    const { points, closed } = trace;
    const lines = [];
    if (points.length < 2) lines.push(words.begin);
    else if (!closed) lines.push(filled(words.length, { value: long(along(points)) }));
    else if (points.length < 3) lines.push(words.third);
    else {
      if (crosses(points)) lines.push(words.crosses);
      else lines.push(filled(words.area, { value: `${number(area(points) / 10000, 4)} ha` }));
      lines.push(filled(words.around, { value: long(along(points, true)) }));
    }
    if (points.length > 1) lines.push(filled(words.points, { n: points.length }));
    result.replaceChildren(...lines.map((line) => element("p", line)));
  }

  const trace = deslinde.trace(app, { closed: false, changed: tell });

  function choice(closed, label) {
    const line = element("label", null, "opcion");
    const input = element("input");
    Object.assign(input, { type: "radio", name: "medida", checked: trace.closed === closed });
    input.addEventListener("change", () => {
      trace.closed = closed;
      trace.set(trace.points);
    });
    line.append(input, ` ${label}`);
    return line;
  }

  function make() {
    const body = element("div");
    const what = element("fieldset", null, "opciones");
    what.append(element("legend", words.what), choice(false, words.a_line), choice(true, words.an_area));
    result = element("div", null, "medida");
    result.setAttribute("role", "status");
    buttons = deslinde.traceButtons(app, trace);
    const note = element("p", words.not_a_survey, "nota");
    body.append(what, result, buttons, note, element("p", app.words.trace.how, "nota"));
    return body;
  }

  app.toolbar.add({
    name: "measure",
    label: words.label,
    make,
    opened: () => {
      trace.show();
      trace.begin();
      tell();
    },
    closed: () => {
      result = buttons = null;
      trace.hide();
    },
  });
});
