/** Before sending: what was filled in, in a few lines. */
import { t } from "../i18n";

export function summarise(form: HTMLFormElement): void {
  const list = form.querySelector<HTMLElement>("#summary");
  if (!list) return;
  const value = (name: string): string => {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLSelectElement) return field.selectedOptions[0]?.value ? (field.selectedOptions[0].textContent ?? "") : "";
    if (field instanceof RadioNodeList) {
      const chosen = form.querySelector<HTMLInputElement>(`[name="${CSS.escape(name)}"]:checked`);
      return chosen?.value ? (chosen.closest("label")?.textContent?.trim() ?? "") : "";
    }
    return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value.trim() : "";
  };
  const photos = form.querySelectorAll("#photos > li").length;
  const onMap = value("area") || (value("lon") ? t("The place on the map") : "");
  const rows: [string, string][] = [
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
        said.append(Object.assign(document.createElement("bdi"), { textContent: words }));
        row.append(term, said);
        return row;
      }),
  );
  list.hidden = false;
}
