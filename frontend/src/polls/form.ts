/** The ballot with a script: all pages in the page, questions that come and go, and sending without losing anything. */
import { t } from "../i18n";
import { askedOf, choicesOf, unanswered, type Asked, type Control, type Entry } from "./choices";
import { makeRanking } from "./ranking";
import { keepSum } from "./sums";
import type { Waiting } from "./box";
import { canWait } from "./send";
import { queue, sendWaiting, shelf, showWaiting } from "./waiting";

const PATIENCE = 20_000;

/** `swapped`: another page took the place of this one. */
export function enhance(form: HTMLFormElement, swapped: () => void): void {
  const ballot = new Ballot(form, swapped);
  ballot.start();
}

class Ballot {
  private questions: HTMLElement[] = [];
  private pages: number[] = [];
  private at = 0;
  private busy = false;
  private shownButtons = "";
  private readonly last: HTMLElement | null;
  private readonly buttons: HTMLElement;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly swapped: () => void,
  ) {
    this.unpack();
    this.last = form.querySelector<HTMLElement>("[data-proof]");
    this.buttons = form.querySelector<HTMLElement>("[data-buttons]")!;
  }

  start(): void {
    for (const question of this.questions) {
      if (question.dataset["control"] === "rank") makeRanking(question);
      keepSum(question);
    }
    this.form.addEventListener("change", () => this.showAsked());
    this.form.addEventListener("submit", (event) => void this.submit(event));
    if (this.pages.length > 1) {
      this.buttons.replaceChildren();
      const wrong = this.questions.find((one) => one.classList.contains("invalid"));
      this.at = wrong ? Math.max(0, this.pages.indexOf(Number(wrong.dataset["page"]))) : 0;
    }
    this.fillCode();
    this.showAsked();
    const place = document.querySelector<HTMLElement>("[data-waiting]");
    if (place && this.questions.length && !this.changing) {
      void showWaiting(place, this.slug, (one) => this.reopen(one), (waits) => (this.form.hidden = waits)).catch(() => undefined);
      void sendWaiting().catch(() => undefined);
    }
  }

  private get slug(): string {
    return this.form.dataset["slug"] ?? "";
  }

  private get changing(): boolean {
    return this.form.dataset["changing"] !== undefined;
  }

  /** What stood ready for a script takes the place of what is carried along without one. */
  private unpack(): void {
    const here = this.form.querySelector<HTMLElement>("[data-questions]");
    const rest = this.form.querySelector<HTMLTemplateElement>("template[data-rest]");
    if (here && rest) {
      const all = [...here.children, ...rest.content.children] as HTMLElement[];
      all.sort((one, other) => Number(one.dataset["position"]) - Number(other.dataset["position"]));
      here.append(...all);
      rest.remove();
      const last = this.form.querySelector<HTMLTemplateElement>("template[data-last]");
      if (last) last.replaceWith(last.content);
      this.form.querySelector("[data-carried]")?.replaceChildren();
      this.form.querySelector<HTMLInputElement>("input[name=at]")!.value = "all";
    }
    this.questions = [...(here?.children ?? [])] as HTMLElement[];
    this.pages = [...new Set(this.questions.map((one) => Number(one.dataset["page"])))];
  }

  /** A code behind the # of the address, as the letter's square for a camera has it; no server sees it. */
  private fillCode(): void {
    const code = new URLSearchParams(location.hash.slice(1)).get("code");
    const field = this.form.querySelector<HTMLInputElement>("#id_code");
    if (!code || !field || this.form.dataset["level"] !== "letter") return;
    field.value = code;
    history.replaceState(null, "", location.pathname + location.search);
  }

  private get asked(): Asked[] {
    return this.questions.map((one) => ({
      id: one.dataset["question"] ?? "",
      name: one.id.slice(3),
      control: one.dataset["control"] as Control,
      required: one.dataset["required"] !== undefined,
      ifName: one.dataset["if"] ?? "",
      ifValues: (one.dataset["ifValues"] ?? "").split(" ").filter(Boolean),
    }));
  }

  /** Also of what is hidden: whether it is asked is decided by it. */
  private entries(): Entry[] {
    const found: Entry[] = [];
    for (const field of this.form.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(".question :is(input, select, textarea)")) {
      if (field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
      if (field.name) found.push([field.name, field.value]);
    }
    return found;
  }

  /** The pages on which something is asked of this voter. */
  private shownPages(names: Set<string>): number[] {
    return this.pages.filter((page) => this.questions.some((one) => Number(one.dataset["page"]) === page && names.has(one.id.slice(3))));
  }

  private showAsked(): void {
    const names = askedOf(this.asked, this.entries());
    const walking = this.pages.length > 1;
    const pages = this.shownPages(names);
    const page = this.pages[this.at] ?? this.pages[0];
    for (const one of this.questions) {
      const asked = names.has(one.id.slice(3));
      one.hidden = !asked || (walking && Number(one.dataset["page"]) !== page);
      for (const field of one.querySelectorAll<HTMLInputElement>("input, select, textarea")) field.disabled = !asked;
    }
    if (!walking || page === undefined) return;
    const isLast = pages.indexOf(page) === pages.length - 1;
    if (this.last) this.last.hidden = !isLast;
    const count = this.form.querySelector("[data-screen-count]");
    if (count) count.textContent = t("Page {page} of {many}", { page: pages.indexOf(page) + 1, many: pages.length });
    const hasBefore = pages.indexOf(page) > 0;
    if (this.shownButtons === `${isLast} ${hasBefore}`) return; // A button that is being pressed stays the same one.
    this.shownButtons = `${isLast} ${hasBefore}`;
    this.buttons.replaceChildren(...this.buttonsFor(isLast, hasBefore));
  }

  private buttonsFor(isLast: boolean, hasBefore: boolean): HTMLElement[] {
    const made = (words: string, kind: string, act: (() => void) | null): HTMLButtonElement => {
      const button = Object.assign(document.createElement("button"), { type: act ? "button" : "submit", className: `button ${kind}`, textContent: words, name: "go", value: "vote" });
      if (act) button.addEventListener("click", act);
      return button;
    };
    const level = this.form.dataset["level"] ?? "";
    const direct = canWait(level) || this.form.dataset["signedIn"] !== undefined;
    const words = this.changing ? t("Change my vote") : direct ? t("Vote") : t("Send me a code");
    const main = isLast ? made(words, "primary large", null) : made(t("Next"), "primary large", () => this.turn(1));
    return hasBefore ? [main, made(t("Back"), "", () => this.turn(-1))] : [main];
  }

  private turn(by: 1 | -1): void {
    if (by === 1 && this.sayUnanswered(Number(this.pages[this.at]))) return;
    const names = askedOf(this.asked, this.entries());
    const pages = this.shownPages(names);
    const to = pages[pages.indexOf(this.pages[this.at]!) + by];
    if (to === undefined) return;
    this.at = this.pages.indexOf(to);
    this.showAsked();
    const first = this.questions.find((one) => !one.hidden);
    first?.focus();
    first?.scrollIntoView({ block: "start" });
  }

  /** Say beside each question of this page (or of all) that it must be answered; whether there was one. */
  private sayUnanswered(page: number | null): boolean {
    const missing = new Set(unanswered(this.asked, this.entries()));
    const wrong = this.questions.filter((one) => missing.has(one.id.slice(3)) && (page === null || Number(one.dataset["page"]) === page));
    for (const one of this.questions) if (page === null || Number(one.dataset["page"]) === page) clearError(one);
    for (const one of wrong) addError(one, t("Answer this question too."));
    const first = wrong[0];
    if (first) {
      this.at = Math.max(0, this.pages.indexOf(Number(first.dataset["page"])));
      this.showAsked();
      first.focus();
      first.scrollIntoView({ block: "start" });
    }
    return wrong.length > 0;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const pressed = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
    if (this.pages.length > 1 && this.last?.hidden) return this.turn(1); // Enter in a field: the next page.
    if (this.busy) return;
    this.busy = true;
    pressed?.setAttribute("aria-busy", "true");
    try {
      await this.send(pressed);
    } finally {
      this.busy = false;
      pressed?.removeAttribute("aria-busy");
    }
  }

  private async send(pressed: HTMLButtonElement | null): Promise<void> {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") body.append(name, value);
    if (pressed?.name) body.append(pressed.name, pressed.value);
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(location.pathname, { method: "POST", body, headers: { Accept: "text/html" }, credentials: "same-origin", cache: "no-store", signal: stop.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const main = page.querySelector("main");
      if (!main || !page.querySelector("[data-vote], [data-receipt], [data-refused]")) throw new Error("not our page");
      document.title = page.title;
      document.querySelector("main")!.replaceWith(document.adoptNode(main));
      this.swapped();
    } catch {
      await this.noNetwork(pressed);
    } finally {
      clearTimeout(patience);
    }
  }

  /** Nothing came back: the ballot waits here, when nothing else has to be sent first. */
  private async noNetwork(pressed: HTMLButtonElement | null): Promise<void> {
    const level = this.form.dataset["level"] ?? "";
    const code = this.form.querySelector<HTMLInputElement>("#id_code")?.value.trim() ?? "";
    const complete = this.questions.length > 0 && !this.changing && canWait(level) && (level !== "letter" || code !== "");
    if (!complete) return this.say(t("There is no network. What you chose stays on this page. Try again in a moment."));
    if (this.sayUnanswered(null)) return;
    const declared = this.form.querySelector<HTMLInputElement>("#id_declared");
    if (declared && !declared.checked) {
      declared.focus();
      return this.say(t("Only the people it is for can vote. Tick the box."));
    }
    const entries = this.entries();
    try {
      await queue({
        key: this.form.dataset["token"] ?? "",
        slug: this.slug,
        title: this.form.dataset["title"] ?? "",
        body: {
          choices: choicesOf(this.asked, entries),
          order: Number(this.form.dataset["order"]) || 0,
          declared: declared?.checked ?? false,
          ...(level === "letter" ? { code } : {}),
        },
        entries,
      });
    } catch {
      return this.say(t("There is no network, and this device cannot keep your vote. Keep this page open and try again."));
    }
    pressed?.blur();
    await sendWaiting();
    const waiting = document.querySelector<HTMLElement>("[data-waiting]");
    waiting?.querySelector("button")?.focus({ preventScroll: true });
    waiting?.scrollIntoView({ block: "center" });
  }

  private say(words: string): void {
    let place = this.form.querySelector<HTMLElement>(".vote-said");
    if (!place) {
      place = Object.assign(document.createElement("p"), { className: "vote-said notice warn" });
      place.setAttribute("role", "alert");
      this.buttons.before(place);
    }
    place.textContent = words;
  }

  /** Back into the form, to change it; it waits no more. */
  private async reopen(one: Waiting): Promise<void> {
    for (const field of this.form.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(".question :is(input, select, textarea)")) {
      const values = one.entries.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox")) field.checked = values.includes(field.value);
      else field.value = values[0] ?? "";
    }
    const code = this.form.querySelector<HTMLInputElement>("#id_code");
    if (code && one.body?.code) code.value = one.body.code;
    await shelf.remove(one.key);
    // Orders and sums are made anew from the fields.
    this.form.hidden = false;
    document.querySelector("[data-waiting]")?.replaceChildren();
    for (const ranked of this.form.querySelectorAll<HTMLElement>(".ranked")) {
      ranked.querySelectorAll(".rank-place, .rank-buttons, .ballot-options + [role=status]").forEach((part) => part.remove());
      ranked.classList.remove("ranked");
      const list = ranked.querySelector(".ballot-options")!;
      list.replaceWith(list.cloneNode(true));
      for (const [name, value] of one.entries) {
        const field = ranked.querySelector<HTMLInputElement>(`[name="${name}"]`);
        if (field) field.value = value;
      }
      makeRanking(ranked);
    }
    this.at = 0;
    this.showAsked();
    this.form.dispatchEvent(new Event("change"));
    this.questions.find((question) => !question.hidden)?.focus();
  }
}

function clearError(question: HTMLElement): void {
  question.classList.remove("invalid");
  question.querySelector(":scope > .error")?.remove();
}

function addError(question: HTMLElement, words: string): void {
  question.classList.add("invalid");
  const said = Object.assign(document.createElement("p"), { className: "error", id: `${question.id}_error`, textContent: words });
  said.setAttribute("role", "alert");
  const title = question.querySelector(".hint, .question-about, .question-title");
  title?.after(said);
}
