/* Leaves at once: the page is hidden before anything else happens, and an empty one takes its place
   in the history. The empty page is the browser's own: it needs no line, and names nobody. */
"use strict";

(() => {
  const TIMES = 3;
  const WITHIN_MS = 2000;

  const link = document.getElementById("salir-rapido");
  if (!link) return;
  let pressed = [];

  function leave() {
    document.body.hidden = true;
    document.title = link.getAttribute("href");
    location.replace(link.href);
  }

  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });

  // in the capturing phase: whoever else hears Escape may keep it
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || event.repeat) return;
      pressed = [...pressed, event.timeStamp].slice(-TIMES);
      if (pressed.length === TIMES && event.timeStamp - pressed[0] <= WITHIN_MS) leave();
    },
    true,
  );
})();
