/* The tables hold what the address's fragment says. A link with a fragment asks for it once, by
   the page's own form; the fragment then follows what is shown. No server learns a fragment. */
(() => {
  "use strict";

  const form = document.getElementById("seleccion");
  if (!form) return;
  const names = form.dataset.names.split(" ");
  const bare = form.getAttribute("action");

  const inAddress = () => new URLSearchParams(location.hash.slice(1));

  function own(words) {
    return names.filter((name) => words.get(name)).map((name) => [name, words.get(name)]);
  }

  function same(a, b) {
    return new URLSearchParams(own(a)).toString() === new URLSearchParams(own(b)).toString();
  }

  /* What the map keeps in the fragment, such as its place, stays there; ours is as shown. */
  function together(shown) {
    const made = inAddress();
    for (const name of names) made.delete(name);
    for (const [name, value] of shown) made.append(name, value);
    return made.toString();
  }

  function ask(words) {
    const made = document.createElement("form");
    made.method = "post";
    made.action = `${bare}${location.hash}`;
    made.hidden = true;
    for (const [name, value] of own(words)) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      made.append(field);
    }
    document.body.append(made);
    made.submit();
  }

  const shown = new URLSearchParams(form.dataset.fragment);

  function begin() {
    if (form.dataset.asked === "no" && own(inAddress()).length) {
      ask(inAddress());
      return;
    }
    const fragment = together(shown);
    if (fragment !== location.hash.slice(1)) {
      history.replaceState(history.state, "", `${location.pathname}${fragment && `#${fragment}`}`);
    }
    for (const link of document.querySelectorAll("a[data-map], .idioma a")) {
      link.href = `${link.getAttribute("href").split("#")[0]}${fragment && `#${fragment}`}`;
    }
  }

  form.addEventListener("submit", (event) => {
    if (!event.submitter?.hasAttribute("formaction")) form.action = `${bare}${location.hash}`;
  });
  window.addEventListener("hashchange", () => {
    if (!same(inAddress(), shown)) ask(inAddress());
  });
  begin();
})();
