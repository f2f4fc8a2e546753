/** An order by buttons, keys and dragging. The lists or numbers that work without a script stay what is sent. */
import { t } from "../i18n";
import { Order } from "./order";

type Field = HTMLSelectElement | HTMLInputElement;

function button(sign: string, label: string, act: string): HTMLButtonElement {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: sign, title: label });
  made.setAttribute("aria-label", label);
  made.dataset["act"] = act;
  return made;
}

export function makeRanking(question: HTMLElement): void {
  const list = question.querySelector<HTMLElement>(".ballot-options");
  const rows = new Map([...question.querySelectorAll<HTMLElement>(".ballot-option")].map((row) => [row.dataset["option"] ?? "", row]));
  const first = rows.values().next().value?.querySelector<Field>(".option-number");
  if (!list || !first || question.classList.contains("ranked")) return;
  question.classList.add("ranked");
  const fields = new Map([...rows].map(([option, row]) => [option, row.querySelector<Field>(".option-number")!]));
  const most = first instanceof HTMLSelectElement ? first.options.length - 1 : Number(first.max) || rows.size;
  const filled = [...fields].filter(([, field]) => field.value).sort((one, other) => Number(one[1].value) - Number(other[1].value));
  const order = new Order([...rows.keys()], most, filled.map(([option]) => option));
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  list.after(said);

  const nameOf = (option: string): string => rows.get(option)?.querySelector(".option-label")?.textContent.trim() ?? "";
  for (const [option, row] of rows) {
    const name = nameOf(option);
    const badge = document.createElement("span");
    badge.className = "rank-place";
    badge.setAttribute("aria-hidden", "true");
    const buttons = document.createElement("span");
    buttons.className = "rank-buttons";
    buttons.append(button("+", t("Give “{name}” a place", { name }), "add"), button("↑", t("“{name}” higher", { name }), "up"), button("↓", t("“{name}” lower", { name }), "down"), button("×", t("Take “{name}” out", { name }), "take"));
    const line = row.querySelector<HTMLElement>(".option-row")!;
    line.prepend(badge);
    line.append(buttons);
    line.draggable = true;
    fields.get(option)!.tabIndex = -1;
    fields.get(option)!.setAttribute("aria-hidden", "true");
  }

  const show = (): void => {
    const focused = document.activeElement;
    list.append(...order.all.map((option) => rows.get(option)!));
    if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
    for (const [option, row] of rows) {
      const place = order.placeOf(option);
      row.classList.toggle("placed", place > 0);
      row.querySelector(".rank-place")!.textContent = place ? String(place) : "–";
      fields.get(option)!.value = place ? String(place) : "";
      for (const one of row.querySelectorAll<HTMLButtonElement>(".rank-buttons button")) {
        const act = one.dataset["act"];
        one.hidden = (act === "add") === place > 0;
        const stuck = (act === "up" && place === 1) || (act === "down" && place === order.placed.length) || (act === "add" && order.isFull);
        one.setAttribute("aria-disabled", String(stuck));
      }
    }
  };
  const tell = (option: string): void => {
    const [name, place] = [nameOf(option), order.placeOf(option)];
    said.textContent = place ? t("{name}: place {place} of {many}", { name, place, many: order.placed.length }) : t("{name} has no place", { name });
    question.dispatchEvent(new Event("change", { bubbles: true }));
  };

  list.addEventListener("click", (event) => {
    const pressed = event.target instanceof Element ? event.target.closest<HTMLButtonElement>(".rank-buttons button") : null;
    const option = pressed?.closest<HTMLElement>(".ballot-option")?.dataset["option"];
    if (!pressed || option === undefined) return;
    const act = pressed.dataset["act"];
    const done = act === "add" ? order.add(option) : act === "take" ? order.take(option) : order.move(option, act === "up" ? -1 : 1);
    if (!done) return;
    show();
    // The button that was pressed may be gone: the focus stays with its option.
    const row = rows.get(option)!;
    const next = pressed.hidden ? row.querySelector<HTMLButtonElement>(".rank-buttons button:not([hidden])") : pressed;
    next?.focus();
    tell(option);
  });

  let dragged = "";
  list.addEventListener("dragstart", (event) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>(".ballot-option") : null;
    dragged = row?.dataset["option"] ?? "";
    row?.classList.add("dragged");
    event.dataTransfer?.setData("text/plain", nameOf(dragged));
  });
  list.addEventListener("dragover", (event) => dragged && event.preventDefault());
  list.addEventListener("drop", (event) => {
    const over = event.target instanceof Element ? event.target.closest<HTMLElement>(".ballot-option") : null;
    if (!dragged || !over) return;
    event.preventDefault();
    if (order.putAt(dragged, over.dataset["option"] ?? "")) {
      show();
      tell(dragged);
    }
  });
  list.addEventListener("dragend", () => {
    rows.get(dragged)?.classList.remove("dragged");
    dragged = "";
  });
  show();
}
