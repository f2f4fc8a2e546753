/** Points out personal data under the text as it is written; masks it when asked, never stops anybody. */
import { t } from "../i18n";
import { find, mask, names } from "./guard";

const PAUSE = 700;

export function guardText(form: HTMLFormElement): void {
  const text = form.querySelector<HTMLTextAreaElement>("textarea[name=text]");
  const place = form.querySelector<HTMLElement>("#findings");
  if (!text || !place) return;
  let left = "";
  let shown = "";
  let timer = 0;

  const show = (): void => {
    const found = text.value === left ? [] : find(text.value);
    const said = found.map(({ kind, start, end }) => `${names()[kind]}: ${text.value.slice(start, end)}`);
    if (said.join("\n") === shown) return; // It is a live region: say nothing twice.
    shown = said.join("\n");
    place.replaceChildren();
    if (!found.length) return;
    const notice = document.createElement("div");
    notice.className = "notice findings";
    notice.innerHTML = `<div class="stack"><p><strong></strong> <span></span></p><ul></ul><div class="row"></div></div>`;
    notice.querySelector("strong")!.textContent = t("Is this meant to be in your text?");
    notice.querySelector("span")!.textContent = t("Others who read your report see it too.");
    const list = notice.querySelector("ul")!;
    for (const { kind, start, end } of found) {
      const line = document.createElement("li");
      const part = document.createElement("bdi");
      part.textContent = text.value.slice(start, end);
      line.append(`${names()[kind]}: `, part);
      list.append(line);
    }
    const row = notice.querySelector(".row")!;
    row.append(
      button(t("Mask it"), "button", () => {
        text.value = mask(text.value, find(text.value));
        text.dispatchEvent(new Event("input", { bubbles: true }));
        text.dispatchEvent(new Event("change", { bubbles: true }));
        show();
        text.focus();
      }),
      button(t("Leave it as it is"), "button quiet", () => {
        left = text.value;
        show();
        text.focus();
      }),
    );
    place.append(notice);
  };

  text.addEventListener("input", () => {
    clearTimeout(timer);
    if (text.value.trim()) timer = window.setTimeout(show, PAUSE);
    else show();
  });
  text.addEventListener("change", show);
  show();
}

function button(words: string, classes: string, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = classes;
  made.textContent = words;
  made.addEventListener("click", press);
  return made;
}
