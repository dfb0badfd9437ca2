/* Where something is, in numbers: degrees and UTM, both WGS84, with a button that copies them. */
"use strict";

deslinde.place = (app, { lng, lat }) => {
  const { zone, south, east, north } = deslinde.geodesy.utm(lng, lat);
  const whole = (metres) => String(Math.round(metres));
  return {
    degrees: `${lat.toFixed(5)}, ${lng.toFixed(5)}`,
    utm: app.filled(app.words.pointer.utm, {
      zone: `${zone}${south ? "S" : "N"}`,
      east: whole(east),
      north: whole(north),
    }),
  };
};

deslinde.copy = (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // a page that did not come over https has no clipboard, but may copy what is selected
  const lent = document.createElement("textarea");
  lent.value = text;
  lent.className = "copiado";
  document.body.append(lent);
  lent.select();
  const done = document.execCommand("copy");
  lent.remove();
  return done ? Promise.resolve() : Promise.reject(new Error("copy"));
};

/* A line with a place's numbers. `.at(latlng, label)` shows another place. */
deslinde.coordinates = (app, latlng, label) => {
  const { element, words } = app;
  const said = words.pointer;
  const line = element("p", null, "coordenadas");
  const whose = element("span", label || said.here, "de-donde");
  const degrees = element("span", null, "cifras");
  const utm = element("span", null, "cifras");
  const button = element("button", said.copy);
  button.type = "button";
  const told = element("span", "", "hecho-copia");
  told.setAttribute("role", "status");
  let shown = "";
  line.at = (where, from) => {
    const numbers = deslinde.place(app, where.wrap());
    degrees.textContent = numbers.degrees;
    utm.textContent = numbers.utm;
    if (from) whose.textContent = from;
    shown = `${numbers.degrees} · ${numbers.utm} (WGS84)`;
    told.textContent = "";
  };
  button.addEventListener("click", () => {
    deslinde.copy(shown).then(
      () => { told.textContent = said.copied; },
      () => { told.textContent = said.not_copied; },
    );
  });
  line.append(whose, " ", element("abbr", "WGS84"), " ", degrees, " · ", utm, " ", button, told);
  line.querySelector("abbr").title = said.datum;
  line.at(latlng);
  return line;
};

deslinde.addon((app) => {
  const place = document.getElementById("herramientas");
  if (!place) return;
  const { map } = app;
  const words = app.words.pointer;
  const line = deslinde.coordinates(app, map.getCenter(), words.centre);
  line.classList.add("del-mapa");
  document.getElementById("estado-mapa").before(line);
  let touched = null; // the place last asked about, so that a mouse can come and copy it
  let under = null;
  let waiting = false;
  function show() {
    waiting = false;
    if (under) line.at(under, words.under);
    else if (touched) line.at(touched, words.touched);
    else line.at(map.getCenter(), words.centre);
  }
  function later() {
    if (!waiting) requestAnimationFrame(show);
    waiting = true;
  }
  const hovers = window.matchMedia("(hover: hover)"); // a finger moves nothing before it touches
  map.on("mousemove", ({ latlng }) => {
    under = hovers.matches ? latlng : null;
    later();
  });
  map.on("mouseout", () => {
    under = null;
    later();
  });
  map.on("click", ({ latlng }) => {
    touched = latlng;
    later();
  });
  map.on("move", () => {
    if (touched && !map.getBounds().contains(touched)) touched = null;
    later();
  });
});
