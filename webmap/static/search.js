/* The search box: a combobox with its listbox, asked of the server as one types. What is typed
   goes in a body, so no address and no log holds it. */
"use strict";

deslinde.addon((app) => {
  if (!app.toolbar) return;
  const WAIT_MS = 250;
  const LEAST = 2;
  const { settings, container, element, filled } = app;
  const words = app.words.search;
  if (settings.static || !settings.addresses.buscar) {
    app.toolbar.place.prepend(element("p", words.no_server, "nota"));
    return;
  }

  const form = element("form", null, "busqueda");
  form.setAttribute("role", "search");
  const label = element("label", words.label);
  label.htmlFor = "buscar";
  const input = element("input");
  Object.assign(input, { id: "buscar", type: "search", autocomplete: "off", spellcheck: false });
  input.maxLength = 80;
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", "hallados"],
  ]) {
    input.setAttribute(name, value);
  }
  const list = element("div", null, "hallados");
  list.id = "hallados";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.found);
  list.hidden = true;
  const said = element("p", "", "dicho");
  said.setAttribute("role", "status");
  const box = element("div", null, "busqueda-caja");
  box.append(input, list);
  form.append(label, box, said);

  let options = []; // [element, result]
  let active = -1;
  let turn = 0;
  let timer = 0;

  function mark(number) {
    active = number;
    options.forEach(([one], i) => one.setAttribute("aria-selected", String(i === number)));
    if (number < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", options[number][0].id);
      options[number][0].scrollIntoView({ block: "nearest" });
    }
  }

  function fold() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function option(result) {
    const made = element("div", null, "hallado");
    made.id = `hallado-${options.length}`;
    made.setAttribute("role", "option");
    made.append(element("span", result.label, "nombre"));
    if (result.sub) made.append(" ", element("small", result.sub));
    made.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    made.addEventListener("click", () => choose(result));
    options.push([made, result]);
    return made;
  }

  function show({ found, more }) {
    options = [];
    list.replaceChildren();
    for (const type of new Set(found.map((one) => one.type))) {
      const some = found.filter((one) => one.type === type);
      const group = element("div", null, "grupo-hallados");
      const title = element("p", words[type]);
      title.id = `hallados-${type}`;
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", title.id);
      group.append(title, ...some.map(option));
      list.append(group);
    }
    mark(-1);
    list.hidden = !options.length;
    list.scrollTop = 0;
    if (list.getBoundingClientRect().bottom > window.innerHeight) form.scrollIntoView();
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (!options.length) said.textContent = words.nothing;
    else said.textContent = filled(more ? words.more : words.count, { n: options.length, more });
  }

  function ask() {
    const now = (turn += 1);
    const q = input.value.trim();
    if (q.length < LEAST) {
      said.textContent = "";
      options = [];
      fold();
      return Promise.resolve();
    }
    said.textContent = words.loading;
    return app.ask(settings.addresses.buscar, { q }).then(
      (found) => now === turn && show(found),
      (error) => {
        if (now !== turn) return;
        fold();
        said.textContent = error instanceof TypeError ? words.offline : error.message;
      },
    );
  }

  function choose(result) {
    turn += 1;
    fold();
    input.value = result.label;
    said.textContent = "";
    container.focus({ preventScroll: true });
    container.scrollIntoView({ block: "nearest" });
    if (result.type === "right" && result.key) app.sheet.toRight(result.key);
    else if (result.type === "territory" && result.key) app.sheet.toLand(result.key);
    else if (result.bbox) {
      app.sheet.zoomTo(result.bbox);
      app.status(filled(words.gone_to, { name: result.label }));
      if (result.type === "point") app.sheet.tell(L.latLng(result.lat, result.lon));
    } else if (result.url) location.assign(result.url);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    const last = options.length - 1;
    if (event.key === "Escape" && !list.hidden) fold();
    else if (event.key === "ArrowDown" && options.length) {
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      mark(active === last ? 0 : active + 1);
    } else if (event.key === "ArrowUp" && !list.hidden) mark(active <= 0 ? last : active - 1);
    else return;
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    if (active >= 0) choose(options[active][1]);
    else ask().then(() => options.length === 1 && choose(options[0][1]));
  });
  form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || fold());
  app.toolbar.place.prepend(form);
});
