/** Searching for an address: a text field with a list of proposals (WAI-ARIA combobox, list autocomplete). */
import { t } from "../i18n";
import { sayAt } from "./steps";
import { type Found, nextOption, sayCount, sayKind } from "./place-words";

const THINK = 250;
const ENOUGH = 2;

export class PlaceSearch {
  readonly element = document.createElement("div");
  private readonly input = document.createElement("input");
  private readonly list = document.createElement("ul");
  private readonly status = document.createElement("p");
  private found: Found[] = [];
  private at = -1;
  private timer: number | undefined;
  private asking: AbortController | undefined;

  /** `chosen` hears of a place with a point. */
  constructor(private readonly chosen: (place: Found & { point: [number, number] }) => void) {
    const { element, input, list, status } = this;
    element.className = "field place-search";
    const label = document.createElement("label");
    label.htmlFor = "place-search";
    label.textContent = t("Search for a street or an address");
    Object.assign(input, { id: "place-search", type: "text", className: "input", autocomplete: "off", maxLength: 100, spellcheck: false });
    input.setAttribute("form", ""); // what is searched for is not part of the report
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "place-options", "aria-describedby": "place-count", enterkeyhint: "search" }))
      input.setAttribute(name, value);
    list.id = "place-options";
    list.className = "place-options";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", t("Places found"));
    status.id = "place-count";
    status.className = "hint";
    status.setAttribute("role", "status");
    const line = document.createElement("div");
    line.className = "place-line";
    line.append(input, list);
    element.append(label, line, status);
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("focus", () => this.found.length && this.input.value.trim() && this.open(true));
    element.addEventListener("focusout", (event) => !element.contains(event.relatedTarget as Node | null) && this.open(false));
    // The field keeps the focus while somebody taps an option.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("li") : null;
      if (option) void this.take([...list.children].indexOf(option));
    });
  }

  focus(): void {
    this.input.focus();
  }

  /** What is wrong with the place; "" takes it away. */
  wrong(words: string): void {
    sayAt(this.input, words);
  }

  /** As if nobody searched yet. */
  clear(): void {
    this.input.value = "";
    this.typed();
  }

  private typed(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    if (this.input.value.trim().length < ENOUGH) {
      this.show([]);
      this.status.textContent = "";
    } else this.timer = window.setTimeout(() => void this.ask(), THINK);
  }

  private async ask(): Promise<void> {
    if (!navigator.onLine) return this.offline();
    const asking = (this.asking = new AbortController());
    try {
      const answer = await fetch(`/api/v1/addresses?limit=7&q=${encodeURIComponent(this.input.value.trim())}`, { headers: { Accept: "application/json" }, signal: asking.signal });
      if (answer.status === 429) {
        this.status.textContent = t("You search very fast. Wait a moment and type on.");
        return;
      }
      if (!answer.ok) return this.failed();
      const { results, available } = (await answer.json()) as { results: Found[]; available: boolean };
      this.show(results);
      this.status.textContent = sayCount(results.length, available);
    } catch {
      if (!asking.signal.aborted) navigator.onLine ? this.failed() : this.offline();
    }
  }

  private offline(): void {
    this.show([]);
    this.status.textContent = t("You are offline, so we cannot search. Move the map, or choose a quarter.");
  }

  private failed(): void {
    this.show([]);
    this.status.textContent = sayCount(0, false);
  }

  private show(found: Found[]): void {
    this.found = found;
    this.list.replaceChildren(
      ...found.map(({ label, type }, index) => {
        const option = document.createElement("li");
        option.id = `place-option-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        const words = document.createElement("bdi");
        words.textContent = label;
        const kind = document.createElement("span");
        kind.className = "soft";
        kind.textContent = sayKind(type);
        option.append(words, kind);
        return option;
      }),
    );
    this.open(found.length > 0);
  }

  private open(open: boolean): void {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    this.point(-1);
  }

  private point(at: number): void {
    this.at = at;
    [...this.list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    const option = this.list.children[at];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key === "Enter") {
      // Never "next step": there is something to choose, or nothing was chosen yet.
      event.preventDefault();
      event.stopPropagation();
      if (!this.list.hidden && this.found.length) void this.take(Math.max(0, this.at));
      else this.typed();
      return;
    }
    if (event.key === "Escape") {
      if (this.list.hidden) this.input.value = "";
      this.open(false);
      return;
    }
    if (event.key === "ArrowDown" && this.list.hidden && this.found.length) this.open(true);
    const next = this.list.hidden ? null : nextOption(event.key, this.at, this.found.length);
    if (next === null) return;
    event.preventDefault();
    this.point(next);
  }

  private async take(index: number): Promise<void> {
    const place = this.found[index];
    if (!place) return;
    this.input.value = place.label;
    this.open(false);
    const known = place.point ? place : await this.lookUp(place);
    if (known?.point) {
      this.status.textContent = t("Chosen: {place}", { place: place.label });
      this.chosen({ ...known, point: known.point });
    } else this.failed();
  }

  private async lookUp({ id }: Found): Promise<Found | null> {
    try {
      const answer = await fetch(`/api/v1/addresses/${encodeURIComponent(id)}`, { headers: { Accept: "application/json" } });
      return answer.ok ? ((await answer.json()) as Found) : null;
    } catch {
      return null;
    }
  }
}
