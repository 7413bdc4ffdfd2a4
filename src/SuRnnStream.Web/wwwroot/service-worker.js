// Keeps the page's files, so that it works without a connection. assets.js is made when the page is published: it names the files and changes with them.

importScripts("assets.js");

const KEPT = `surnn ${self.assets.version}`;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(self.assets.files.map((file) => new Request(file, { cache: "no-cache" })))));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("surnn ") && name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || !event.request.url.startsWith(self.registration.scope)) return;
  event.respondWith((async () => {
    const cache = await caches.open(KEPT);
    return (await cache.match(event.request.mode === "navigate" ? "./" : event.request, { ignoreSearch: true })) ?? fetch(event.request);
  })());
});
