/** Beginning an initiative, and the group's own side: what is typed is kept while one types, and the place on a map. */
import "../styles/beginnen.css";
import { loadCatalogue, t } from "./i18n";

/** After the last key. */
const AFTER = 1200;
const STEP = "[data-page]";

interface Kept {
  saved: boolean;
  message?: string;
  address?: string;
  mark?: string;
}

/** Sends what stands in the form, quietly; one at a time, and what was typed meanwhile after it. */
function keep(form: HTMLFormElement): void {
  const said = form.querySelector<HTMLElement>("#saved");
  const seen = form.querySelector<HTMLInputElement>("[name=seen]");
  let timer: number | undefined;
  let busy = false;
  let again = false;
  let stopped = false;

  const say = (words: string, state: string): void => {
    if (!said) return;
    said.textContent = words;
    said.dataset["state"] = state;
  };
  const save = async (): Promise<void> => {
    if (stopped || form.dataset["sending"] !== undefined) return;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    say(t("Saving…"), "busy");
    try {
      const values = new FormData(form);
      values.delete("photos");
      const answer = await fetch(form.action, { method: "POST", body: values, headers: { "X-Save": "draft" }, redirect: "manual" });
      // Signed out meanwhile: the page itself tells so, at the next step.
      const kept = answer.type === "opaqueredirect" ? { saved: false } : ((await answer.json().catch(() => ({ saved: false }))) as Kept);
      if (kept.address) {
        form.action = kept.address;
        history.replaceState(history.state, "", kept.address);
      }
      if (kept.mark && seen) seen.value = kept.mark;
      if (kept.saved) say(t("Saved"), "ok");
      else say(kept.message ?? t("Not saved yet. Your words stay here."), "wrong");
      stopped = answer.status === 409;
    } catch {
      say(t("No network. Your words stay here."), "wrong");
      timer = window.setTimeout(() => void save(), 5 * AFTER);
    }
    busy = false;
    if (again) {
      again = false;
      void save();
    }
  };
  const soon = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void save(), AFTER);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement && target.type === "file")) soon();
  });
  form.addEventListener("keep", soon); // the map was moved
  form.addEventListener("submit", () => window.clearTimeout(timer));
}

async function begin(form: HTMLFormElement): Promise<void> {
  const page = form.closest<HTMLElement>(STEP)?.dataset["page"] ?? "";
  await loadCatalogue();
  if (page === "where") {
    const { choosePlace } = await import("./melden/place");
    await import("../styles/melden.css");
    const place = choosePlace(form);
    place.show();
    form.addEventListener("submit", (event) => {
      const button = (event as SubmitEvent).submitter;
      if (button instanceof HTMLButtonElement && button.name === "later") return;
      if (!place.isKnown()) event.preventDefault();
    });
  }
  // Only a draft: what everybody sees changes when somebody presses the button.
  if (form.querySelector("#saved") && page !== "photos" && page !== "look" && page !== "similar") keep(form);
}

// On a phone the tabs are wider than the screen.
document.querySelector(".group-tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
const form = document.querySelector<HTMLFormElement>("#plan-form");
if (form) void begin(form);
