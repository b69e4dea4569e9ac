// A service worker for one thing: without a network the front page is today's brief, as it was kept. While there is a network
// it answers nothing itself, so the pages, their socket and their files are what they are without it.
"use strict";

const KEPT = "earmark-brief";
const root = new URL("./", location.href);
const page = new URL("offline/brief", root).href;
const PUBLIC = new URL("pages/", root).pathname; // typeface and icon
const LEAVING = ["sign-in", "account/sign-out", "account/sign-out-everywhere", "account/password", "invitation"];
const leaving = new Set(LEAVING.map((path) => new URL(path, root).pathname));
let turn = 0;

const forget = () => {
  turn += 1; // what is being fetched for the reader before is not kept either
  return caches.delete(KEPT);
};

// The brief of whoever is signed in now. A network that fails leaves what is there, another answer takes it away.
const keep = async () => {
  const mine = (turn += 1);
  let answer;
  try {
    answer = await fetch(page, { cache: "no-store", credentials: "same-origin", redirect: "manual" });
  } catch {
    return;
  }
  if (answer.status >= 500) {
    return;
  }
  if (!answer.ok) {
    await forget();
    return;
  }
  const looks = [...(await answer.clone().text()).matchAll(/href="\/(pages\/[^"]+)"/g)].map((at) => new URL(at[1], root).href);
  const cache = await caches.open(KEPT);
  await cache.addAll(looks).catch(() => undefined); // it can be read without
  if (mine === turn) {
    await cache.put(page, answer);
  }
};

const front = async (event) => {
  let answer;
  try {
    answer = await fetch(event.request);
  } catch {
    return (await caches.match(page, { cacheName: KEPT })) ?? Response.error();
  }
  if (answer.status < 500) {
    // Whoever is shown this page may be another reader than before: theirs goes first.
    event.waitUntil(forget().then(() => (answer.ok ? keep() : undefined)));
  }
  return answer;
};

const look = async (request) => {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request.url, { cacheName: KEPT, ignoreVary: true })) ?? Response.error();
  }
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim().then(keep)));
addEventListener("message", (event) => event.data === "keep" && event.waitUntil(keep()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== root.origin) {
    return;
  }
  if (request.mode === "navigate") {
    if (leaving.has(url.pathname)) {
      event.waitUntil(forget());
    } else if (request.method === "GET" && url.pathname === root.pathname && !url.search) {
      event.respondWith(front(event));
    }
  } else if (request.method === "GET" && url.pathname.startsWith(PUBLIC)) {
    event.respondWith(look(request));
  }
});
