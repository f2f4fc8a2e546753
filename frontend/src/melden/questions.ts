/** The extra questions of a category, drawn from the category tree, so that they are there without a network too. */
import { t } from "../i18n";
import { fill, read, type Values } from "./draft";
import { categoryTree } from "./tree";

export interface Question {
  key: string;
  label: string;
  help: string;
  type: "text" | "choice" | "multi" | "date" | "number" | "photo";
  choices: { value: string; label: string }[];
  required: boolean;
  showIf: { key: string; values: string[] } | null;
}

/** The questions that these answers bring up, in order; `asked` in `participation/routing/questions.py`. */
export function asked(questions: readonly Question[], answers: ReadonlyMap<string, readonly string[]>): Question[] {
  const shown: Question[] = [];
  for (const question of questions) {
    const { showIf } = question;
    const isUp = !showIf || (shown.some(({ key }) => key === showIf.key) && (answers.get(showIf.key) ?? []).some((value) => showIf.values.includes(value)));
    if (isUp) shown.push(question);
  }
  return shown;
}

/** As `POST /reports` takes them; empty ones are left out. */
export function answersOf(questions: readonly Question[], given: ReadonlyMap<string, readonly string[]>): Record<string, string | string[]> {
  const answers: Record<string, string | string[]> = {};
  for (const { key, type } of asked(questions, given)) {
    const values = (given.get(key) ?? []).map((value) => value.trim()).filter(Boolean);
    if (type !== "photo" && values.length) answers[key] = type === "multi" ? values : (values[0] ?? "");
  }
  return answers;
}

/** The answers in these form values, by question. */
export function given(values: Values): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, value] of values) {
    if (!name.startsWith("answer_")) continue;
    const key = name.slice("answer_".length);
    found.set(key, [...(found.get(key) ?? []), value]);
  }
  return found;
}

