/* Keeps the map on this device when the reader presses the button, says how much that is, and
   takes all of it away again. Before that press nothing is registered and nothing is stored. */
"use strict";

(() => {
  const STATE = "deslinde-estado";
  const OURS = "deslinde"; // how the names of our caches and of what we remember begin
  const AT_ONCE = 6;
  const RIGHTS_AT_ONCE = 200;
  const HALF_SCREEN_PX = 640;
  const TILE_PX = 256;

  const place = document.getElementById("guardar");
  if (!place) return;
  const { release, locale, language, listAddress, rightsAddress, workerAddress } = place.dataset;
  const words = JSON.parse(place.dataset.sentences);
  const scope = new URL(".", new URL(workerAddress, location.href)).href;
  const stateAt = new URL("deslinde-estado.json", scope).href;
  const [size, told, ask, save, remove, bar, which] = [
    "tamano", "guardado", "cuanto", "guardarlo", "quitar", "avance", "cual",
  ].map((id) => document.getElementById(id));
  const asked = new URLSearchParams(location.hash.slice(1));
  let list = null;

  const filled = (sentence, values) =>
    sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  const megabytes = (bytes) =>
    (bytes / 1e6).toLocaleString(locale, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  const able = window.isSecureContext && "serviceWorker" in navigator && "caches" in window;

  async function state() {
    const found = await caches.match(stateAt, { cacheName: STATE });
    return found ? found.json() : null;
  }

  // --- what to keep -------------------------------------------------------------------------

  function box() {
    const [zoom, lat, lon] = (asked.get("mapa") || "").split("/").map(Number);
    if (![zoom, lat, lon].every(Number.isFinite)) return null;
    const half = (360 * HALF_SCREEN_PX) / (TILE_PX * 2 ** zoom);
    const tall = half * Math.cos((lat * Math.PI) / 180);
    return [lon - half, lat - tall, lon + half, lat + tall];
  }

  function wanted() {
    const choice = place.querySelector("input[name=que]:checked").value;
    const key = which ? which.value : asked.get("territorio");
    if (choice === "territorio" && key) return { territorio: key };
    return choice === "vista" && box() ? { bbox: box() } : null;
  }

  function described(area) {
    if (!area) return words.country;
    if (area.bbox) return words.with_view;
    const name = which ? which.selectedOptions[0].textContent : area.territorio;
    return filled(words.with_land, { name });
  }

  async function posted(address, body) {
    const answer = await fetch(address, {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error);
    return said;
  }

  async function measured() {
    const area = wanted();
    const country = await fetch(listAddress, { credentials: "omit" });
    if (!country.ok) throw new TypeError(String(country.status));
    const all = [await country.json(), ...(area ? [await posted(listAddress, area)] : [])];
    const files = new Set(all.flatMap((one) => one.files));
    const rights = all.flatMap((one) => one.rights);
    const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
    return { files: [...files], rights, bytes, as_of: all[0].as_of, what: described(area) };
  }

  // --- keeping it ---------------------------------------------------------------------------

  async function filledCache(cache, progress) {
    const waiting = [...list.files];
    async function one() {
      for (let address = waiting.pop(); address; address = waiting.pop()) {
        const answer = await fetch(address, { credentials: "omit", cache: "reload" });
        if (answer.status !== 200) throw new Error(`${answer.status} ${address}`);
        await cache.put(address, answer);
        progress(list.files.length - waiting.length);
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    const shards = {};
    for (let from = 0; from < list.rights.length; from += RIGHTS_AT_ONCE) {
      const some = list.rights.slice(from, from + RIGHTS_AT_ONCE);
      const said = await posted(rightsAddress, { derechos: some });
      for (const [address, rights] of Object.entries(said)) {
        shards[address] = { ...shards[address], ...rights };
      }
    }
    for (const [address, rights] of Object.entries(shards)) {
      const headers = { "Content-Type": "application/json" };
      await cache.put(address, new Response(JSON.stringify(rights), { headers }));
    }
  }

  async function keep() {
    const before = await state();
    const on = new Date();
    const name = `${OURS}-${release}-${on.getTime()}`;
    const saved = on.toLocaleDateString(locale, { year: "numeric", month: "long", day: "numeric" });
    bar.hidden = false;
    bar.max = list.files.length;
    try {
      await filledCache(await caches.open(name), (done) => {
        bar.value = done;
        told.textContent = filled(words.keeping, { done, of: list.files.length });
      });
      const said = {
        cache: name,
        release,
        as_of: list.as_of,
        what: list.what,
        on: saved,
        page: location.pathname,
        language,
        words: {
          title: document.querySelector("h1").textContent,
          banner: filled(words.banner, { on: saved, release }),
          banner_newer: words.banner_newer,
          missing: words.missing,
        },
      };
      await navigator.serviceWorker.register(workerAddress, { scope });
      await navigator.serviceWorker.ready;
      await (await caches.open(STATE)).put(stateAt, new Response(JSON.stringify(said)));
    } catch (error) {
      await caches.delete(name);
      throw error;
    } finally {
      bar.hidden = true;
    }
    if (before) await caches.delete(before.cache);
  }

  async function forget() {
    for (const one of await navigator.serviceWorker.getRegistrations()) {
      const worker = one.active || one.waiting || one.installing;
      if (worker && worker.scriptURL === new URL(workerAddress, location.href).href) await one.unregister();
    }
    for (const name of await caches.keys()) if (name.startsWith(OURS)) await caches.delete(name);
    for (const kept of [localStorage, sessionStorage]) {
      for (const name of Object.keys(kept)) if (name.startsWith(OURS)) kept.removeItem(name);
    }
  }

  // --- what the page says -------------------------------------------------------------------

  async function show() {
    const now = await state();
    remove.hidden = !now;
    if (!now) {
      told.textContent = words.nothing;
      return;
    }
    const lines = [filled(words.state, now)];
    if (now.release !== release) lines.push(filled(words.newer, { release }));
    told.textContent = lines.join(" ");
  }

  function unmeasured() {
    list = null;
    save.hidden = true;
    size.textContent = "";
  }

  async function busy(button, deed) {
    button.disabled = true;
    try {
      await deed();
    } finally {
      button.disabled = false;
      // a button that rests or goes loses the focus: it comes back, or to the next thing to do
      const next = [button, remove, ask].find((one) => !one.hidden);
      if (document.activeElement === document.body) next.focus({ preventScroll: true });
    }
  }

  ask.addEventListener("click", () =>
    busy(ask, async () => {
      unmeasured();
      try {
        list = await measured();
      } catch (error) {
        size.textContent = error instanceof TypeError ? words.no_list : error.message;
        return;
      }
      const shown = { files: list.files.length.toLocaleString(locale), size: megabytes(list.bytes) };
      const { quota, usage } = await navigator.storage.estimate();
      const room = !quota || quota - usage > list.bytes;
      size.textContent = filled(room ? words.size : words.no_room, shown);
      save.hidden = !room;
    }),
  );
  save.addEventListener("click", () =>
    busy(save, async () => {
      try {
        await keep();
        await show();
        told.textContent = `${words.kept} ${told.textContent}`;
        unmeasured();
      } catch {
        await show();
        told.textContent = `${words.failed} ${told.textContent}`;
      }
    }),
  );
  remove.addEventListener("click", () =>
    busy(remove, async () => {
      await forget();
      await show();
      told.textContent = words.removed;
    }),
  );

  if (!able) {
    size.textContent = words.unable;
    ask.disabled = true;
    return;
  }
  for (const [name, there] of [["territorio", asked.get("territorio")], ["vista", box()]]) {
    const input = place.querySelector(`input[value=${name}]`);
    if (!input || !there) continue;
    input.closest("label").hidden = false;
    input.checked = true;
    if (name === "territorio" && which) which.value = asked.get("territorio");
  }
  if (which) {
    which.addEventListener("change", () => {
      place.querySelector("input[value=territorio]").checked = true;
    });
  }
  place.addEventListener("change", unmeasured);
  show();
})();
