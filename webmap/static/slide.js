/* Above a table that hides columns to its side: that it slides. Only where something is hidden; on
   a wide screen the bar below the table says it. */
"use strict";

(() => {
  const { slide } = document.getElementById("contenido").dataset;
  const hints = new Map(); // what slides -> its line
  const sized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      hints.get(target).hidden = target.scrollWidth <= target.clientWidth;
    }
  });

  for (const { parentElement: region } of document.querySelectorAll(".desliza > table")) {
    const line = document.createElement("p");
    line.className = "pista-desliza";
    line.textContent = slide;
    line.hidden = true;
    region.before(line);
    hints.set(region, line);
    sized.observe(region);
  }
})();
