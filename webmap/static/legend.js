/* The legend beside the map: what can be put away, and what is drawn at this zoom. */
"use strict";

deslinde.addon((app) => {
  const { map, settings, container } = app;
  const legend = document.getElementById("leyenda");
  if (!legend) return;
  const boxes = [...legend.querySelectorAll("input[data-look]")];

  function agree() {
    const far = !settings.small && !app.near();
    container.dataset.far = far ? "yes" : "";
    for (const part of legend.querySelectorAll("[data-when]")) {
      part.hidden = (part.dataset.when === "far") !== far;
    }
    for (const box of boxes) box.checked = !app.hidden(box.dataset.look);
  }

  for (const box of boxes) {
    box.disabled = false;
    box.addEventListener("change", () => app.hide(box.dataset.look, !box.checked));
  }
  if (window.matchMedia("(max-width: 800px)").matches) legend.open = false;
  map.on("zoomend", agree);
  app.onSelection(agree);
  agree();
});
