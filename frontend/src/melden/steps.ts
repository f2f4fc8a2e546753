/** One step of the form at a time; the browser's back button goes a step back. */
import { t } from "../i18n";

type Step = HTMLElement;

/** `shown`: called when a step comes in view. `complete`: may hold a step back, after saying why. */
export function walkSteps(form: HTMLFormElement, shown: Record<string, () => void>, complete: Record<string, () => boolean>): void {
  const steps = [...form.querySelectorAll<Step>("[data-step]")];
  const back = form.querySelector<HTMLButtonElement>("#back");
  const next = form.querySelector<HTMLButtonElement>("#next");
  const send = form.querySelector<HTMLButtonElement>("#send");
  const head = document.createElement("div");
  head.className = "step-head";
  head.innerHTML = `<ol class="steps" aria-hidden="true">${"<li></li>".repeat(steps.length)}</ol><p class="soft small"></p>`;
  form.prepend(head);
  let at = 0;

  const show = (index: number, focus: boolean): void => {
    at = Math.max(0, Math.min(steps.length - 1, index));
    steps.forEach((step, number) => (step.hidden = number !== at));
    [...head.querySelectorAll("li")].forEach((bar, number) => (bar.dataset["state"] = number < at ? "done" : number === at ? "now" : "next"));
    const words = head.querySelector("p");
    if (words) words.textContent = t("Step {at} of {all}", { at: at + 1, all: steps.length });
    if (back) back.hidden = at === 0;
    if (next) next.hidden = at === steps.length - 1;
    if (send) send.hidden = at !== steps.length - 1;
    const step = steps[at];
    if (step) shown[step.dataset["step"] ?? ""]?.();
    if (at === steps.length - 1) summarise(form);
    if (focus) {
      step?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
      head.scrollIntoView({ block: "start" });
    }
  };
  const go = (index: number): void => {
    history.pushState({ step: index }, "");
    show(index, true);
  };
  const stepOf = (element: Element | null): number => steps.findIndex((step) => element !== null && step.contains(element));

  next?.addEventListener("click", () => {
    const step = steps[at];
    if (step && isFilled(step) && (complete[step.dataset["step"] ?? ""]?.() ?? true)) go(at + 1);
  });
  back?.addEventListener("click", () => history.back());
  window.addEventListener("popstate", (event) => {
    const state = event.state as { step?: number } | null;
    show(state?.step ?? 0, true);
  });
  form.addEventListener("keydown", (event) => {
    // Enter in a line of text means "next", not "send half a report".
    if (event.key === "Enter" && event.target instanceof HTMLInputElement && next && !next.hidden) {
      event.preventDefault();
      next.click();
    }
  });
  // Links of the error summary point into steps that may be hidden.
  document.querySelector(".error-summary")?.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const field = link ? document.getElementById(link.hash.slice(1)) : null;
    const index = stepOf(field);
    if (!field || index < 0) return;
    event.preventDefault();
    go(index);
    field.focus();
  });

  const wrong = stepOf(form.querySelector("[aria-invalid=true]"));
  const start = wrong < 0 ? 0 : wrong;
  history.replaceState({ step: start }, "");
  show(start, false);
}

/** The text is the one field we cannot do without; the browser's own words would be in its language. */
function isFilled(step: HTMLElement): boolean {
  const text = step.querySelector<HTMLTextAreaElement>("textarea[required]");
  if (!text) return true;
  if (text.value.trim()) {
    const told = step.querySelector("#text-missing");
    if (told) {
      told.remove();
      text.removeAttribute("aria-invalid");
      text.setAttribute("aria-describedby", (text.getAttribute("aria-describedby") ?? "").replace(/ ?text-missing/, ""));
    }
    return true;
  }
  if (!step.querySelector("#text-missing")) {
    const error = document.createElement("p");
    error.id = "text-missing";
    error.className = "error";
    error.setAttribute("role", "alert");
    error.textContent = t("Tell us what you see. One sentence is enough.");
    text.before(error);
    text.setAttribute("aria-describedby", `${text.getAttribute("aria-describedby") ?? ""} text-missing`.trim());
  }
  text.setAttribute("aria-invalid", "true");
  text.focus();
  return false;
}

function summarise(form: HTMLFormElement): void {
  const list = form.querySelector<HTMLElement>("#summary");
  if (!list) return;
  const value = (name: string): string => {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLSelectElement) return field.selectedOptions[0]?.value ? (field.selectedOptions[0].textContent ?? "") : "";
    return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value.trim() : "";
  };
  const photos = form.querySelectorAll("#photos input[name=photo]").length;
  const onMap = value("area") || (value("lon") ? t("The place on the map") : "");
  const rows: Array<[string, string]> = [
    ["text", value("text")],
    ["place", [value("address"), onMap].filter(Boolean).join(", ")],
    ["category", value("category") || t("We choose for you")],
    ["photos", photos ? String(photos) : ""],
  ];
  list.replaceChildren(
    ...rows
      .filter(([, words]) => words)
      .map(([name, words]) => {
        const row = document.createElement("div");
        const term = document.createElement("dt");
        const said = document.createElement("dd");
        term.textContent = list.dataset[name] ?? name;
        said.textContent = words;
        row.append(term, said);
        return row;
      }),
  );
  list.hidden = false;
}
