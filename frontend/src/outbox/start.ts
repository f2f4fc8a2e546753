/** On every page of the residents' site: what waits is sent, and the page says that something waits. */
import { language, loadCatalogue, tn } from "../i18n";
import { Outbox } from "./outbox";

let outbox: Outbox | null = null;

/** The one of this page. */
export function theOutbox(): Outbox {
  return (outbox ??= new Outbox());
}

/** Keep reporting ready for when there is no network, in the language of this page. */
export async function keepReporting(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
    const { active } = registration;
    (active ?? (await activated(registration)))?.postMessage({ seen: language() });
  } catch {
    // Not over HTTPS, or switched off: everything works, but for opening it without a network.
  }
}

function activated(registration: ServiceWorkerRegistration): Promise<ServiceWorker | null> {
  const coming = registration.installing ?? registration.waiting;
  return new Promise((done) => {
    if (!coming) return done(null);
    coming.addEventListener("statechange", () => {
      if (coming.state === "activated") done(coming);
      if (coming.state === "redundant") done(null);
    });
  });
}

/** A line on top of pages that are about something else. */
export async function tellWhatWaits(): Promise<void> {
  const waiting = theOutbox();
  let line: HTMLElement | null = null;
  let ready: Promise<void> | null = null;
  const draw = async (): Promise<void> => {
    if (waiting.reports.length === 0) {
      line?.remove();
      line = null;
      return;
    }
    await (ready ??= loadCatalogue());
    const many = waiting.reports.length;
    if (many === 0) return;
    if (!line) {
      line = document.createElement("div");
      line.className = "notice info waiting-line";
      line.setAttribute("role", "status");
      document.querySelector("#main > .wrap")?.prepend(line);
    }
    const words = document.createElement("p");
    const link = Object.assign(document.createElement("a"), { href: "/melden/#waiting", textContent: tn("{n} report waits on this device", "{n} reports wait on this device", many) });
    words.append(link);
    if (line.textContent !== words.textContent) line.replaceChildren(words);
  };
  waiting.watch(() => void draw());
  await waiting.start();
}
