/** Following a report: the page changes by itself, without moving what is being read or typed. */
import { channel, LiveClient, type LiveState } from "./live";

const pill = document.getElementById("live-state");
const announcement = document.getElementById("announcement");
let fetching: Promise<void> | null = null;
let again = false;

function show(state: LiveState): void {
  if (!pill) return;
  pill.dataset["state"] = state;
  pill.textContent = pill.dataset[state] ?? "";
}

/** Fetch the parts that change; asked while one is under way, it fetches once more after it. */
function refresh(): void {
  if (fetching) {
    again = true;
    return;
  }
  fetching = load().finally(() => {
    fetching = null;
    if (again) {
      again = false;
      refresh();
    }
  });
}

async function load(): Promise<void> {
  let answer: Response;
  try {
    // By its reference: another tab may follow another report by now.
    answer = await fetch(`/volgen/?part=live&report=${encodeURIComponent(pill?.dataset["report"] ?? "")}`, { credentials: "same-origin", cache: "no-store" });
  } catch {
    return; // The next event, or the reconnect, asks again.
  }
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  let changed = false;
  for (const part of fresh.querySelectorAll<HTMLElement>("[data-part]")) {
    const shown = document.querySelector<HTMLElement>(`main [data-part="${part.dataset["part"] ?? ""}"]`);
    if (shown) changed = swap(shown, part) || changed;
  }
  const label = fresh.querySelector<HTMLElement>("[data-label]")?.dataset["label"];
  if (changed && announcement && label) announcement.textContent = (announcement.dataset["text"] ?? "{status}").replace("{status}", label);
}

/** Replace the content, keeping what was typed in it and where the cursor was. */
function swap(shown: HTMLElement, fresh: HTMLElement): boolean {
  if (words(shown) === words(fresh)) return false;
  const fields = (): NodeListOf<HTMLTextAreaElement | HTMLInputElement> => shown.querySelectorAll("textarea, input[type=text]");
  const typed = new Map([...fields()].map((field) => [field.id, field.value]));
  const focused = shown.contains(document.activeElement) ? document.activeElement?.id : "";
  shown.replaceChildren(...fresh.childNodes);
  for (const field of fields()) field.value = typed.get(field.id) ?? field.value;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  return true;
}

/** What a person sees of it; the form's token differs in every answer. */
function words(part: HTMLElement): string {
  const pictures = [...part.querySelectorAll("img")].map((image) => image.getAttribute("src")).join();
  return `${part.textContent?.replace(/\s+/g, " ") ?? ""}|${pictures}`;
}

new LiveClient(channel("/ws/tracking"), { event: refresh, reset: refresh, welcome: refresh, state: show }).start();
