/* The frame of the map. Folium's script calls deslinde.begin(map, settings) once; every other
   file brings a part with deslinde.addon(part), and each part is given one thing: `app`.
   Texts from data become text nodes, never markup. */
"use strict";

const deslinde = (() => {
  const waiting = []; // parts that came before the map
  const GONE = 410;
  const SOON_MS = 20_000;
  const EDGE_PX = 12;
  const BUTTONS_PX = 56;
  const FRAME_PX = 28; // of a sheet, around what it holds
  let app = null;

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text !== undefined && text !== null) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function filled(sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

  function number(value) {
    return Number(value).toLocaleString(app.words.locale);
  }

  // --- asking ---------------------------------------------------------------------------------

  /* The release of this page has left: the page of the next one is loaded at the same address,
     whose fragment says what was seen. Not twice in a row: a page that was kept on a device would
     come back the same. */
  function left() {
    app.status(app.words.left);
    const [how] = performance.getEntriesByType("navigation");
    const again = how && how.type === "reload" && performance.now() < SOON_MS;
    if (!again) location.reload();
  }

  async function taken(answer) {
    if (answer.ok) return answer.json();
    if (answer.status === GONE) left();
    const told = await answer.json().catch(() => ({})); // a plain page has no sentence to show
    throw new Error(told.error || app.words.failed);
  }

  /* What a reader asks about goes in the body, so that no address and no log holds it. A part may
     answer an address itself (a folder without a server does). */
  function ask(address, body) {
    const own = app.answers.get(address);
    if (own) return Promise.resolve(body).then(own);
    return fetch(address, {
      method: "POST",
      credentials: "omit",
      cache: "no-store",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }).then(taken);
  }

  function get(address) {
    const own = app.answers.get(address);
    if (own) return Promise.resolve().then(own);
    return fetch(address, { credentials: "omit" }).then(taken);
  }

  // --- a sheet on the map -----------------------------------------------------------------------

  /* How large a sheet may be, and how far from the edges: the buttons that make the map larger and
     smaller lie above it and would cover its first words. On a phone they give way to it. */
  function room(map, width, height) {
    const size = map.getSize();
    const left = matchMedia("(max-width: 800px)").matches ? EDGE_PX : BUTTONS_PX;
    const foot = map.attributionControl.getContainer().offsetHeight; // lies above a sheet too
    const most = size.x - left - EDGE_PX - FRAME_PX;
    return {
      maxWidth: Math.min(width.most, most),
      minWidth: Math.min(width.least, most),
      maxHeight: Math.max(160, Math.min(height, size.y - 90 - foot)),
      autoPanPaddingTopLeft: [left, EDGE_PX],
      autoPanPaddingBottomRight: [EDGE_PX, EDGE_PX + foot],
    };
  }

  function open(point, node) {
    const { map, words } = app;
    const popup = L.popup(room(map, { least: 300, most: 440 }, 460));
    node.tabIndex = -1;
    const fit = () => {
      if (!popup.isOpen()) return;
      const focused = document.activeElement;
      popup.update(); // takes the sheet out and puts it back, which drops the focus
      if (node.contains(focused)) focused.focus({ preventScroll: true });
    };
    node.addEventListener("toggle", fit, true);
    popup.setLatLng(point).setContent(node).openOn(map);
    const button = popup.getElement().querySelector(".leaflet-popup-close-button");
    button.setAttribute("aria-label", words.close);
    button.title = words.close;
    node.focus({ preventScroll: true });
    return { popup, fit };
  }

  /* What has the focus once a sheet is closed: what opened it where the sheet took the focus along. */
  function kept(popup) {
    const now = document.activeElement;
    const lost = now === document.body || popup.getElement().contains(now);
    if (!lost) return now;
    return (popup.options.opener && popup.options.opener()) || app.container;
  }

  // --- parts ------------------------------------------------------------------------------------

  function addon(part) {
    if (app && app.begun) part(app);
    else waiting.push(part);
  }

  function load(address) {
    return new Promise((done) => {
      const script = document.createElement("script");
      script.src = address;
      script.async = false;
      script.onload = script.onerror = done;
      document.head.append(script);
    });
  }

  /* What the first view does not need comes once it is drawn; `ready` says that all is there. */
  function drawn() {
    if (app.container.dataset.drawn) return;
    app.container.dataset.drawn = "yes";
    const later = app.container.closest("[data-later-address]");
    (later ? load(later.dataset.laterAddress) : Promise.resolve()).then(() => {
      app.container.dataset.ready = "yes";
      for (const part of app.whenReady.splice(0)) part();
    });
  }

  function ready(part) {
    if (app.container.dataset.ready) part();
    else app.whenReady.push(part);
  }

  /* For whom movement makes ill: the view changes at once. */
  function still(map) {
    const { panBy } = map;
    Object.assign(map, {
      _zoomAnimated: false,
      _fadeAnimated: false,
      panBy: (offset, options) => panBy.call(map, offset, { ...options, animate: false }),
    });
    map.options.inertia = false;
    map.getContainer().classList.remove("leaflet-fade-anim");
  }

  function begin(map, settings) {
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) still(map);
    const { words } = settings;
    const container = map.getContainer();
    const line = document.getElementById("estado-mapa");
    app = {
      map,
      settings,
      words,
      container,
      answers: new Map(), // address -> what answers it in the place of a server
      archives: {}, // name -> where its tiles are
      whenReady: [],
      begun: false,
      element,
      filled,
      number,
      ask,
      get,
      open,
      ready,
      drawn,
      left,
      tiles: (of) => {
        app.archives[of.name] = of;
      },
      first: (bounds) => {
        app.bounds = bounds;
      },
      status: (text) => {
        if (line) line.textContent = text;
      },
    };
    container.setAttribute("role", "application");
    container.setAttribute("aria-label", words.map);
    map.attributionControl.setPrefix(false);
    map.attributionControl.addAttribution(words.attribution);
    L.control.scale({ imperial: false }).addTo(map);
    L.control.zoom({ zoomInTitle: words.closer, zoomOutTitle: words.farther }).addTo(map);
    map.on("popupopen", () => container.classList.add("con-ficha"));
    map.on("popupclose", ({ popup }) => {
      container.classList.remove("con-ficha");
      kept(popup).focus({ preventScroll: true });
    });
    app.status(words.loading);
    queueMicrotask(() => {
      app.begun = true; // Folium's script has said all that it has to say
      for (const part of waiting.splice(0)) part(app);
    });
    return app;
  }

  return { addon, begin, element, filled, room, data: {} };
})();
