/** The service worker of the workplace: registered once, told which files the round's page needs. */

export async function registerWorker(): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator)) return null;
  try {
    return await navigator.serviceWorker.register("/service-worker.js", { scope: "/werk/" });
  } catch {
    // Not over HTTPS, or switched off: everything works, but for reading offline and messages.
    return null;
  }
}

/** Ask the worker to keep this page with the files it has loaded by now. */
export async function keepThisPage(): Promise<void> {
  const registration = await registerWorker();
  if (!registration) return;
  const { active } = await navigator.serviceWorker.ready;
  const files = new Set<string>();
  for (const { name } of performance.getEntriesByType("resource")) files.add(name);
  for (const link of document.querySelectorAll<HTMLLinkElement>("link[href]")) files.add(link.href);
  for (const script of document.querySelectorAll<HTMLScriptElement>("script[src]")) files.add(script.src);
  const keep = [...files].filter((address) => {
    const { origin, pathname } = new URL(address);
    return origin === location.origin && (pathname.startsWith("/static/app/") || pathname.startsWith("/taal/"));
  });
  active?.postMessage({ keep });
}

/** Photos on the way, for when there is no network; those of other rounds are thrown away. */
export async function keepPhotos(cache: string, addresses: readonly string[]): Promise<void> {
  if (!("caches" in window)) return;
  const kept = await caches.open(cache);
  const wanted = new Set(addresses.map((one) => new URL(one, location.origin).href));
  const known = new Set((await kept.keys()).map(({ url }) => url));
  for (const url of known) if (!wanted.has(url)) await kept.delete(url);
  for (const url of wanted) {
    if (known.has(url)) continue;
    const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok) await kept.put(url, answer);
  }
}
