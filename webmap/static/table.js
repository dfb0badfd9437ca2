/* Sorts a table in place where all of its rows are on the page; without this script the same
   links ask the server. Values to sort by stand in data-value. */
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
    const body = table.tBodies[0];
    table.tHead.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-sort]");
      if (!link) return;
      event.preventDefault();
      const cell = link.closest("th");
      const down = cell.getAttribute("aria-sort") === "ascending";
      const value = (row) => row.cells[cell.cellIndex].dataset.value || "";
      const rows = [...body.rows];
      rows.sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        return x === "" || y === "" || !down ? compare(x, y) : compare(y, x);
      });
      body.append(...rows);
      for (const other of table.tHead.querySelectorAll("th[aria-sort]")) {
        other.removeAttribute("aria-sort");
      }
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
  }
})();
