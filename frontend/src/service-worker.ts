/**
 * The service worker, one script for two registrations: the workplace (`/werk/`, see `worker/desk.ts`) and the
 * residents' site (`/`, see `worker/residents.ts`). It shows push messages, and sends reports that wait, where the
 * browser wakes it up for that.
 *
 * Served at /service-worker.js; the build makes it one classic script, see `vite.config.ts`.
 */
import { SYNC, send, shelf, Wire } from "./outbox/run";
import { byFetch } from "./outbox/transport";
import { desk } from "./worker/desk";
import { residents } from "./worker/residents";
import { worker } from "./worker/shapes";

const part = new URL(worker.registration.scope).pathname === "/werk/" ? desk : residents;

worker.addEventListener("install", (event) => event.waitUntil(part.install().then(() => worker.skipWaiting())));

worker.addEventListener("activate", (event) => event.waitUntil(part.activate().then(() => worker.clients.claim())));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== location.origin || (part === desk && request.method !== "GET")) return;
  const route = part.routes.find((one) => one.fits(request, address));
  if (route) event.respondWith(route.answer(request, address, event));
});

worker.addEventListener("message", (event) => {
  const done = typeof event.data === "object" && event.data !== null ? part.told(event.data) : null;
  if (done) event.waitUntil(done);
});

// --- reports that wait ------------------------------------------------------------------------

worker.addEventListener("sync", (event) => {
  if (event.tag === SYNC) event.waitUntil(sendWaiting());
});

/** Fails while something waits, so that the browser wakes us up again. */
async function sendWaiting(): Promise<void> {
  const wire = new Wire();
  try {
    await send(byFetch, wire.tell, true);
    if ((await shelf.list()).some(({ state }) => state === "waiting")) throw new Error("not everything is sent");
  } finally {
    wire.close();
  }
}

// --- messages ---------------------------------------------------------------------------------

worker.addEventListener("push", (event) => {
  let told: { title?: unknown; body?: unknown; tag?: unknown; url?: unknown; lang?: unknown } = {};
  try {
    told = (event.data?.json() ?? {}) as typeof told;
  } catch {
    // Whatever it was, the browser wants something to be shown.
  }
  event.waitUntil(
    worker.registration.showNotification(typeof told.title === "string" ? told.title : "Wijkplatform", {
      body: typeof told.body === "string" ? told.body : "",
      tag: typeof told.tag === "string" ? told.tag : "wijk",
      lang: typeof told.lang === "string" ? told.lang : "",
      dir: "auto",
      // Every news is one to be told of, also while the one before is still shown.
      ...(part === residents ? { renotify: true } : {}),
      icon: "/static/app/mark-512.png",
      data: { url: typeof told.url === "string" ? told.url : part.home },
    }),
  );
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url } = (event.notification.data ?? { url: part.home }) as { url: string };
  const target = new URL(url, location.origin);
  if (target.origin !== location.origin || !part.owns(target.pathname)) return;
  event.waitUntil(show(target.href));
});

/** In a window of this part that may be used for it, else in a new one. */
async function show(address: string): Promise<void> {
  const windows = (await worker.clients.matchAll({ type: "window" })).filter(({ url }) => part.givesWay(new URL(url).pathname));
  const open = windows.find(({ url }) => url === address) ?? windows[0];
  if (!open) {
    await worker.clients.openWindow(address);
    return;
  }
  const there = open.url === address ? open : await open.navigate(address).catch(() => null);
  await (there ?? open).focus();
}