export class Questions {
  private current: Question[] = [];
  private drawn = "";
  private turn = 0;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly box: HTMLElement,
    private readonly photos: () => number,
  ) {
    form.addEventListener("change", (event) => {
      if (event.target instanceof Element && this.box.contains(event.target)) this.draw(read(this.form));
    });
    form.addEventListener("photos", () => this.markPhotos());
  }

  /** Those of the category; `values` are what was answered before. */
  async follow(slug: string, values: Values): Promise<void> {
    const turn = ++this.turn;
    const tree = slug ? await categoryTree() : null;
    if (turn !== this.turn) return; // another category was chosen meanwhile
    this.current = tree?.results.flatMap(({ children }) => children).find((one) => one.slug === slug)?.questions ?? [];
    this.drawn = "";
    this.draw(values);
  }

  answers(): Record<string, string | string[]> {
    return answersOf(this.current, given(read(this.form)));
  }

  /** Whether everything that must be answered is; says so at the first that is not. */
  isComplete(): boolean {
    const answers = given(read(this.form));
    const missing = asked(this.current, answers).filter(({ key, type, required }) => required && (type === "photo" ? this.photos() === 0 : !(answers.get(key) ?? []).some((value) => value.trim())));
    for (const { key } of this.current) this.say(key, "");
    for (const { key, type } of missing) this.say(key, type === "photo" ? t("Add a photo. We cannot do without it here.") : t("Please answer this question."));
    const [first] = missing;
    if (first) this.field(first.key)?.focus();
    return missing.length === 0;
  }

  /** What was answered, in words, with its question: for the summary. */
  answered(): { key: string; question: string; answer: string }[] {
    const answers = given(read(this.form));
    return asked(this.current, answers).flatMap(({ key, label, choices }) => {
      const said = (answers.get(key) ?? []).map((value) => choices.find((one) => one.value === value)?.label ?? value);
      return said.length ? [{ key, question: label, answer: said.join(", ") }] : [];
    });
  }

  /** The server refused what was answered, or not answered, here. Null when this is not asked. */
  refuse(key: string, words: string): HTMLElement | null {
    this.say(key, words);
    return this.field(key);
  }

  /** The question that asks for a photo. */
  forPhoto(): string | null {
    return this.current.find(({ type }) => type === "photo")?.key ?? null;
  }

  private field(key: string): HTMLElement | null {
    return this.box.querySelector<HTMLElement>(`[data-question="${CSS.escape(key)}"] :is(input, textarea, select, label.button)`);
  }

  private draw(values: Values): void {
    const up = asked(this.current, given(values));
    const names = up.map(({ key }) => key).join();
    if (names === this.drawn) return;
    this.drawn = names;
    const there = new Map([...this.box.children].map((child) => [(child as HTMLElement).dataset["question"], child]));
    // Those that stay are not made anew: the cursor may be in one.
    const wanted = up.map((question) => there.get(question.key) ?? this.make(question, values));
    for (const child of [...this.box.children]) if (!wanted.includes(child)) child.remove();
    wanted.forEach((child, place) => this.box.children[place] !== child && this.box.insertBefore(child, this.box.children[place] ?? null));
    this.markPhotos();
    this.form.dispatchEvent(new Event("questions"));
  }

  private make(question: Question, values: Values): HTMLElement {
    const { key, type } = question;
    const group = type === "choice" || type === "multi";
    const field = make(group ? "fieldset" : "div", group ? "field choices" : type === "photo" ? "field" : "field text");
    field.dataset["question"] = key;
    const id = `id_answer_${key}`;
    field.append(this.label(question, group, id));
    if (question.help) field.append(Object.assign(make("div", "hint", question.help), { id: `${id}_helptext` }));
    field.append(Object.assign(make("p", "error"), { id: `${id}_error`, hidden: true }));
    if (group) {
      for (const [place, { value, label }] of question.choices.entries()) {
        const input = Object.assign(document.createElement("input"), { type: type === "multi" ? "checkbox" : "radio", name: `answer_${key}`, value, id: `${id}_${place}` });
        const row = document.createElement("div");
        const words = Object.assign(make("label", ""), { htmlFor: input.id });
        words.append(input, document.createTextNode(label));
        row.append(words);
        field.append(row);
      }
    } else if (type === "photo") {
      const button = Object.assign(make("label", "button", t("Add photos")), { htmlFor: "id_photos", tabIndex: 0 });
      button.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          button.click();
        }
      });
      field.append(make("p", "soft"), button);
    } else {
      const input = Object.assign(document.createElement("input"), { type: type === "date" ? "date" : "text", name: `answer_${key}`, id });
      if (type === "number") input.inputMode = "decimal";
      if (type === "text") input.maxLength = 500;
      input.setAttribute("aria-describedby", `${question.help ? `${id}_helptext ` : ""}${id}_error`);
      field.append(input);
    }
    fill(field, values);
    return field;
  }

  private label(question: Question, group: boolean, id: string): HTMLElement {
    const label = make(group ? "legend" : question.type === "photo" ? "p" : "label", "", question.label);
    if (label instanceof HTMLLabelElement) label.htmlFor = id;
    if (!question.required) label.append(" ", make("span", "optional", `(${t("optional")})`));
    return label;
  }

  private markPhotos(): void {
    for (const { key, type } of this.current) {
      if (type !== "photo") continue;
      const words = this.box.querySelector(`[data-question="${CSS.escape(key)}"] .soft`);
      if (words) words.textContent = this.photos() ? t("You have added a photo.") : "";
    }
  }

  private say(key: string, words: string): void {
    const error = this.box.querySelector<HTMLElement>(`[data-question="${CSS.escape(key)}"] .error`);
    if (!error) return;
    error.textContent = words;
    error.hidden = !words;
    error.parentElement?.classList.toggle("invalid", words !== "");
  }
}

function make(tag: string, classes: string, words = ""): HTMLElement {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  if (words) element.textContent = words;
  return element;
}
