/* A box above each whole table of a copy that leaves only the rows with these words: what the
   forms of the site do on its server. */
"use strict";

(() => {
  const said = document.querySelector("[data-find]");
  if (!said) return;
  const { find, found } = said.dataset;
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  document.querySelectorAll("table[data-whole]").forEach((table, number) => {
    const bodies = [...table.tBodies].map((body) => [body, folded(body.textContent)]);
    if (bodies.length < 2) return;
    const label = document.createElement("label");
    const input = document.createElement("input");
    const count = document.createElement("span");
    input.type = "search";
    input.id = `buscar-${number}`;
    input.autocomplete = "off";
    label.htmlFor = input.id;
    label.textContent = find;
    count.setAttribute("role", "status");
    const line = document.createElement("p");
    line.className = "filtros";
    line.append(label, input, count);
    (table.closest(".desliza") || table).before(line);
    input.addEventListener("input", () => {
      const words = folded(input.value).split(/\s+/).filter(Boolean);
      let n = 0;
      for (const [body, text] of bodies) {
        body.hidden = !words.every((word) => text.includes(word));
        n += !body.hidden;
      }
      count.textContent = found.replace("{n}", n).replace("{of}", bodies.length);
    });
  });
})();
