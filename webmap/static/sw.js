/* Answers without a line from what its reader asked to keep; keeps nothing by itself. The page
   «Sin conexión» fills the caches, writes the state, and takes both away again.
   Answers to POST, and other people's addresses, never pass here. */
"use strict";

const STATE = "deslinde-estado";
const STATE_AT = new URL("deslinde-estado.json", self.registration.scope).href;
const PATIENCE_MS = 6000; // on a line as bad as that, the kept page is better than none
const MAIN = /<main id="contenido"[^>]*>/;

async function state() {
  // a match makes no cache, where opening one would
  const found = await caches.match(STATE_AT, { cacheName: STATE });
  return found ? found.json() : null;
}

function kept(now, asked) {
  return caches.match(asked, { cacheName: now.cache, ignoreSearch: asked.mode === "navigate", ignoreVary: true });
}

function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
}

async function noted(answer, sentence, now) {
  const text = await answer.text();
  const link = `<a href="${escaped(now.page)}">${escaped(now.words.title)}</a>`;
  const note = `<p class="copia" role="note">${escaped(sentence)} ${link}</p>`;
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length", "etag"]) headers.delete(name);
  return new Response(text.replace(MAIN, (main) => main + note), { status: answer.status, headers });
}

async function fresh(request, now) {
  let timer = 0;
  const late = new Promise((_, refuse) => {
    timer = setTimeout(() => refuse(new Error("late")), PATIENCE_MS);
  });
  const answer = await Promise.race([fetch(request), late]);
  clearTimeout(timer);
  const html = (answer.headers.get("content-type") || "").startsWith("text/html");
  if (!html || answer.status !== 200) return answer;
  const release = /<body[^>]*\sdata-release="([0-9a-f]+)"/.exec(await answer.clone().text());
  return !release || release[1] === now.release ? answer : noted(answer, now.words.banner_newer, now);
}

async function page(request) {
  const now = await state();
  if (!now) return fetch(request);
  try {
    return await fresh(request, now);
  } catch {
    const own = await kept(now, request);
    if (own) return noted(own, now.words.banner, now);
    const other = await caches.match(now.page, { cacheName: now.cache, ignoreVary: true });
    return other ? noted(other, now.words.missing, now) : Response.error();
  }
}

async function file(request) {
  const now = request.cache === "reload" ? null : await state();
  const own = now && (await kept(now, request));
  if (own) return own;
  const answer = fetch(request);
  // a kept square of the map that is empty, or one beyond what was kept: the note on the page says
  const tile = now && new URL(request.url).pathname.includes(`/teselas/${now.release}/`);
  return tile ? answer.catch(() => new Response(null, { status: 204 })) : answer;
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(request.mode === "navigate" ? page(request) : file(request));
});
