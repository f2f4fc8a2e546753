/** The groups and saved views, each with how many cases it holds now. */
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../../icon";
import { t, tn } from "../../i18n";
import { NO_FILTERS, writeAddress } from "../address";
import { DeskElement } from "../element";
import { groups, type Group } from "../parts";
import { filtersOf, type SavedView } from "./saved-views";

export class DeskRail extends DeskElement {
  protected override render(): TemplateResult {
    const { desk } = this;
    return html`
      <ul class="groups" role="list">${groups().map((group, place) => this.group(group, place))}</ul>
      <section class="views" aria-labelledby="views-title">
        <div class="views-head"><h2 id="views-title">${t("Views")}</h2><button type="button" class="button quiet round" data-sheet="save-view" aria-label=${t("Save what is shown as a view")} title=${t("Save what is shown as a view")}>${icon("plus")}</button></div>
        ${desk.views.all.length ? html`<ul class="groups" role="list">${desk.views.all.map((view) => this.view(view))}</ul>` : html`<p class="soft small views-none">${t("Keep filters you use often here, for yourself or for your team.")}</p>`}
      </section>
      <div class="rail-foot">
        ${this.state()}
        <button type="button" class="button quiet small help-button" data-sheet="help">${icon("keyboard")}${t("Keys")}</button>
      </div>
    `;
  }

  private group(group: Group, place: number): TemplateResult {
    const { address, counts, views } = this.desk;
    const current = address.filters.view === group.view && views.current(address.filters) === null;
    const many = group.view === "closed" ? 0 : (counts?.[group.view] ?? 0);
    return html`<li><a class="group" data-view=${group.view} href=${writeAddress({ reference: null, filters: { ...NO_FILTERS, view: group.view } })} aria-current=${current ? "page" : nothing} title="g ${place + 1}">
      ${icon(group.icon)}<span class="group-name">${group.name}</span>${count(many, many >= 10_000, group.view === "late")}</a></li>`;
  }

  private view(view: SavedView): TemplateResult {
    const filters = filtersOf(view);
    const current = this.desk.views.current(this.desk.address.filters)?.id === view.id;
    return html`<li class="view"><a class="group" data-saved=${view.id} href=${writeAddress({ reference: null, filters })} aria-current=${current ? "page" : nothing}>
      ${icon(view.team ? "users" : "star")}<span class="group-name" dir="auto">${view.name}${view.team ? html`<span class="visually-hidden"> (${t("shared with {team}", { team: view.team.name })})</span>` : nothing}</span>${view.count === null ? nothing : count(view.count, view.capped, false)}</a>
      <button type="button" class="button quiet round view-edit" data-edit-view=${view.id} aria-label=${t("Change view {name}", { name: view.name })}>${icon("edit")}</button></li>`;
  }

  private state(): TemplateResult {
    const { live } = this.desk;
    const words = { live: t("Live"), connecting: t("Connecting…"), offline: t("No connection") }[live];
    return html`<p class="live" data-state=${live}>${words}</p>`;
  }
}

function count(n: number, more: boolean, urgent: boolean): TemplateResult | typeof nothing {
  if (!n) return nothing;
  return html`<span class="group-count" data-urgent=${urgent ? "" : nothing}><span aria-hidden="true">${n}${more ? "+" : ""}</span><span class="visually-hidden">${tn("{n} case", "{n} cases", n)}</span></span>`;
}

customElements.define("desk-rail", DeskRail);
