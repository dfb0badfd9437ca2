/* The row of buttons beside the map, and the panel that one of them at a time fills. A page
   without the place for it (#herramientas) has no such row: app.toolbar is null there. */
"use strict";

deslinde.addon((app) => {
  const { element } = app;
  const place = document.getElementById("herramientas");
  if (!place) {
    app.toolbar = null;
    return;
  }
  const MARGIN_PX = 30;
  const words = app.words.toolbar;
  const row = element("div", null, "botonera");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", words.tools);
  const panel = element("section", null, "panel");
  panel.hidden = true;
  panel.tabIndex = -1;
  panel.setAttribute("aria-labelledby", "panel-titulo");
  const title = element("h2");
  title.id = "panel-titulo";
  const shut = element("button", "×", "panel-cierra");
  shut.type = "button";
  shut.setAttribute("aria-label", words.close);
  shut.title = words.close;
  const body = element("div", null, "panel-cuerpo");
  const head = element("div", null, "panel-cabeza");
  head.append(title, shut);
  panel.append(head, body);
  let current = null;

  function close() {
    if (!current) return;
    const { button, closed } = current;
    const focused = document.activeElement;
    const within = panel.contains(focused) || app.container.contains(focused);
    current = null;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (closed) closed();
    body.replaceChildren();
    if (within) button.focus({ preventScroll: true });
  }

  function open(tool) {
    close();
    app.map.closePopup();
    current = tool;
    title.textContent = tool.label;
    body.replaceChildren(tool.make());
    panel.hidden = false;
    tool.button.setAttribute("aria-expanded", "true");
    panel.scrollTop = 0;
    panel.focus({ preventScroll: true });
    panel.parentElement.scrollIntoView({ block: "nearest" });
    row.scrollIntoView({ block: "nearest" }); // on a phone the way out would lie over its buttons
    if (tool.opened) tool.opened();
  }

  /* label: on the button and over the panel. make() gives what fills the panel; opened() runs once
     it is there, closed() when it goes. */
  function add({ name, label, make, opened, closed }) {
    const button = element("button", label, "herramienta");
    button.type = "button";
    button.dataset.tool = name;
    button.setAttribute("aria-expanded", "false");
    const tool = { button, label, make, opened, closed };
    button.addEventListener("click", () => (current === tool ? close() : open(tool)));
    row.append(button);
    return { open: () => open(tool), close: () => current === tool && close() };
  }

  /* Whether the panel lies across the map's whole width, as on a phone. */
  function across() {
    return current !== null && panel.offsetWidth > app.container.offsetWidth - 2 * MARGIN_PX;
  }

  /* How to fit a place into what the panel leaves free. */
  function free() {
    const edge = [MARGIN_PX, MARGIN_PX];
    if (!current) return { padding: edge };
    return across()
      ? { paddingTopLeft: edge, paddingBottomRight: [MARGIN_PX, panel.offsetHeight + MARGIN_PX] }
      : { paddingTopLeft: [panel.offsetWidth + MARGIN_PX, MARGIN_PX], paddingBottomRight: edge };
  }

  shut.addEventListener("click", close);
  for (const where of [panel, app.container]) {
    where.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && current && !app.container.querySelector(".leaflet-popup")) close();
    });
  }
  place.append(row);
  app.container.parentElement.append(panel);
  app.toolbar = { place, add, close, across, free };
});
