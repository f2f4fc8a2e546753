/**
 * A server-rendered page that shows what happens: what lies in `[data-refresh]` is fetched again after an event whose
 * type begins with that value. Never under somebody's hands: while something inside is ticked, typed or focused, a
 * button offers it instead.
 */
import { t } from "../i18n";
import { channel, LiveClient } from "../live";

const GATHER = 1_500;

export function refresh(place: HTMLElement): void {
  const wanted = place.dataset["refresh"] ?? "";
  let waiting: number | undefined;
  const soon = () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void renew(), GATHER);
  };
  const renew = async () => {
    if (inUse(place)) return offer(place);
    const fresh = await fetchPlace();
    if (!fresh || inUse(place)) return;
    place.replaceChildren(...fresh.childNodes);
    place.dispatchEvent(new CustomEvent("renewed", { bubbles: true }));
  };
  let first = true;
  new LiveClient(channel("/ws/inbox"), {
    event: (_stream, event) => {
      if (event.type.startsWith(wanted)) soon();
    },
    reset: soon,
    closed: soon,
    welcome: () => {
      if (!first) soon();
      first = false;
    },
  }).start();
}

/** Somebody works here: something is ticked or typed that was not so at first, or a field has the focus. */
export function inUse(place: HTMLElement): boolean {
  const fields = [...place.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>("input, textarea, select")];
  return fields.some((field) => {
    if (field === document.activeElement) return true;
    if (field instanceof HTMLInputElement && field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field instanceof HTMLSelectElement) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
    return field.value !== field.defaultValue;
  });
}

async function fetchPlace(): Promise<HTMLElement | null> {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector<HTMLElement>("[data-refresh]");
  } catch {
    return null; // the next event tries again
  }
}

function offer(place: HTMLElement): void {
  if (document.querySelector("[data-refresh-offer]")) return;
  const note = document.createElement("div");
  note.className = "notice info";
  note.dataset["refreshOffer"] = "";
  note.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = t("Something changed here.");
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = t("Show it");
  words.append(" ", link);
  note.append(words);
  place.before(note);
}
