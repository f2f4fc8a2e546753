/**
 * The service worker: for the workplace (`/werk/`) only. It keeps the page of the walking rounds readable without a
 * network, and shows push messages. What a page may keep it decides itself (`desk/round/kept.ts`); nothing of the
 * API is kept here.
 *
 * Served at /service-worker.js as one classic script: this file imports nothing. Routing is the table `ROUTES`.
 */

interface Late extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Fetching extends Late {
  readonly request: Request;
  respondWith(answer: Promise<Response> | Response): void;
}
interface Pushed extends Late {
  readonly data: { json(): unknown } | null;
}
interface Clicked extends Late {
  readonly notification: Notification;
}
interface Told extends Late {
  readonly data: unknown;
}
interface Window {
  readonly url: string;
  focus(): Promise<Window>;
  navigate(address: string): Promise<Window | null>;
}
interface Worker {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { claim(): Promise<void>; matchAll(options: object): Promise<Window[]>; openWindow(address: string): Promise<Window | null> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: Late) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(type: "push", listener: (event: Pushed) => void): void;
  addEventListener(type: "notificationclick", listener: (event: Clicked) => void): void;
  addEventListener(type: "message", listener: (event: Told) => void): void;
}

const worker = self as unknown as Worker;

/** The page of the rounds and the files it needs; another version throws the old one away. */
const SHELL = "desk-shell-1";
/** Photos on the round; filled and emptied by the page. */
const PHOTOS = "desk-photos-1";
const OURS = /^desk-/;
const ROUND = "/werk/ronde/";
const PATIENCE = 6_000;

type Answer = (request: Request, address: URL) => Promise<Response>;

/** The first that fits answers; what fits none goes to the network as if we were not here. */
const ROUTES: readonly { fits(request: Request, address: URL): boolean; answer: Answer }[] = [
  { fits: ({ mode }, { pathname }) => mode === "navigate" && pathname.startsWith(ROUND), answer: roundPage },
  { fits: ({ mode }, { pathname }) => mode === "navigate" && pathname.startsWith("/werk/"), answer: otherPage },
  { fits: (_request, { pathname }) => pathname.startsWith("/static/app/") || pathname.startsWith("/taal/"), answer: file },
  { fits: (_request, { pathname }) => /^\/photos\/[^/]+\/thumb$/.test(pathname), answer: photo },
];

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));

worker.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => worker.clients.claim())));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  const route = ROUTES.find((one) => one.fits(request, address));
  if (route) event.respondWith(route.answer(request, address));
});

worker.addEventListener("message", (event) => {
  const told = event.data as { keep?: unknown };
  if (Array.isArray(told.keep)) event.waitUntil(keep(told.keep.filter((one): one is string => typeof one === "string")));
});

async function tidy(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => OURS.test(name) && name !== SHELL && name !== PHOTOS).map((name) => caches.delete(name)));
}

/** The round's page with exactly these files, taken together: a page never gets files of another build. */
async function keep(files: string[]): Promise<void> {
  const shell = await caches.open(SHELL);
  const page = await fetch(ROUND, { credentials: "same-origin", cache: "no-store" });
  if (!page.ok || page.redirected) return;
  for (const address of files) if (!(await shell.match(address))) await shell.add(address);
  await shell.put(ROUND, page);
  const wanted = new Set([ROUND, ...files].map((one) => new URL(one, location.origin).href));
  for (const { url } of await shell.keys()) if (!wanted.has(url)) await shell.delete(url);
}

async function roundPage(request: Request): Promise<Response> {
  try {
    return await within(fetch(request), PATIENCE);
  } catch {
    const kept = await (await caches.open(SHELL)).match(ROUND);
    return kept ?? Response.error();
  }
}

/** Another page of the workplace: without a network, to the one that works. */
async function otherPage(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    const kept = await (await caches.open(SHELL)).match(ROUND);
    return kept ? Response.redirect(`${ROUND}?offline`, 302) : Response.error();
  }
}

async function file(request: Request): Promise<Response> {
  const kept = await (await caches.open(SHELL)).match(request);
  return kept ?? fetch(request);
}

/** The network decides who still may see it; what was kept is for when there is none. */
async function photo(request: Request): Promise<Response> {
  try {
    return await within(fetch(request), PATIENCE);
  } catch {
    return (await (await caches.open(PHOTOS)).match(request.url)) ?? Response.error();
  }
}

function within<T>(wanted: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error("too slow")), milliseconds);
    wanted.then(done, failed).finally(() => clearTimeout(timer));
  });
}

// --- messages ---------------------------------------------------------------------------------

worker.addEventListener("push", (event) => {
  let told: { title?: unknown; body?: unknown; tag?: unknown; url?: unknown } = {};
  try {
    told = (event.data?.json() ?? {}) as typeof told;
  } catch {
    // Whatever it was, the browser wants something to be shown.
  }
  event.waitUntil(
    worker.registration.showNotification(typeof told.title === "string" ? told.title : "Wijkplatform", {
      body: typeof told.body === "string" ? told.body : "",
      tag: typeof told.tag === "string" ? told.tag : "wijk",
      icon: "/static/app/mark-512.png",
      data: { url: typeof told.url === "string" ? told.url : "/werk/" },
    }),
  );
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url } = (event.notification.data ?? { url: "/werk/" }) as { url: string };
  const target = new URL(url, location.origin);
  if (target.origin !== location.origin || !target.pathname.startsWith("/werk/")) return;
  event.waitUntil(show(target.href));
});

/** In a window of the workplace that is open already, else in a new one. */
async function show(address: string): Promise<void> {
  const windows = await worker.clients.matchAll({ type: "window" });
  const open = windows.find(({ url }) => url === address) ?? windows[0];
  if (!open) {
    await worker.clients.openWindow(address);
    return;
  }
  const there = open.url === address ? open : await open.navigate(address).catch(() => null);
  await (there ?? open).focus();
}
