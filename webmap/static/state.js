/* The state of the map in the address's fragment, which no server is told: the view, what was
   chosen, what is put away, what is open. A drawn area is never in it. */
"use strict";

deslinde.addon((app) => {
  const { choice } = deslinde;
  const { map, settings } = app;
  const NAMES = ["mapa", ...choice.NAMES, "derecho", "capas", "fondo", "comparar"];
  const heard = []; // of a selection or of what is put away
  const moved = []; // of a link to another fragment of this page
  let wanted = {};
  let hidden = new Set();
  let own = location.hash;

  function every() {
    return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  }

  function written(all) {
    const named = Object.entries(all).filter(([, value]) => value !== "" && value !== null);
    const text = named.map(
      ([name, value]) => `${name}=${encodeURIComponent(value).replace(/%(2F|3A|2C)/g, unescaped)}`,
    );
    return text.join("&");
  }

  function unescaped(code) {
    return decodeURIComponent(code);
  }

  function set(changes) {
    const foreign = Object.keys(changes).filter((name) => !NAMES.includes(name));
    if (foreign.length) throw new Error(`the fragment has no place for ${foreign}`);
    const all = { ...every(), ...changes };
    const ordered = NAMES.filter((name) => name in all && all[name] !== undefined);
    own = `#${written(Object.fromEntries(ordered.map((name) => [name, all[name]])))}`;
    history.replaceState(history.state, "", own);
  }

  function view() {
    const [zoom, lat, lng] = (every().mapa || "").split("/").map(Number);
    const numbers = every().mapa && [zoom, lat, lng].every(Number.isFinite);
    return numbers && Math.abs(lat) <= 85 && Math.abs(lng) <= 180 ? { zoom, center: [lat, lng] } : null;
  }

  function look() {
    const asked = view();
    if (asked) map.setView(asked.center, asked.zoom, { animate: false });
  }

  function keepView() {
    const { lat, lng } = map.getCenter();
    set({ mapa: `${map.getZoom()}/${lat.toFixed(4)}/${lng.toFixed(4)}` });
  }

  function heardOf() {
    for (const fn of heard) fn(wanted);
  }

  function readAll() {
    wanted = choice.read(location.hash.slice(1), settings.terms);
    hidden = new Set((every().capas || "").split(",").filter(Boolean));
  }

  app.state = { get: (name) => every()[name] ?? null, set };
  app.selection = () => ({ ...wanted });
  app.setSelection = (sel) => {
    wanted = choice.chosen(sel, settings.terms);
    const said = choice.write(wanted);
    set(Object.fromEntries(choice.NAMES.map((name) => [name, said[name] ?? ""])));
    heardOf();
  };
  app.onSelection = (fn) => heard.push(fn);
  app.hidden = (look_) => hidden.has(look_);
  app.hide = (look_, away) => {
    if (away) hidden.add(look_);
    else hidden.delete(look_);
    set({ capas: [...hidden].sort().join(",") });
    heardOf();
  };

  app.onLink = (fn) => moved.push(fn);

  readAll();
  if (!view()) map.fitBounds(app.bounds, { padding: [20, 20], animate: false });
  look();
  map.on("moveend", keepView);
  window.addEventListener("hashchange", () => {
    if (location.hash === own) return;
    own = location.hash;
    readAll();
    look();
    heardOf();
    for (const fn of moved) fn();
  });
});
