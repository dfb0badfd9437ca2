/* «Imprimir»: a form for a sheet of what the map shows. The answer is a file, so the page stays. */
"use strict";

deslinde.addon((app) => {
  const { map, settings, element, filled, number } = app;
  if (!app.toolbar || settings.static || !settings.addresses.imprimir) return;
  const words = app.words.print;
  const SCALES = settings.scales;

  function chosen(name, title, options) {
    const made = element("fieldset", null, "opciones");
    made.append(element("legend", title));
    options.forEach(([value, text], i) => {
      const line = element("label", null, "opcion");
      const input = element("input");
      Object.assign(input, { type: "radio", name, value, checked: i === 0 });
      line.append(input, ` ${text}`);
      made.append(line);
    });
    return made;
  }

  function field(tag, name, title) {
    const label = element("label", title);
    const made = element(tag);
    made.id = `imprimir-${name}`;
    made.name = name;
    label.htmlFor = made.id;
    return [label, made];
  }

  /* What the map shows when the button is pressed, not when the panel was opened. */
  function seen() {
    const { lat, lng } = map.getCenter();
    const box = map.getBounds();
    const sides = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
    const fixed = (values) => values.map((one) => one.toFixed(6)).join(",");
    return {
      ...deslinde.choice.write(app.selection()),
      centro: fixed([lng, lat]),
      vista: fixed(sides),
      ocultas: app.state.get("capas") || "",
    };
  }

  function make() {
    const form = element("form");
    form.method = "post";
    form.action = settings.addresses.imprimir;
    const [scaleLabel, scale] = field("select", "escala", words.scale);
    const view = element("option", words.view);
    view.value = "vista";
    scale.append(view);
    for (const one of SCALES) {
      const option = element("option", filled(words.one_to, { n: number(one) }));
      option.value = String(one);
      scale.append(option);
    }
    const [titleLabel, title] = field("input", "titulo", words.heading);
    title.type = "text";
    title.maxLength = 120;
    title.autocomplete = "off";
    const hidden = element("div");
    const button = element("button", words.make, "principal");
    const told = element("p", "", "nota");
    told.setAttribute("role", "status");
    form.append(
      chosen("hoja", words.paper, [["A4", "A4"], ["A3", "A3"]]),
      chosen("orientacion", words.turned, [["vertical", words.upright], ["horizontal", words.across]]),
      scaleLabel, scale, titleLabel, title, hidden, button, told,
      element("p", words.note, "nota"),
    );
    form.addEventListener("submit", () => {
      hidden.replaceChildren(
        ...Object.entries(seen()).map(([name, value]) =>
          Object.assign(element("input"), { type: "hidden", name, value })),
      );
      told.textContent = words.making;
    });
    return form;
  }

  app.toolbar.add({ name: "print", label: words.label, make });
});
