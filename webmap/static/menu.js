/* The menu «Más» opens and closes without this; with it, Escape or a touch elsewhere closes it. */
(() => {
  "use strict";

  const menu = document.querySelector(".mas-paginas");
  if (!menu) return;

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
})();
