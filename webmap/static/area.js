/* A reader's own area: drawn, pasted or read from a file, then asked of the server, which keeps
   nothing of it. It is never in the address and never stored in the browser. */
"use strict";

deslinde.addon((app) => {
  const { settings, element, filled, number } = app;
  if (!app.toolbar || settings.static || !settings.addresses.area) return;
  const words = app.words.area;
  const MOST_BYTES = 8 * 1024 * 1024;
  const FORMATS = ["csv", "geojson", "gpkg", "kml"];
  let parts = null; // what of the panel changes, while it is there
  let turn = 0;

  const trace = deslinde.trace(app, { closed: true, changed: () => refresh() });

  function polygon() {
    const closed = (ring) =>
      [...ring, ring[0]].map(([lon, lat]) => [Number(lon.toFixed(7)), Number(lat.toFixed(7))]);
    return { type: "Polygon", coordinates: [trace.points, ...trace.holes].map(closed) };
  }

  function refresh() {
    turn += 1; // what was answered is of another outline
    if (!parts) return;
    parts.buttons.follow();
    parts.analyse.disabled = trace.points.length < 3;
    parts.result.replaceChildren();
    parts.said.textContent = trace.points.length < 3 ? words.begin : size();
  }

  function size() {
    const { area, crosses } = deslinde.geodesy;
    if ([trace.points, ...trace.holes].some(crosses)) return words.crosses;
    const metres = area(trace.points) - trace.holes.reduce((sum, hole) => sum + area(hole), 0);
    const ha = number(Number((metres / 10000).toFixed(2)));
    return filled(words.about, { ha, n: trace.points.length });
  }

  // --- bringing an outline ------------------------------------------------------------------

  function use({ rings }) {
    trace.finish();
    trace.set(rings[0], rings.slice(1));
    const corners = rings[0].map(([lng, lat]) => [lat, lng]);
    app.map.fitBounds(corners, { ...app.toolbar.free(), maxZoom: 16, animate: false });
    // what comes next stands above what was just filled in, out of sight on a phone
    parts.analyse.focus({ preventScroll: true });
    parts.analyse.scrollIntoView({ block: "nearest" });
  }

  function folded(title, ...content) {
    const made = element("details");
    made.append(element("summary", title), ...content);
    return made;
  }

  function pasting() {
    const label = element("label", words.paste_label);
    const field = element("textarea");
    Object.assign(field, { id: "area-pegada", rows: 5, spellcheck: false });
    label.htmlFor = field.id;
    const told = element("p", "", "fallo");
    told.setAttribute("role", "alert");
    const button = element("button", words.paste_use);
    button.type = "button";
    button.addEventListener("click", () => {
      const { line, outlines } = deslinde.reading.ofText(field.value);
      const few = !line && (!outlines.length || outlines[0].rings[0].length < 3);
      told.textContent = line ? filled(words.bad_line, { line }) : few ? words.too_few : "";
      if (!told.textContent) use(outlines[0]);
    });
    return folded(words.paste, label, field, element("p", words.paste_how, "nota"), button, told);
  }

  function opening() {
    const label = element("label", words.file_label);
    const field = element("input");
    Object.assign(field, { id: "area-archivo", type: "file", accept: ".geojson,.json,.kml,.gpx" });
    label.htmlFor = field.id;
    const told = element("p", "", "fallo");
    told.setAttribute("role", "alert");
    const which = element("div");
    field.addEventListener("change", async () => {
      told.textContent = "";
      which.replaceChildren();
      const [file] = field.files;
      if (!file) return;
      if (file.size > MOST_BYTES) {
        told.textContent = words.file_large;
        return;
      }
      let outlines = [];
      try {
        outlines = deslinde.reading.ofFile(await file.text());
      } catch {
        // the file is none of the three, or broken: said below, as when it holds no polygon
      }
      if (!outlines.length) told.textContent = words.file_none;
      else if (outlines.length === 1) use(outlines[0]);
      else which.replaceChildren(...picking(outlines));
    });
    return folded(words.file, label, field, element("p", words.file_how, "nota"), told, which);
  }

  function picking(outlines) {
    const label = element("label", filled(words.which, { n: outlines.length }));
    const list = element("select");
    list.id = "area-cual";
    label.htmlFor = list.id;
    outlines.forEach(({ name }, i) => {
      const one = element("option", name ? `${i + 1}. ${name}` : String(i + 1));
      one.value = String(i);
      list.append(one);
    });
    list.addEventListener("change", () => use(outlines[Number(list.value)]));
    use(outlines[0]);
    return [label, list];
  }

  // --- the answer ---------------------------------------------------------------------------

  function downloads(asked) {
    if (!settings.addresses.area_file) return [];
    const form = element("form", null, "descargas");
    form.method = "post";
    const hidden = element("input");
    Object.assign(hidden, { type: "hidden", name: "area", value: JSON.stringify(asked) });
    form.append(element("p", words.downloads), hidden);
    for (const format of FORMATS) {
      const button = element("button", words[format]);
      button.type = "submit";
      button.formAction = filled(settings.addresses.area_file, { key: format });
      form.append(button);
    }
    return [form];
  }

  function analyse() {
    const asked = polygon();
    trace.finish();
    const now = (turn += 1);
    const { result } = parts;
    result.replaceChildren(element("p", words.loading));
    const show = (...said) => {
      if (now !== turn || !parts) return;
      result.replaceChildren(...said);
      result.focus({ preventScroll: true });
      result.scrollIntoView({ block: "start" });
    };
    app.ask(settings.addresses.area, asked).then(
      (found) => show(...deslinde.areaFindings(app, found), ...downloads(asked)),
      (error) => show(element("p", error instanceof TypeError ? words.offline : error.message, "fallo")),
    );
  }

  function make() {
    const body = element("div");
    const said = element("p", "", "medida");
    said.setAttribute("role", "status");
    const button = element("button", words.analyse, "principal");
    button.type = "button";
    button.addEventListener("click", analyse);
    const result = element("div", null, "hallazgos");
    result.tabIndex = -1;
    result.setAttribute("aria-live", "polite");
    parts = { said, analyse: button, result, buttons: deslinde.traceButtons(app, trace) };
    body.append(
      element("p", words.private, "aviso"), said, parts.buttons, button, pasting(), opening(),
      element("p", app.words.trace.how, "nota"), result,
    );
    return body;
  }

  app.toolbar.add({
    name: "area",
    label: words.label,
    make,
    opened: () => {
      trace.show();
      if (!trace.points.length) trace.begin();
      refresh();
    },
    closed: () => {
      parts = null;
      trace.hide();
    },
  });
});
