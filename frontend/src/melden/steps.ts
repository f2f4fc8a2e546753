/** One step of the form at a time; the browser's back button goes a step back, a reload stays where it was. */
import { t } from "../i18n";

type Step = HTMLElement;

export interface Walk {
  /** `shown`: called when a step comes in view. */
  shown: Record<string, () => void>;
  /** May hold a step back, after saying why. */
  complete: Record<string, () => boolean>;
  /** Whether a step has anything to ask; those that have not are passed by. */
  asks: Record<string, () => boolean>;
  moved(step: string): void;
}

export interface Steps {
  goTo(step: string): void;
  /** The step in which this field is. */
  stepOf(field: Element): string;
}

interface Mark {
  step?: string;
  /** How many steps of ours lie before this one in the history. */
  depth?: number;
}

export function walkSteps(form: HTMLFormElement, begin: string, walk: Walk): Steps {
  const steps = [...form.querySelectorAll<Step>("[data-step]")];
  const names = steps.map(({ dataset }) => dataset["step"] ?? "");
  const back = form.querySelector<HTMLButtonElement>("#back");
  const next = form.querySelector<HTMLButtonElement>("#next");
  const send = form.querySelector<HTMLButtonElement>("#send");
  if (next) next.type = "button"; // it sends the step to the server where there is no script
  const head = form.querySelector<HTMLElement>(".step-head") ?? document.createElement("div");
  head.className = "step-head";
  head.innerHTML = `<ol class="steps" aria-hidden="true"></ol><p class="soft small"></p>`;
  form.prepend(head);
  const site = document.title;
  let at = 0;

  const isAsked = (index: number): boolean => walk.asks[names[index] ?? ""]?.() ?? true;
  const after = (index: number): number => {
    let to = index + 1;
    while (to < steps.length - 1 && !isAsked(to)) to += 1;
    return Math.min(to, steps.length - 1);
  };
  const before = (index: number): number => {
    let to = index - 1;
    while (to > 0 && !isAsked(to)) to -= 1;
    return Math.max(to, 0);
  };

  const count = (): void => {
    const asked = steps.map((_step, index) => index).filter((index) => index === at || isAsked(index));
    const place = asked.indexOf(at);
    const bars = asked.map((_index, number) => {
      const bar = document.createElement("li");
      bar.dataset["state"] = number < place ? "done" : number === place ? "now" : "next";
      return bar;
    });
    head.querySelector("ol")?.replaceChildren(...bars);
    const words = head.querySelector("p");
    if (words) words.textContent = t("Step {at} of {all}", { at: place + 1, all: asked.length });
  };
  const show = (index: number, focus: boolean): void => {
    at = Math.max(0, Math.min(steps.length - 1, index));
    const last = at === steps.length - 1;
    steps.forEach((step, number) => (step.hidden = number !== at));
    if (back) back.hidden = at === 0;
    if (next) next.hidden = last;
    if (send) send.hidden = !last;
    count();
    const name = names[at] ?? "";
    walk.shown[name]?.();
    walk.moved(name);
    const title = steps[at]?.querySelector<HTMLElement>("h2, .step-title");
    document.title = [title?.textContent.trim(), site].filter(Boolean).join(" · ");
    if (focus) {
      title?.focus({ preventScroll: true });
      head.scrollIntoView({ block: "start" });
    }
  };
  const mark = (): Mark => (history.state as Mark | null) ?? {};
  const go = (index: number): void => {
    history.pushState({ step: names[index], depth: (mark().depth ?? 0) + 1 }, "");
    show(index, true);
  };

  next?.addEventListener("click", (event) => {
    event.preventDefault(); // Without a script it sends this step to the server.
    const step = steps[at];
    if (step && isFilled(step) && (walk.complete[names[at] ?? ""]?.() ?? true)) go(after(at));
  });
  back?.addEventListener("click", () => {
    if ((mark().depth ?? 0) > 0) return history.back();
    // Opened here, on a step that was kept: there is nothing of ours to go back to.
    const to = before(at);
    history.replaceState({ step: names[to], depth: 0 }, "");
    show(to, true);
  });
  window.addEventListener("popstate", (event) => {
    const { step } = (event.state as Mark | null) ?? {};
    show(step === undefined ? 0 : names.indexOf(step), true);
  });
  form.addEventListener("keydown", (event) => {
    // Enter in a line of text means "next", not "send half a report".
    if (event.key === "Enter" && event.target instanceof HTMLInputElement && !["button", "submit", "file"].includes(event.target.type) && next && !next.hidden) {
      event.preventDefault();
      next.click();
    }
  });
  form.addEventListener("questions", count);

  history.scrollRestoration = "manual"; // or back would scroll to where this step's button was, past its title
  const start = names.indexOf(mark().step ?? begin);
  history.replaceState({ step: names[Math.max(0, start)], depth: mark().depth ?? 0 }, "");
  show(start, false);

  return {
    goTo: (step) => {
      const index = names.indexOf(step);
      if (index >= 0 && index !== at) go(index);
    },
    stepOf: (field) => names[steps.findIndex((step) => step.contains(field))] ?? "",
  };
}

/** The text is the one field we cannot do without; the browser's own words would be in its language. */
function isFilled(step: HTMLElement): boolean {
  const text = step.querySelector<HTMLTextAreaElement>("textarea[name=text]");
  if (!text) return true;
  if (text.value.trim()) {
    sayAt(text, "");
    return true;
  }
  sayAt(text, t("Tell us what you see. One sentence is enough."));
  text.focus();
  return false;
}

/** What is wrong with a field, before it and tied to it; "" takes it away. */
export function sayAt(field: HTMLElement, words: string): void {
  const id = `${field.id || "field"}-wrong`;
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  document.getElementById(id)?.remove();
  if (words) {
    const error = document.createElement("p");
    error.id = id;
    error.className = "error";
    error.textContent = words;
    error.setAttribute("role", "alert");
    field.before(error);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", [...described, id].join(" "));
    return;
  }
  field.removeAttribute("aria-invalid");
  if (described.length) field.setAttribute("aria-describedby", described.join(" "));
  else field.removeAttribute("aria-describedby");
}
