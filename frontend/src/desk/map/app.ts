/** The map of cases on the screen: filters, the map, and beside it a list that says the same. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { icon } from "../../icon";
import { t, tn } from "../../i18n";
import { narrowedBy, type View, VIEWS } from "../address";
import { groups, status, visibility } from "../parts";
import { type Row } from "../shapes";
import { type Atlas, MOST_IN_ROUND } from "./atlas";
import { corners } from "./ground";
import { type Cluster } from "./shapes";
import type { Sheet } from "./sheet";

export class DeskAtlas extends LitElement {
  atlas!: Atlas;
  signIn = "";
  private sheet: Sheet | null = null;
  private drawn = false;
  private toast: { words: string; undo: (() => Promise<void>) | null } | null = null;

  static override properties = { toast: { state: true } };

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.atlas.watch(() => this.requestUpdate());
  }

  protected override updated(): void {
    void this.draw();
    this.sheet?.show();
    const { lit } = this.atlas;
    for (const row of this.querySelectorAll<HTMLElement>(".map-row")) row.toggleAttribute("data-lit", row.dataset["reference"] === lit);
  }

  private async draw(): Promise<void> {
    const { me } = this.atlas;
    const element = this.querySelector<HTMLElement>(".map");
    if (this.drawn || !me || !element) return;
    this.drawn = true;
    const { Sheet } = await import("./sheet");
    this.sheet = new Sheet(element, this.atlas, me.gemeente, (reference) => this.reveal(reference));
    const area = this.atlas.areas.find((one) => one.code === this.atlas.filters.area);
    if (area) this.sheet.fit(area.bbox);
    this.sheet.begin();
  }

  /** A marker was pointed at: its row comes into view. */
  private reveal(reference: string): void {
    this.querySelector(`.map-row[data-reference="${reference}"]`)?.scrollIntoView({ block: "nearest" });
  }

  protected override render(): TemplateResult {
    const { atlas } = this;
    const { found } = atlas;
    return html`
      <div class="map-tools">${this.filters()} ${this.drawTools()}</div>
      <div class="map-pane" ?data-drawing=${atlas.drawing !== null}><div class="map" role="application" tabindex="0" aria-label=${t("Map of cases. The list beside it says the same.")}></div>${atlas.drawing ? html`<span class="map-cross" aria-hidden="true"></span>` : nothing}</div>
      <section class="map-list" aria-label=${t("Cases on the map")}>
        <header class="map-list-head"><h2>${atlas.state === "loading" ? t("Loading…") : tn("{n} case", "{n} cases", found.total)}</h2>
          <a href=${`/werk/${atlas.search}`}>${icon("inbox")}${t("In the inbox")}</a></header>
        ${atlas.signedOut ? html`<p class="notice warn" role="alert">${icon("key")}<span>${t("You are signed out")} <a href=${`${this.signIn}?next=/werk/kaart/`}>${t("Sign in again")}</a></span></p>` : nothing}
        ${atlas.trouble && !atlas.signedOut ? html`<p class="notice danger" role="alert">${icon("alert")}<span>${atlas.trouble}</span></p>` : nothing}
        ${found.capped ? html`<p class="notice info">${icon("info")}<span>${t("There are more. You see the newest; use the filters to see others.")}</span></p>` : nothing}
        ${this.selection()}
        <div class="map-rows-scroll">${atlas.state === "ready" && found.total === 0 ? html`<div class="empty plain">${icon("map")}<h3>${t("Nothing here")}</h3><p>${t("Move the map, or choose another group or neighbourhood.")}</p></div>` : nothing}
          <ul class="map-rows" role="list">
            ${found.clusters.map((one) => this.cluster(one))}
            ${repeat(found.rows, (row) => row.reference, (row) => this.row(row))}
          </ul></div>
      </section>
      <div class="toasts">${this.toast ? html`<p class="toast">${icon("ok")}<span>${this.toast.words}</span>${this.toast.undo ? html`<button type="button" class="button small" @click=${() => void this.takeBack()}>${t("Undo")}</button>` : nothing}<button type="button" class="button quiet round" aria-label=${t("Close")} @click=${() => (this.toast = null)}>${icon("close")}</button></p>` : nothing}</div>
      <p class="visually-hidden" role="status" aria-live="polite">${this.toast?.words ?? atlas.spoken}</p>`;
  }

  // --- filters ----------------------------------------------------------------------------------

  private filters(): TemplateResult {
    const { atlas } = this;
    const { filters } = atlas;
    const others = narrowedBy({ ...filters, area: "", late: "" }) + (filters.q ? 1 : 0);
    return html`<div class="map-filters" role="search" aria-label=${t("Filters")}>
      <label><span>${t("Group")}</span><select data-filter="view" @change=${(event: Event) => atlas.filter({ view: chosen(event) as View })}>${groups()
        .filter((group) => VIEWS.includes(group.view))
        .map((group) => html`<option value=${group.view} ?selected=${group.view === filters.view}>${group.name}</option>`)}</select></label>
      <label><span>${t("Neighbourhood")}</span><select data-filter="area" @change=${(event: Event) => this.toArea(chosen(event))}><option value="" ?selected=${filters.area === ""}>${t("All neighbourhoods")}</option>${atlas.areas.map((one) => html`<option value=${one.code} ?selected=${one.code === filters.area}>${one.level === "buurt" ? `\u2003${one.name}` : one.name}</option>`)}</select></label>
      <label class="choice"><input type="checkbox" data-filter="late" .checked=${filters.late === "true"} @change=${(event: Event) => atlas.filter({ late: (event.target as HTMLInputElement).checked ? "true" : "" })} /><span>${t("Only late")}</span></label>
      ${others ? html`<a class="badge" href=${`/werk/${atlas.search}`}>${icon("filter")}${tn("{n} more filter is on", "{n} more filters are on", others)}</a>` : nothing}
    </div>`;
  }

  private toArea(code: string): void {
    this.atlas.filter({ area: code });
    const area = this.atlas.areas.find((one) => one.code === code);
    const box = area?.bbox ?? this.atlas.me?.gemeente.bbox;
    if (box) this.sheet?.fit(box);
  }

  // --- drawing ----------------------------------------------------------------------------------

  private drawTools(): TemplateResult {
    const { atlas } = this;
    const { drawing } = atlas;
    if (!drawing) {
      return html`<div class="map-draw">
        <button type="button" class="button small" data-draw @click=${this.startDrawing}>${icon("edit")}${t("Draw an area")}</button>
        <button type="button" class="button small" data-box @click=${this.chooseView}>${icon("crosshair")}${t("Choose what is in view")}</button>
      </div>`;
    }
    return html`<div class="map-draw" role="group" aria-label=${t("Draw an area")}>
      <p class="small">${t("Click the corners, or move the map with the arrow keys and press Enter for each corner.")} <strong>${tn("{n} corner", "{n} corners", drawing.length)}</strong></p>
      <button type="button" class="button small" data-corner @click=${() => this.sheet?.addCentre()}>${icon("plus")}${t("Corner in the middle")}</button>
      <button type="button" class="button small quiet" ?disabled=${drawing.length === 0} @click=${() => atlas.removeCorner()}>${icon("undo")}${t("One back")}</button>
      <button type="button" class="button small primary" data-ready ?disabled=${drawing.length < 3} @click=${() => void atlas.chooseWithin(drawing)}>${icon("check")}${t("Choose what is in it")}</button>
      <button type="button" class="button small quiet" @click=${() => atlas.stopDrawing()}>${t("Cancel")}</button>
    </div>`;
  }

  private readonly startDrawing = (): void => {
    this.atlas.startDrawing();
    this.querySelector<HTMLElement>(".map")?.focus();
  };

  private readonly chooseView = (): void => {
    const box = this.sheet?.box();
    if (box) void this.atlas.chooseWithin(corners(box));
  };

  // --- what was chosen --------------------------------------------------------------------------

  private selection(): TemplateResult | typeof nothing {
    const { atlas } = this;
    const many = atlas.chosen.size;
    if (!many) return nothing;
    const references = [...atlas.chosen.keys()].slice(0, MOST_IN_ROUND).join(",");
    return html`<div class="map-chosen" role="group" aria-label=${t("Chosen cases")}><p><strong>${tn("{n} case chosen", "{n} cases chosen", many)}</strong>${many > MOST_IN_ROUND ? html` <span class="small soft">${t("A round takes the first {n}.", { n: MOST_IN_ROUND })}</span>` : nothing}</p>
      <div class="row"><a class="button small primary" data-round href=${`/werk/ronde/?cases=${references}`}>${icon("route")}${t("Make a round")}</a>
      <button type="button" class="button small" data-take @click=${() => void this.take()}>${icon("user")}${t("Give to me")}</button>
      <button type="button" class="button small quiet" @click=${() => atlas.clear()}>${icon("close")}${t("Choose nothing")}</button></div>
      <details><summary>${t("Which cases")}</summary><ul>${[...atlas.chosen.values()].map((row) => html`<li><a href=${`/werk/${row.reference}/`}>${row.subject || row.reference}</a></li>`)}</ul></details></div>`;
  }

  private async take(): Promise<void> {
    this.toast = await this.atlas.takeChosen();
  }

  private async takeBack(): Promise<void> {
    const undo = this.toast?.undo;
    this.toast = null;
    await undo?.();
  }

  // --- the list ---------------------------------------------------------------------------------

  private cluster(one: Cluster): TemplateResult {
    return html`<li class="map-row is-cluster"><button type="button" class="cluster-row" @click=${() => this.sheet?.fit(one.bbox)} @focus=${() => this.sheet?.point(one.point)} @blur=${() => this.sheet?.point(null)} @pointerenter=${() => this.sheet?.point(one.point)} @pointerleave=${() => this.sheet?.point(null)}>
      <span class="cluster-count" aria-hidden="true">${one.count}</span><span><strong>${tn("{n} case", "{n} cases", one.count)}</strong> <span class="soft small">${one.area}${one.late ? html` · ${tn("{n} late", "{n} late", one.late)}` : nothing}</span></span>${icon("search")}<span class="visually-hidden">${t("zoom in")}</span></button></li>`;
  }

  private row(row: Row): TemplateResult {
    const { atlas } = this;
    const { reference } = row;
    return html`<li class="map-row" data-reference=${reference} @pointerenter=${() => atlas.light(reference)} @pointerleave=${() => atlas.light(null)} @focusin=${() => atlas.light(reference)} @focusout=${() => atlas.light(null)}>
      <label class="map-check"><input type="checkbox" .checked=${atlas.chosen.has(reference)} @change=${() => atlas.toggle(row)} /><span class="visually-hidden">${t("Choose {reference}", { reference })}</span></label>
      <a href=${`/werk/${reference}/${atlas.search}`}><strong dir="auto">${row.subject || reference}</strong><span class="soft small">${[row.address, row.area.name].filter(Boolean).join(" · ")}</span>
      <span class="map-marks">${status(row.status, row.statusLabel)} ${row.late ? html`<span class="badge danger">${icon("alert")}${t("Late")}</span>` : nothing} ${visibility(row)}</span></a></li>`;
  }
}

customElements.define("desk-atlas", DeskAtlas);

function chosen(event: Event): string {
  return (event.target as HTMLSelectElement).value;
}
