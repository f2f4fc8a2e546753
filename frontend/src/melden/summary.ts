/** Before sending: what was filled in, each line with the way back to where it can be changed. */
import { t } from "../i18n";

interface Line {
  step: string;
  field: string;
  label: string;
  words: string;
}

export function summarise(form: HTMLFormElement, answers: { key: string; question: string; answer: string }[], goTo: (step: string) => void): void {
  const list = form.querySelector<HTMLElement>("#summary");
  if (!list) return;
  const value = (name: string): string => {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLSelectElement) return field.value ? (field.selectedOptions[0]?.textContent ?? "") : "";
    return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value.trim() : "";
  };
  const label = (name: string): string => list.dataset[name] ?? name;
  const photos = form.querySelectorAll("#photos > li").length;
  const onMap = value("area") || (value("lon") ? t("The place on the map") : "");
  const lines: Line[] = [
    { step: "what", field: "#id_text", label: label("text"), words: value("text") },
    { step: "what", field: "#id_photos", label: label("photos"), words: photos ? String(photos) : "" },
    { step: "what", field: "#id_category", label: label("category"), words: value("category") || t("We choose for you") },
    { step: "where", field: "#step-where", label: label("place"), words: [value("address"), onMap].filter(Boolean).join(", ") },
    ...answers.map(({ key, question, answer }) => ({ step: "more", field: `[name="${CSS.escape(`answer_${key}`)}"]`, label: question, words: answer })),
  ];
  list.replaceChildren(...lines.filter(({ words }) => words).map((line) => row(form, line, goTo)));
  list.hidden = false;
}

function row(form: HTMLFormElement, { step, field, label, words }: Line, goTo: (step: string) => void): HTMLElement {
  const line = document.createElement("div");
  const said = document.createElement("dd");
  said.append(Object.assign(document.createElement("bdi"), { textContent: words }));
  const change = Object.assign(document.createElement("dd"), { className: "change" });
  const link = Object.assign(document.createElement("a"), { href: `#step-${step}`, textContent: t("Change") });
  link.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: ` ${label}` }));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    goTo(step);
    const place = form.querySelector<HTMLElement>(field);
    const fold = place?.closest("details");
    if (fold) fold.open = true;
    place?.focus();
  });
  change.append(link);
  line.append(Object.assign(document.createElement("dt"), { textContent: label }), said, change);
  return line;
}
