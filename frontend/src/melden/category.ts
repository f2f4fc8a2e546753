/** What it is about: proposed from the text, with the extra questions of what was chosen. */

interface Suggestion {
  slug: string;
  score: number;
}

interface Answer {
  results: Suggestion[];
  advice: Array<{ kind: string; phone: string; text: string }>;
}

const THINK = 700;
const ENOUGH = 8;

/** As the person types: proposals for step three, and who to call when words point to danger. */
export function proposeCategories(form: HTMLFormElement): void {
  const text = form.querySelector<HTMLTextAreaElement>("[name=text]");
  const select = form.querySelector<HTMLSelectElement>("[name=category]");
  const box = form.querySelector<HTMLElement>("#proposals");
  const advice = form.querySelector<HTMLElement>("#advice");
  if (!text || !select || !box || !advice) return;
  let timer: number | undefined;
  let asked = 0;

  const ask = async (): Promise<void> => {
    const turn = ++asked;
    const words = text.value.trim();
    if (words.length < ENOUGH) return;
    try {
      const answer = await fetch("/api/v1/categories/_suggest", {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ text: words }),
      });
      if (!answer.ok || turn !== asked) return;
      const found = (await answer.json()) as Answer;
      offer(found.results);
      warn(found.advice);
    } catch {
      // Proposals are a kindness; the list is always there.
    }
  };

  const offer = (suggestions: Suggestion[]): void => {
    const row = box.querySelector(".row");
    if (!row) return;
    const options = suggestions
      .map(({ slug }) => [...select.options].find((option) => option.value === slug))
      .filter((option) => option !== undefined)
      .slice(0, 3);
    row.replaceChildren(
      ...options.map((option) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button proposal";
        button.textContent = option.textContent;
        button.setAttribute("aria-pressed", String(select.value === option.value));
        button.addEventListener("click", () => {
          select.value = option.value;
          select.dispatchEvent(new Event("input", { bubbles: true }));
          select.dispatchEvent(new Event("change", { bubbles: true }));
        });
        button.dataset["slug"] = option.value;
        return button;
      }),
    );
    box.hidden = options.length === 0;
  };

  const warn = (list: Answer["advice"]): void => {
    const said = JSON.stringify(list);
    if (advice.dataset["said"] === said) return;
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
    timer = window.setTimeout(() => void ask(), THINK);
  });
  select.addEventListener("change", () => {
    for (const button of box.querySelectorAll<HTMLElement>("button")) button.setAttribute("aria-pressed", String(button.dataset["slug"] === select.value));
  });
  if (text.value) void ask();
}

/** The questions follow the category that is chosen. */
export function followCategory(form: HTMLFormElement, follow: (slug: string) => void): void {
  form.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLSelectElement && target.name === "category") follow(target.value);
  });
}
