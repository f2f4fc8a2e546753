/** What it is about: proposed from the text, with the extra questions of what was chosen. */
import { type Advice, safetyAdvice } from "./safety";
import { categoryTree } from "./tree";

interface Suggestion {
  slug: string;
  score: number;
}

interface Answer {
  results: Suggestion[];
  advice: Advice[];
}

const THINK = 700;
const ENOUGH = 8;
/** Milliseconds that words of danger wait for the server before we look ourselves. */
const PATIENCE = 3_000;

/**
 * What the category becomes when `best` is proposed: a category that nobody chose follows the text. As `_propose` in
 * `participation/reports/pages/typed.py`.
 */
export function proposed(category: string, before: string, best: string): { category: string; proposed: string } {
  return category === "" || category === before ? { category: best, proposed: best } : { category, proposed: "" };
}

export interface Proposals {
  /** Ask at once what the text is about; nothing stays of a text before. */
  now(): Promise<void>;
}

/** As the person types: what we think it is about, and who to call when words point to danger. */
export function proposeCategories(form: HTMLFormElement): Proposals {
  const text = form.querySelector<HTMLTextAreaElement>("[name=text]");
  const select = form.querySelector<HTMLSelectElement>("[name=category]");
  const ours = form.querySelector<HTMLInputElement>("[name=proposed]");
  const box = form.querySelector<HTMLElement>("#proposals");
  const advice = form.querySelector<HTMLElement>("#advice");
  if (!text || !select || !ours || !box || !advice) return { now: () => Promise.resolve() };
  let timer: number | undefined;
  let asked = 0;
  let last: Suggestion[] = [];

  const ask = async (): Promise<void> => {
    window.clearTimeout(timer);
    const turn = ++asked;
    const words = text.value.trim();
    if (words.length < ENOUGH) {
      offer([]);
      return warn([]);
    }
    let heard = false;
    const ourselves = async (): Promise<void> => {
      const signals = (await categoryTree())?.safety;
      if (turn === asked && !heard && signals) warn(safetyAdvice(words, signals));
    };
    const impatient = window.setTimeout(() => void ourselves(), PATIENCE);
    try {
      const answer = await fetch("/api/v1/categories/_suggest", {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ text: words }),
      });
      if (turn !== asked) return;
      if (!answer.ok) return await ourselves();
      const found = (await answer.json()) as Answer;
      if (turn !== asked) return;
      heard = true;
      offer(found.results);
      warn(found.advice);
    } catch {
      // Proposals are a kindness, the list is always there; who to call is said without a network too.
      await ourselves();
    } finally {
      window.clearTimeout(impatient);
    }
  };

  const offer = (suggestions: Suggestion[]): void => {
    last = suggestions;
    const options = suggestions
      .map(({ slug }) => [...select.options].find((option) => option.value === slug))
      .filter((option) => option !== undefined)
      .slice(0, 3);
    const next = proposed(select.value, ours.value, options[0]?.value ?? "");
    const changed = next.category !== select.value;
    [select.value, ours.value] = [next.category, next.proposed];
    box.querySelector(".row")?.replaceChildren(
      ...options.map((option) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button proposal";
        button.textContent = option.textContent;
        button.addEventListener("click", () => {
          select.value = option.value;
          select.dispatchEvent(new Event("input", { bubbles: true }));
          select.dispatchEvent(new Event("change", { bubbles: true }));
        });
        button.dataset["slug"] = option.value;
        return button;
      }),
    );
    mark();
    box.hidden = options.length === 0;
    if (changed) select.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const mark = (): void => {
    for (const button of box.querySelectorAll<HTMLElement>("button")) button.setAttribute("aria-pressed", String(button.dataset["slug"] === select.value));
  };

  const warn = (list: Advice[]): void => {
    const said = JSON.stringify(list);
    if ((advice.dataset["said"] ?? "[]") === said && list.length) return;
    advice.dataset["said"] = said;
    advice.replaceChildren(
      ...list.map((one) => {
        const notice = document.createElement("div");
        notice.className = "notice warn";
        const words = document.createElement("p");
        words.textContent = `${one.text} `;
        if (one.phone) {
          const link = document.createElement("a");
          link.className = "phone";
          link.dir = "ltr";
          link.href = `tel:${one.phone.replace(/[^0-9+]/g, "")}`;
          link.textContent = one.phone;
          words.append(link);
        }
        notice.append(words);
        return notice;
      }),
    );
  };

  text.addEventListener("input", () => {
    window.clearTimeout(timer);
    if (text.value.trim().length < ENOUGH) void ask();
    else timer = window.setTimeout(() => void ask(), THINK);
  });
  select.addEventListener("change", () => {
    if (select.value !== ours.value) ours.value = "";
    if (select.value === "" && last.length) offer(last); // nobody chose, so it follows the text again
    else mark();
  });
  window.addEventListener("online", () => void ask());
  if (text.value) void ask();
  return { now: ask };
}

/** The questions follow the category that is chosen. */
export function followCategory(form: HTMLFormElement, follow: (slug: string) => void): void {
  form.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLSelectElement && target.name === "category") follow(target.value);
  });
}
