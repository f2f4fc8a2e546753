/**
 * Keeps an open page as it is now. When the server says that something happened there, the page is fetched again and
 * the parts that differ are put in place: focus, what is unfolded and what is being read stay where they are.
 */
import { loadCatalogue, t } from "./i18n";
import { channel, LiveClient } from "./live";

/** Milliseconds between the news and fetching: a moment for more of it, and not everybody at once. */
const SOON = 150;
const SPREAD = 850;
const SHOWN_FOR = 8_000;
const FOCUSABLE = "a[href], button, summary, input, select, textarea, [tabindex]";

/** `<main data-streams="wijk:WK051836=12 wijk:GM0518=3">`: streams, and the numbers at which the page was made. */
export function streamsOf(written: string): Array<[string, number]> {
  return written
    .split(" ")
    .map((one): [string, number] => [one.slice(0, one.lastIndexOf("=")), Number(one.slice(one.lastIndexOf("=") + 1))])
    .filter(([name, seq]) => name !== "" && Number.isSafeInteger(seq));
}

/** Follow what happens on this page; `changed` gets the names of the parts that were put in place. */
export function keepFresh(root: HTMLElement, changed: (names: string[]) => void): void {
  const streams = streamsOf(root.dataset["streams"] ?? "");
  if (!streams.length || !("WebSocket" in window)) return;
  const before = new Map([...parts(document)].map((part) => [nameOf(part), part.outerHTML]));
  let seen: Iterable<readonly [string, number]> = streams;
  let client: LiveClient | null = null;
  let timer = 0;
  let busy = false;

  const soon = (): void => {
    if (timer || busy) return;
    timer = window.setTimeout(() => {
      timer = 0;
      busy = true;
      void refresh(before)
        .then((names) => names.length && changed(names))
        .finally(() => {
          busy = false;
          if (missed) {
            missed = false;
            soon();
          }
        });
    }, SOON + Math.random() * SPREAD);
  };
  let missed = false;
  const heard = (): void => {
    if (busy) missed = true;
    else soon();
  };
  // A phone in a pocket listens to nothing; what it missed comes when the page is looked at again.
  const look = (): void => {
    if (document.hidden) {
      if (client) seen = [...client.seen];
      client?.stop();
      client = null;
    } else if (!client) {
      client = new LiveClient(channel("/ws/wijk"), { event: heard, reset: heard }, undefined, seen);
      client.start();
    }
  };
  document.addEventListener("visibilitychange", look);
  look();
}

/** Fetch this page again and put in place what differs; the names of those parts. Never throws. */
async function refresh(before: Map<string, string>): Promise<string[]> {
  let fresh: Document;
  try {
    const answer = await fetch(`${location.pathname}${location.search}`, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (!answer.ok) return [];
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return []; // The next news asks again.
  }
  const names: string[] = [];
  const keep = steady();
  for (const part of parts(fresh)) {
    const name = nameOf(part);
    const words = part.outerHTML;
    const shown = [...parts(document)].find((one) => nameOf(one) === name);
    if (!shown || before.get(name) === words) continue;
    before.set(name, words);
    swap(shown, document.adoptNode(part));
    names.push(name);
  }
  keep();
  if (names.length) await announce(names);
  return names;
}

function parts(root: Document): NodeListOf<HTMLElement> {
  return root.querySelectorAll<HTMLElement>("main [data-live]");
}

function nameOf(part: HTMLElement): string {
  return part.dataset["live"] ?? "";
}

/** Put `fresh` where `shown` is; what was unfolded stays so, and the focus goes to the same thing or to its heading. */
function swap(shown: HTMLElement, fresh: HTMLElement): void {
  const open = [...shown.querySelectorAll("details")].map((one) => one.open);
  const focused = shown.contains(document.activeElement) ? document.activeElement : null;
  const place = focused ? [...shown.querySelectorAll(FOCUSABLE)].indexOf(focused) : -1;
  const address = focused?.getAttribute("href");
  shown.replaceWith(fresh);
  fresh.querySelectorAll("details").forEach((one, at) => (one.open = open[at] ?? false));
  if (focused) {
    const able = [...fresh.querySelectorAll<HTMLElement>(FOCUSABLE)];
    (able.find((one) => address && one.getAttribute("href") === address) ?? able[place] ?? able.at(-1))?.focus({ preventScroll: true });
  }
  fresh.classList.add("just-now");
}

/** Remember what is being read; the answer puts it back where it was on the screen. */
function steady(): () => void {
  const read = [...document.querySelectorAll<HTMLElement>("main .sections > *")].find((one) => one.getBoundingClientRect().bottom > 80);
  const key = read && (read.id ? `#${CSS.escape(read.id)}` : null);
  const top = read?.getBoundingClientRect().top ?? 0;
  return () => {
    const now = key ? document.querySelector(key) : read?.isConnected ? read : null;
    if (now) window.scrollBy({ top: now.getBoundingClientRect().top - top, behavior: "instant" });
  };
}

/** Say which parts are new, for the eye and the ear. */
async function announce(names: string[]): Promise<void> {
  const place = document.querySelector<HTMLElement>(".fresh-news");
  if (!place) return;
  await loadCatalogue();
  const headings = names
    .map((name) => document.querySelector(`[data-live="${name}"] h2`) ?? document.querySelector(`[data-live="${name}"]`)?.closest("section")?.querySelector("h2"))
    .map((heading) => heading?.textContent?.trim() ?? "");
  const said = [...new Set(headings.filter(Boolean))].join(", ");
  place.textContent = said ? t("New on this page: {parts}", { parts: said }) : t("This page is up to date again.");
  window.setTimeout(() => (place.textContent = ""), SHOWN_FOR);
}
