/* On a narrow screen the map comes first and its tools below it. What stands lower is then also
   read and reached later: the order of the keys is that of the eyes. */
"use strict";

deslinde.addon((app) => {
  const tools = document.getElementById("herramientas");
  const panels = document.querySelector(".paneles");
  if (!tools || !panels) return;
  const line = document.querySelector(".coordenadas.del-mapa");
  const below = [line, document.getElementById("estado-mapa"), tools];
  const moved = [...below, document.querySelector(".como")].filter(Boolean);
  const places = moved.map((part) => {
    const place = document.createComment("");
    part.before(place);
    return place;
  });
  const narrow = window.matchMedia("(max-width: 800px)");

  function arrange() {
    const focused = document.activeElement;
    if (narrow.matches) {
      app.container.parentElement.after(...below.filter(Boolean));
      panels.after(...moved.filter((part) => !below.includes(part)));
    } else {
      moved.forEach((part, number) => places[number].after(part));
    }
    // what is moved loses the focus
    if (focused !== document.activeElement) focused.focus({ preventScroll: true });
  }

  narrow.addEventListener("change", arrange);
  arrange();
});
