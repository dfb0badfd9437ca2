/* OpenStreetMap under the map, only where a reader asked for it on the page that says what this
   reveals. Elsewhere this file knows the way there, and nothing of it is asked. */
"use strict";

deslinde.addon((app) => {
  const KEY = "deslinde-osm";
  const panel = document.getElementById("osm");

  function kept() {
    try {
      return localStorage.getItem(KEY) === "yes";
    } catch {
      return false; // a browser that keeps nothing is asked each time
    }
  }

  function keep(yes) {
    try {
      if (yes) localStorage.setItem(KEY, "yes");
      else localStorage.removeItem(KEY);
    } catch {
      // nothing is kept there, so there is nothing to take back
    }
  }

  for (const link of document.querySelectorAll("a[data-here], .idioma a")) {
    link.addEventListener("click", () => {
      link.hash = location.hash;
    });
  }
  if (!panel) {
    const way = document.querySelector("a[data-osm]");
    if (way && kept()) location.replace(way.href.split("#")[0] + location.hash);
    return;
  }

  const begin = panel.querySelector("[data-begin]");
  const remember = panel.querySelector("input");
  const asking = panel.querySelector("[data-asking]");
  const shown = panel.querySelector("[data-shown]");
  const stop = panel.querySelector("[data-stop]");
  const theirs = panel.querySelector("[data-attribution] a");

  function draw() {
    asking.hidden = true;
    shown.hidden = false;
    app.without_ground = true;
    L.tileLayer(panel.dataset.tiles, {
      // the link that their licence asks for: words and address of our own page
      attribution: `© <a href="${theirs.href}" rel="noreferrer">${theirs.textContent}</a>`,
      maxZoom: 19,
      zIndex: 0,
      referrerPolicy: "origin",
    }).addTo(app.map);
    app.repaint();
  }

  begin.addEventListener("click", () => {
    keep(remember.checked);
    draw();
    stop.focus({ preventScroll: true }); // the button that had the focus is gone
  });
  stop.addEventListener("click", ({ currentTarget }) => {
    keep(false);
    location.assign(currentTarget.dataset.back + location.hash);
  });
  if (kept()) draw();
});
