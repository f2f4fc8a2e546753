/** The inbox: rows that stay where they are while someone reads, and what came in behind a button. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { classMap } from "lit/directives/class-map.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { dayAndTime } from "../format";
import { icon } from "../icon";
import { t, tn } from "../i18n";
import { NO_FILTERS, narrowedBy, writeAddress } from "./address";
import { DeskElement } from "./element";
import { age, avatar, groups, priority, promiseLabel, status, visibility } from "./parts";
import { promiseOf } from "./promise";
import { type Row } from "./shapes";

const SEARCH_AFTER = 250;
/** Milliseconds after which a pointer that lies still no longer keeps the list in place. */
const POINTER_RESTS = 8_000;

export class DeskList extends DeskElement {
  /** The row that j, k and the arrows move from; it is the one Tab comes to. */
  current: string | null = null;
  private pointerMoved = 0;
  private searching: number | undefined;
  private watcher: IntersectionObserver | null = null;

  /** Scrolled, pointing at a row, or walking through the rows: then nothing may move. */
  get isReading(): boolean {
    const scroller = this.querySelector(".case-list");
    const focused = document.activeElement?.closest(".case-row, .row-link");
    return (scroller?.scrollTop ?? 0) > 8 || Date.now() - this.pointerMoved < POINTER_RESTS || (focused !== null && focused !== undefined && this.contains(focused));
  }

  focusRow(reference: string | null = this.current ?? this.desk.inbox.beside(null, 0)): boolean {
    if (reference === null) return false;
    this.current = reference;
    this.requestUpdate();
    const link = this.link(reference);
    link?.focus({ preventScroll: true });
    link?.scrollIntoView({ block: "nearest" });
    return link !== null;
  }

  step(steps: number): void {
    const inList = document.activeElement?.closest(".row-link") !== null;
    const from = this.current ?? this.desk.address.reference;
    const next = inList || from !== null ? this.desk.inbox.beside(from, steps) : this.desk.inbox.beside(null, 0);
    if (next) this.focusRow(next);
    else if (steps > 0) void this.desk.loadMore();
  }

  focusSearch(): void {
    const field = this.querySelector<HTMLInputElement>("#desk-search");
    field?.focus();
    field?.select();
  }

