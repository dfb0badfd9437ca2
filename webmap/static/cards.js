/* Gives each cell of a long list the title of its column: on a narrow screen a row is a card, and
   what is furthest to the right is still read. Without this script the table slides. */
"use strict";

(() => {
  const role = (all, name) => [...all].forEach((one) => one.setAttribute("role", name));

  for (const table of document.querySelectorAll("table.tarjetas")) {
    const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    for (const body of table.tBodies) {
      for (const row of body.rows) {
        if (row.cells.length !== titles.length) continue; // one cell below its row, or instead of rows
        [...row.cells].forEach((cell, number) => (cell.dataset.rotulo = titles[number]));
      }
    }
    // what is drawn as a block is still a table to a screen reader
    role([table], "table");
    role(table.querySelectorAll("thead, tbody"), "rowgroup");
    role(table.rows, "row");
    role(table.querySelectorAll("thead th"), "columnheader");
    role(table.querySelectorAll("tbody th"), "rowheader");
    role(table.querySelectorAll("td"), "cell");
    table.classList.add("rotuladas");
  }
})();
