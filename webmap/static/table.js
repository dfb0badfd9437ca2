/* Sorts a table in place where all of it is on the page; without this script the same links ask
   the server. A body holds one row with its details; values to sort by stand in data-value. */
"use strict";

(() => {
  const compare = (a, b) => {
    if (a === b) return 0;
    if (a === "") return 1; // what is not known comes last, in either direction
    if (b === "") return -1;
    const [x, y] = [Number(a), Number(b)];
    return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, "es") : x - y;
  };

  for (const table of document.querySelectorAll("table[data-whole]")) {
    table.tHead.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-sort]");
      if (!link) return;
      event.preventDefault();
      const cell = link.closest("th");
      const down = cell.getAttribute("aria-sort") === "ascending";
      const value = (body) => body.rows[0].cells[cell.cellIndex]?.dataset.value || "";
      const bodies = [...table.tBodies];
      bodies.sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        return x === "" || y === "" || !down ? compare(x, y) : compare(y, x);
      });
      table.append(...bodies);
      for (const other of table.tHead.querySelectorAll("th[aria-sort]")) {
        other.removeAttribute("aria-sort");
      }
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
  }
})();
