/** Naming a colleague in a note: a list under the field after `@`, worked with the arrow keys. */
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../../i18n";
import { DeskElement } from "../element";
import { avatar } from "../parts";
import { type Named } from "./asking";

const MOST = 6;

export class DeskMentions extends DeskElement {
  private found: Named[] = [];
  private active = 0;
  private field: HTMLTextAreaElement | null = null;
  private asked = 0;
  /** A screen reader hears how many there are. */
  private said = "";

  static override properties = { found: { state: true }, active: { state: true }, said: { state: true } };

  get isOpen(): boolean {
    return this.found.length > 0;
  }

  /** The field changed or the caret moved: is a name being typed? */
  async follow(field: HTMLTextAreaElement): Promise<void> {
    this.field = field;
    const sought = typedName(field);
    const asked = (this.asked += 1);
    if (sought === null) return this.hide();
    let everyone: Named[];
    try {
      everyone = await this.desk.asking.colleagues(this.desk.open?.reference ?? "");
    } catch {
      return this.hide();
    }
    if (asked !== this.asked) return;
    const wanted = plain(sought);
    const mine = this.desk.me?.me.id;
    this.found = everyone.filter((one) => one.id !== mine && plain(one.name).split(/\s+/).some((_word, place, words) => words.slice(place).join(" ").startsWith(wanted))).slice(0, MOST);
    this.active = 0;
    this.said = this.found.length ? t("{n} colleagues. Choose with the arrow keys.", { n: this.found.length }) : sought ? t("No colleague who may see this case has this name.") : "";
    this.point();
  }

  /** Whether this key was for the list. */
  key(event: KeyboardEvent): boolean {
    if (!this.isOpen) return false;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      this.active = (this.active + (steps[event.key] ?? 0) + this.found.length) % this.found.length;
      this.point();
    } else if (event.key === "Enter" || event.key === "Tab") {
      const chosen = this.found[this.active];
      if (chosen) this.choose(chosen);
    } else if (event.key === "Escape") {
      this.hide();
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  hide(): void {
    this.found = [];
    this.said = "";
    this.point();
  }

  protected override render(): TemplateResult {
    return html`<ul id="mention-list" class="mention-list" role="listbox" aria-label=${t("Colleagues")} ?hidden=${!this.isOpen}>${this.found.map(
      (one, place) => html`<li role="option" id="mention-${one.id}" aria-selected=${place === this.active ? "true" : "false"} @pointerdown=${(event: Event) => (event.preventDefault(), this.choose(one))}>${avatar(one)}<span><strong>${one.name}</strong><span class="soft small">${[one.role, one.organisation].filter(Boolean).join(" · ")}</span></span></li>`,
    )}</ul>
      <p class="visually-hidden" role="status">${this.said || nothing}</p>`;
  }

  private point(): void {
    const chosen = this.found[this.active];
    if (chosen) this.field?.setAttribute("aria-activedescendant", `mention-${chosen.id}`);
    else this.field?.removeAttribute("aria-activedescendant");
  }

  private choose(one: Named): void {
    const { field } = this;
    const sought = field ? typedName(field) : null;
    if (!field || sought === null) return this.hide();
    const end = field.selectionStart;
    field.setRangeText(`@${one.name} `, end - sought.length - 1, end, "end");
    this.hide();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }
}

/** What stands between the last `@` and the caret; null when no name is being typed. */
export function typedName(field: Pick<HTMLTextAreaElement, "value" | "selectionStart" | "selectionEnd">): string | null {
  if (field.selectionStart !== field.selectionEnd) return null;
  const found = /(?:^|[^\p{L}\p{N}@])@([\p{L}\p{M}'’-]*(?: [\p{L}\p{M}'’-]+){0,2})$/u.exec(field.value.slice(0, field.selectionStart));
  return found?.[1] ?? null;
}

/** What a text names with an `@` and a capital, outside an e-mail address; empty for nobody. */
export function looksNamed(text: string): string {
  return /(?:^|[^\p{L}\p{N}._@-])@(\p{Lu}[\p{L}\p{M}'’-]+)/u.exec(text)?.[1] ?? "";
}

/** A note with the names in it marked; longest names first, so that "@Anna de Vries" is not "@Anna". */
export function withNames(text: string, names: readonly string[]): (string | TemplateResult)[] {
  if (!names.length) return [text];
  const pattern = [...names].sort((one, other) => other.length - one.length).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return text.split(new RegExp(`(@(?:${pattern})(?![\\p{L}\\p{N}]))`, "iu")).map((part, place) => (place % 2 ? html`<mark class="mention">${part}</mark>` : part));
}

/** Without case and accents. */
function plain(words: string): string {
  return words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

customElements.define("desk-mentions", DeskMentions);
