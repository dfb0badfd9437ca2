/* The panel of filters beside the map: writes the selection, says how many rights are in, and takes
   the selection along to the table in the fragment. */
"use strict";

deslinde.addon((app) => {
  const { settings, words, filled, number } = app;
  const { choice } = deslinde;
  const panel = document.getElementById("filtros");
  if (!panel) return;
  const form = panel.querySelector("form");
  if (settings.small || !app.onCount) {
    panel.hidden = true;
    return;
  }
  const told = panel.querySelector("[data-count]");
  const beside = panel.querySelector("[data-only-table]");
  const active = panel.querySelector("[data-active]");
  const WAIT_MS = 120; // a handle that is dragged tells many values

  function ends(name) {
    return ["desde", "hasta"].map((end) => form.elements[`${name}_${end}`]);
  }

  function years() {
    return [...form.querySelectorAll("[data-years]")].map((one) => one.dataset.years);
  }

  function show(input) {
    const output = form.querySelector(`output[for="${input.id}"]`);
    const sentence = input.name.endsWith("desde") ? words.from_year : words.to_year;
    output.textContent = filled(sentence, { year: input.value });
    input.setAttribute("aria-valuetext", output.textContent);
  }

  function fill(sel) {
    for (const select of form.querySelectorAll("select")) {
      const value = sel[select.name] === undefined ? "" : String(sel[select.name]);
      select.value = value;
      if (select.value === value) continue;
      select.append(new Option(value, value, false, true)); // what a link asks for is shown as it is
    }
    for (const name of years()) {
      const [low, high] = ends(name);
      low.value = sel[low.name] ?? low.min;
      high.value = sel[high.name] ?? high.max;
      show(low);
      show(high);
    }
    const some = Object.keys(choice.write(choice.onMap(sel))).length;
    active.textContent = some ? ` (${some})` : "";
    beside.hidden = Object.keys(choice.write(sel)).length === some || Boolean(app.state.get("derecho"));
    for (const link of document.querySelectorAll("a[data-carries]")) {
      link.hash = new URLSearchParams(choice.write(sel)).toString();
    }
  }

  function asked() {
    const made = {};
    for (const select of form.querySelectorAll("select")) made[select.name] = select.value;
    for (const name of years()) {
      const [low, high] = ends(name);
      if (low.value !== low.min) made[low.name] = low.value;
      if (high.value !== high.max) made[high.name] = high.value;
    }
    return made;
  }

  let timer = 0;
  form.addEventListener("input", ({ target }) => {
    if (target.type === "range") {
      const [low, high] = ends(target.name.replace(/_(desde|hasta)$/, ""));
      // one handle pushes the other
      if (Number(low.value) > Number(high.value)) (target === low ? high : low).value = target.value;
      show(low);
      show(high);
    }
    clearTimeout(timer);
    timer = setTimeout(() => app.setSelection(asked()), WAIT_MS);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  panel.querySelector("[data-clear]").addEventListener("click", () => app.setSelection({}));
  app.onSelection(fill);
  app.onCount((state, count, all) => {
    const sentence = {
      none: "",
      counting: words.counting,
      counted: count ? words.matching : words.matching_none,
      failed: words.not_counted,
    }[state];
    told.textContent = filled(sentence, { n: number(count || 0), all: number(all || 0) });
  });
  form.querySelector("fieldset").disabled = false;
  fill(app.selection());
  if (!choice.empty(choice.onMap(app.selection()))) panel.open = true;
});
