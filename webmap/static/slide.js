/* Above a table or a chart that hides a part to its side: that it slides. Only where something is
   hidden: the bar that says so lies below the last row. */
"use strict";

(() => {
  const { slide, slideChart } = document.getElementById("contenido").dataset;
  const hints = new Map(); // what slides -> its line
  const sized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      hints.get(target).hidden = target.scrollWidth <= target.clientWidth;
    }
  });

  for (const inner of document.querySelectorAll(".desliza > :is(table, svg)")) {
    const region = inner.parentElement;
    const line = document.createElement("p");
    line.className = "pista-desliza";
    line.textContent = inner.matches("table") ? slide : slideChart;
    line.hidden = true;
    region.before(line);
    hints.set(region, line);
    sized.observe(region);
  }
})();