  protected override updated(_changes: PropertyValues): void {
    const more = this.querySelector(".load-more");
    this.watcher ??= new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) void this.desk.loadMore();
    });
    this.watcher.disconnect();
    if (more && this.desk.list === "ready") this.watcher.observe(more);
  }

  protected override render(): TemplateResult {
    const { desk } = this;
    const { filters } = desk.address;
    const group = groups().find((one) => one.view === filters.view);
    const narrowed = narrowedBy(filters);
    return html`
      <header class="list-head">
        <div class="list-title">
          <h2 id="list-title" tabindex="-1">${filters.q ? t("Search in {group}", { group: group?.name ?? "" }) : group?.name}</h2>
          <button type="button" class="button quiet small" @click=${() => desk.filter({ ordering: filters.ordering === "createdAt" ? "-createdAt" : "createdAt" })}>
            ${icon(filters.ordering === "createdAt" ? "arrow-up" : "arrow-down")}${filters.ordering === "createdAt" ? t("Oldest first") : t("Newest first")}
          </button>
        </div>
        <div class="list-tools" role="search">
          <label class="search">
            ${icon("search")}<span class="visually-hidden">${t("Search in subject, street and reference")}</span>
            <input id="desk-search" type="search" autocomplete="off" enterkeyhint="search" placeholder=${t("Search")} .value=${filters.q} @input=${this.search} @keydown=${this.searchKey} />
            <kbd aria-hidden="true">/</kbd>
          </label>
          <button type="button" class="button round ${narrowed ? "primary" : ""}" data-sheet="filters" aria-label=${narrowed ? tn("Filters, {n} is on", "Filters, {n} are on", narrowed) : t("Filters")}>${icon("filter")}</button>
        </div>
        ${narrowed ? html`<p class="narrowed">${icon("info")}<span>${tn("{n} filter is on", "{n} filters are on", narrowed)}</span><button type="button" class="link-button" @click=${this.widen}>${t("Show everything")}</button></p>` : nothing}
      </header>
      <div class="arrivals" ?hidden=${desk.inbox.held.length === 0}>
        <button type="button" class="button primary small" @click=${this.letIn}>${icon("arrow-up")}${tn("{n} new case", "{n} new cases", desk.inbox.held.length)}</button>
      </div>
      <div class="case-list" @pointermove=${() => (this.pointerMoved = Date.now())} @pointerleave=${() => (this.pointerMoved = 0)} @keydown=${this.walk}>${this.body()}</div>
    `;
  }

  private body(): TemplateResult {
    const { desk } = this;
    if (desk.list === "failed") {
      return html`<div class="empty plain">${icon("wifi-off")}<h2>${t("The list did not come")}</h2><p>${desk.listTrouble}</p>
        <button type="button" class="button" @click=${() => void desk.loadList()}>${icon("reload")}${t("Try again")}</button></div>`;
    }
    if (desk.list === "loading") {
      return html`<div role="status" class="visually-hidden">${t("Loading the cases")}</div>
        <div class="rows" aria-hidden="true">${[70, 55, 80, 62, 74, 50].map((width) => html`<div class="case-row waiting"><span class="skeleton" data-width=${width}></span><span class="skeleton small"></span><span class="skeleton small" data-width="55"></span></div>`)}</div>`;
    }
    if (desk.inbox.rows.length === 0) return this.empty();
    const now = desk.now;
    const first = this.current && desk.inbox.rows.some((row) => row.reference === this.current) ? this.current : (desk.address.reference ?? desk.inbox.rows[0]?.reference);
    const reachable = desk.inbox.rows.some((row) => row.reference === first) ? first : desk.inbox.rows[0]?.reference;
    const where = writeAddress({ ...desk.address, reference: null });
    const minute = Math.floor(now.getTime() / 60_000);
    return html`<ul class="rows" role="list" aria-labelledby="list-title">
        ${repeat(desk.inbox.rows, (row) => row.reference, (row) => {
          const { reference } = row;
          const changing = [desk.inbox.leaving.get(reference), desk.inbox.arrived.has(reference), desk.isUnread(row), desk.address.reference === reference, reference === reachable];
          // A row is drawn again only when something of it changed, or a minute went by.
          return guard([row, where, minute, ...changing], () => this.row(row, now, reference === reachable));
        })}
      </ul>
      ${desk.inbox.next
        ? html`<div class="load-more"><button type="button" class="button quiet" aria-busy=${desk.list === "more"} @click=${() => void desk.loadMore()}>${t("Show more")}</button></div>`
        : html`<p class="list-end soft small">${tn("{n} case", "{n} cases", desk.inbox.rows.length)}</p>`}`;
  }

  private row(row: Row, now: Date, reachable: boolean): TemplateResult {
    const { desk } = this;
    const { reference } = row;
    const leaving = desk.inbox.leaving.get(reference);
    const unread = desk.isUnread(row);
    const promised = promiseOf(row, now, desk.closedDays);
    const open = desk.address.reference === reference;
    return html`<li class=${classMap({ "case-row": true, unread, open, leaving: leaving !== undefined, arrived: desk.inbox.arrived.has(reference) })} data-reference=${reference}>
      <a class="row-link" href=${writeAddress({ ...desk.address, reference })} tabindex=${reachable ? 0 : -1} aria-current=${open ? "true" : nothing} @click=${this.openRow} @focus=${() => (this.current = reference)}>
        <span class="row-top">
          <span class="row-category">${unread ? html`<span class="unread-dot"></span><span class="visually-hidden">${t("Unread")}: </span>` : nothing}${row.category?.name ?? t("No category")}</span>
          <time class="row-age" datetime=${row.createdAt} title=${dayAndTime(row.createdAt, now)}>${age(row.createdAt, now)}</time>
        </span>
        <span class="row-subject" dir="auto">${row.subject || t("(no text)")}</span>
        <span class="row-place">${icon("map-pin")}<span>${[row.address, row.area.name].filter(Boolean).join(" · ")}</span>${row.photoCount ? html`<span class="row-photos">${icon("image")}<span class="visually-hidden">${tn("{n} photo", "{n} photos", row.photoCount)}</span><span aria-hidden="true">${row.photoCount}</span></span>` : nothing}</span>
        <span class="row-foot">
          <span class="row-tags">${status(row.status, row.statusLabel)} ${promised.tone === "done" || promised.tone === "paused" ? nothing : promiseLabel(promised)} ${visibility(row)} ${priority(row)}</span>
          <span class="row-who">${row.assignee ? html`<span class="visually-hidden">${t("With {name}", { name: row.assignee.name })}</span>${avatar(row.assignee)}` : html`<span class="visually-hidden">${t("With nobody yet")}</span><span class="avatar small nobody" aria-hidden="true">${icon("user")}</span>`}</span>
        </span>
      </a>
      ${leaving === undefined ? nothing : html`<p class="row-leaving">${icon("arrow-right")}<span><strong>${reference}</strong> ${leaving}</span></p>`}
    </li>`;
  }

  private empty(): TemplateResult {
    const { desk } = this;
    const { filters } = desk.address;
    if (filters.q || narrowedBy(filters)) {
      return html`<div class="empty plain">${icon("search")}<h2>${t("Nothing found")}</h2><p>${t("We look in the subject, the street and the reference, within this group.")}</p>
        <button type="button" class="button" @click=${this.widen}>${t("Show everything")}</button></div>`;
    }
    const group = groups().find((one) => one.view === filters.view);
    return html`<div class="empty plain">${icon(filters.view === "late" || filters.view === "new" ? "ok" : (group?.icon ?? "inbox"))}<h2>${t("All clear")}</h2><p>${group?.empty}</p></div>`;
  }

  private link(reference: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`li[data-reference="${reference}"] > .row-link`);
  }

  private readonly openRow = (event: MouseEvent): void => {
    const reference = (event.currentTarget as Element).closest("li")?.dataset["reference"];
    if (!reference || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    this.current = reference;
    this.dispatchEvent(new CustomEvent("open-case", { detail: reference, bubbles: true }));
  };

  private readonly walk = (event: KeyboardEvent): void => {
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (steps === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.step(steps);
  };

  private readonly letIn = (): void => {
    const first = this.desk.letIn();
    this.querySelector(".case-list")?.scrollTo({ top: 0 });
    void this.updateComplete.then(() => this.focusRow(first));
  };

  private readonly widen = (): void => {
    this.desk.filter({ ...NO_FILTERS, view: this.desk.address.filters.view, ordering: this.desk.address.filters.ordering });
    this.querySelector<HTMLElement>("#list-title")?.focus();
  };

  private readonly search = (event: Event): void => {
    const q = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.searching);
    this.searching = window.setTimeout(() => this.desk.filter({ q }, "replace"), SEARCH_AFTER);
  };

  private readonly searchKey = (event: KeyboardEvent): void => {
    const field = event.target as HTMLInputElement;
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      clearTimeout(this.searching);
      if (field.value.trim() !== this.desk.address.filters.q) this.desk.filter({ q: field.value.trim() }, "replace");
      else this.focusRow(this.desk.inbox.beside(null, 0));
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (field.value) {
        field.value = "";
        this.desk.filter({ q: "" }, "replace");
      } else {
        this.focusRow();
      }
    }
  };
}

customElements.define("desk-list", DeskList);
