/** An area at any level, chosen from a tree that can be searched. Radio buttons: every keyboard and reader knows them. */
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../../icon";
import { t, tn } from "../../i18n";
import { DeskElement } from "../element";
import { type AreaNode, findArea, matching } from "./filters";

export class DeskAreas extends DeskElement {
  value = "";
  private sought = "";
  private readonly unfolded = new Set<string>();

  static override properties = { value: { attribute: false }, sought: { state: true } };

  protected override render(): TemplateResult {
    const { areas, me } = this.desk;
    if (!areas) return html`<p class="soft small" role="status">${t("Loading…")}</p>`;
    const shown = matching(areas, this.sought);
    const chosen = findArea(areas, this.value);
    return html`<label class="search small">${icon("search")}<span class="visually-hidden">${t("Search a neighbourhood")}</span>
        <input type="search" autocomplete="off" placeholder=${t("Search a neighbourhood")} @input=${(event: Event) => (this.sought = (event.target as HTMLInputElement).value)} @keydown=${this.stay} /></label>
      <div class="area-tree">
        ${this.choice("", t("All of {name}", { name: me?.gemeente.name ?? "" }))}
        ${chosen && !findArea(shown, chosen.code) ? this.choice(chosen.code, chosen.name) : nothing}
        ${shown.length ? this.branch(shown) : html`<p class="soft small">${t("No neighbourhood with this name")}</p>`}
      </div>`;
  }

  private branch(nodes: readonly AreaNode[]): TemplateResult {
    return html`<ul role="list">${nodes.map((node) => {
      const open = this.sought.trim() !== "" || this.unfolded.has(node.code) || findArea(node.children, this.value) !== null;
      return html`<li>
        <div class="area-line">${this.choice(node.code, node.name)}
          ${node.children.length ? html`<button type="button" class="button quiet small" aria-expanded=${open ? "true" : "false"} aria-label=${tn("{n} area in {name}", "{n} areas in {name}", node.children.length, { name: node.name })} @click=${() => this.fold(node.code)}>${node.children.length}${icon(open ? "chevron-up" : "chevron-down")}</button>` : nothing}</div>
        ${open && node.children.length ? this.branch(node.children) : nothing}</li>`;
    })}</ul>`;
  }

  private choice(code: string, name: string): TemplateResult {
    return html`<label class="choice"><input type="radio" name="area" value=${code} .checked=${this.value === code} @change=${() => (this.value = code)} /><span>${name}</span></label>`;
  }

  private fold(code: string): void {
    if (!this.unfolded.delete(code)) this.unfolded.add(code);
    this.requestUpdate();
  }

  /** Enter searches here; it does not send the form around it. */
  private readonly stay = (event: KeyboardEvent): void => {
    if (event.key === "Enter") event.preventDefault();
  };
}

customElements.define("desk-areas", DeskAreas);
