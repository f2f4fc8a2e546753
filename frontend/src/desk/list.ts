/** The inbox: rows that stay where they are while someone reads, and what came in behind a button. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { icon } from "../icon";
import { t, tn } from "../i18n";
import { asQuery, NO_FILTERS, narrowedBy, type Ordering, ORDERINGS, writeAddress } from "./address";
import { DeskElement } from "./element";
import { chipsOf, orderWords, without } from "./inbox/filters";
import { drawRow } from "./inbox/row";
import { worthSaving } from "./inbox/saved-views";
import { Windowed } from "./inbox/windowed";
import { groupOf } from "./parts";
import { type Row } from "./shapes";

const SEARCH_AFTER = 250;
/** Milliseconds after which a pointer that lies still no longer keeps the list in place. */
const POINTER_RESTS = 8_000;
/** A walking round has no more stops. */
const MOST_STOPS = 40;

export class DeskList extends DeskElement {
  /** The row that j, k and the arrows move from; it is the one Tab comes to. */
  current: string | null = null;
  /** On a phone: rows show their boxes. */
  private selecting = false;
  private pointerMoved = 0;
  private searching: number | undefined;
  private watcher: IntersectionObserver | null = null;
  private readonly windowed = new Windowed(() => this.requestUpdate());

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watcher?.disconnect();
    this.windowed.stop();
  }

  /** Scrolled, pointing at a row, walking through the rows or choosing some: then nothing may move. */
  get isReading(): boolean {
    const scroller = this.querySelector(".case-list");
    const focused = document.activeElement?.closest(".case-row");
    return (scroller?.scrollTop ?? 0) > 8 || this.desk.selection.size > 0 || Date.now() - this.pointerMoved < POINTER_RESTS || (focused !== null && focused !== undefined && this.contains(focused));
  }

  focusRow(reference: string | null = this.current ?? this.desk.inbox.beside(null, 0)): boolean {
    if (reference === null || !this.desk.inbox.has(reference)) return false;
    this.current = reference;
    this.requestUpdate();
    const focus = (): void => {
      const link = this.link(reference);
      link?.focus({ preventScroll: true });
      link?.scrollIntoView({ block: "nearest" });
    };
    // A row far away is drawn first.
    if (this.link(reference)) focus();
    else void this.updateComplete.then(focus);
    return true;
  }

  step(steps: number): void {
    const inList = document.activeElement?.closest(".case-row") !== null;
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

  focusTitle(): void {
    this.querySelector<HTMLElement>("#list-title")?.focus();
  }

  /** The row that has the focus; null when the focus is elsewhere. */
  get focused(): string | null {
    return document.activeElement?.closest<HTMLElement>(".case-row")?.dataset["reference"] ?? null;
  }

  /** Choose the row that has the focus, or let go of it; with `range` everything from the last one. */
  select(range: boolean, reference: string | null = this.focused): void {
    if (reference === null) return;
    const { selection, inbox } = this.desk;
    if (range) selection.extend(reference, inbox.rows.map((row) => row.reference));
    else selection.toggle(reference);
    this.desk.say(tn("{n} selected", "{n} selected", selection.size));
    this.desk.changed();
  }

  deselect(): void {
    this.selecting = false;
    this.desk.selection.clear();
    this.desk.say(t("Nothing selected"));
    this.desk.changed();
  }

  letIn(): void {
    const first = this.desk.letIn();
    this.querySelector(".case-list")?.scrollTo({ top: 0 });
    void this.updateComplete.then(() => this.focusRow(first));
  }

  protected override updated(_changes: PropertyValues): void {
    const more = this.querySelector(".load-more");
    this.watcher ??= new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) void this.desk.loadMore();
    });
    this.watcher.disconnect();
    if (more && this.desk.list === "ready") this.watcher.observe(more);
    this.windowed.measure(this.querySelector<HTMLElement>(".case-list"));
  }

  protected override render(): TemplateResult {
    const { desk } = this;
    return html`
      ${this.head()}
      ${desk.live === "offline" ? html`<p class="offline-note" role="status">${icon("wifi-off")}<span>${t("No connection. The list may be old; it catches up by itself.")}</span></p>` : nothing}
      <div class="list-frame">
        <div class="arrivals" ?hidden=${desk.inbox.held.length === 0}>
          <button type="button" class="button primary small" @click=${() => this.letIn()}>${icon("arrow-up")}${tn("{n} new case", "{n} new cases", desk.inbox.held.length)}</button>
        </div>
        <div class="case-list" ?data-selecting=${this.selecting || desk.selection.size > 0} @pointermove=${() => (this.pointerMoved = Date.now())} @pointerleave=${() => (this.pointerMoved = 0)} @keydown=${this.walk} @click=${this.clicked} @focusin=${this.entered}>${this.body()}</div>
      </div>
      ${this.bulkBar()}
    `;
  }

  // --- above the rows ---------------------------------------------------------------------------

  private head(): TemplateResult {
    const { desk } = this;
    const { filters } = desk.address;
    const narrowed = narrowedBy(filters);
    const group = groupOf(filters.view);
    const view = desk.views.current(filters);
    const name = view?.name ?? group.name;
    const order = orderWords();
    return html`<header class="list-head">
      <div class="list-title">
        <h2 id="list-title" tabindex="-1" dir="auto">${filters.q ? t("Search in {group}", { group: name }) : name}</h2>
        <label class="order">${icon("arrow-down")}<span class="visually-hidden">${t("Order")}</span><select @change=${this.reorder}>${ORDERINGS.map((one) => html`<option value=${one} ?selected=${one === filters.ordering}>${order[one]}</option>`)}</select></label>
        <details class="more-menu" data-menu><summary class="button quiet round" aria-label=${t("More with this list")} title=${t("More with this list")}>${icon("more")}</summary>
          <div class="menu" @click=${this.chosen}>
            <button type="button" @click=${this.selectAll}>${icon("check")}${tn("Select {n} case", "Select all {n} cases shown", desk.inbox.rows.length)}</button>
            <button type="button" class="touch-only" @click=${() => ((this.selecting = !this.selecting), this.requestUpdate())}>${icon("list")}${t("Select several")}</button>
            <button type="button" @click=${() => void desk.seeAll()}>${icon("eye")}${t("Mark everything as read")}</button>
            <button type="button" data-sheet="save-view">${icon("star")}${t("Save as a view")}</button>
            ${desk.me?.may?.export === false ? nothing : html`<button type="button" data-sheet="exports">${icon("download")}${t("List as a file")}</button>`}
            <button type="button" data-sheet="help">${icon("keyboard")}${t("Keys")}</button>
          </div></details>
      </div>
      <div class="list-tools" role="search">
        <label class="search">
          ${icon("search")}<span class="visually-hidden">${t("Search in reference, text, address and notes")}</span>
          <input id="desk-search" type="search" autocomplete="off" enterkeyhint="search" placeholder=${t("Search")} .value=${filters.q} @input=${this.search} @keydown=${this.searchKey} />
          <kbd aria-hidden="true">/</kbd>
        </label>
        <a class="button round" href="/werk/kaart/?${new URLSearchParams(asQuery(filters))}" aria-label=${t("This list on the map")} title=${t("This list on the map")}>${icon("map")}</a>
        <button type="button" class="button round filter-button ${narrowed ? "on" : ""}" data-sheet="filters" aria-label=${narrowed ? tn("Filters, {n} is on", "Filters, {n} are on", narrowed) : t("Filters")} title="f">${icon("filter")}${narrowed ? html`<span class="filter-count" aria-hidden="true">${narrowed}</span>` : nothing}</button>
      </div>
      ${this.chips()}
    </header>`;
  }

  /** Every filter that is on, each with its own way out. */
  private chips(): TemplateResult | typeof nothing {
    const { desk } = this;
    const { filters } = desk.address;
    const view = desk.views.current(filters);
    const chips = chipsOf(filters, desk).filter((chip) => chip.name !== "q");
    const changed = view !== null && desk.views.differs(view, filters);
    if (chips.length === 0 && !changed) return nothing;
    return html`<ul class="chips" role="list" aria-label=${t("Filters that are on")}>
      ${repeat(
        chips,
        (chip) => chip.name + chip.value,
        (chip) => html`<li><button type="button" class="chip" @click=${() => desk.filter(without(filters, chip))}><span dir="auto">${chip.words}</span>${icon("close")}<span class="visually-hidden">${t("Remove this filter")}</span></button></li>`,
      )}
      ${changed && view ? html`<li><button type="button" class="link-button" @click=${() => void this.keepChanges(view)}>${t("Save in “{name}”", { name: view.name })}</button></li>` : nothing}
      ${!view && worthSaving(filters) ? html`<li><button type="button" class="link-button" data-sheet="save-view">${t("Save as a view")}</button></li>` : nothing}
      ${chips.length > 1 ? html`<li><button type="button" class="link-button" @click=${this.widen}>${t("Clear all")}</button></li>` : nothing}
    </ul>`;
  }

  private async keepChanges(view: NonNullable<ReturnType<typeof this.desk.views.current>>): Promise<void> {
    const { desk } = this;
    try {
      await desk.views.keep(view, desk.address.filters);
      desk.showToast(t("View “{name}” is saved", { name: view.name }));
    } catch (error) {
      desk.showToast(desk.explain(error));
    }
  }

  private bulkBar(): TemplateResult | typeof nothing {
    const { selection } = this.desk;
    if (selection.size === 0) return nothing;
    return html`<section class="bulk-bar" aria-label=${t("With all selected cases")}>
      <p><strong>${tn("{n} selected", "{n} selected", selection.size)}</strong><button type="button" class="button quiet round" aria-label=${t("Deselect")} title="Esc" @click=${() => (this.deselect(), this.focusRow())}>${icon("close")}</button></p>
      <div class="bulk-deeds">
        <button type="button" class="button small primary" data-bulk="assign">${icon("user")}${t("Assign")}</button>
        <button type="button" class="button small" data-bulk="priority">${icon("flag")}${t("Priority")}</button>
        <button type="button" class="button small" data-bulk="take">${icon("hand")}${t("Take")}</button>
        <button type="button" class="button small" data-bulk="start">${icon("status-in-progress")}${t("Start")}</button>
        <button type="button" class="button small" data-bulk="read">${icon("eye")}${t("Read")}</button>
        ${selection.size <= MOST_STOPS ? html`<a class="button small" href="/werk/ronde/?cases=${selection.references.join(",")}">${icon("route")}${t("Round")}</a>` : nothing}
      </div>
    </section>`;
  }

  // --- the rows ---------------------------------------------------------------------------------

  private body(): TemplateResult {
    const { desk } = this;
    if (desk.list === "failed") {
      return html`<div class="empty plain" role="alert">${icon("wifi-off")}<h3>${t("The list did not come")}</h3><p>${desk.listTrouble}</p>
        <button type="button" class="button" @click=${() => void desk.loadList()}>${icon("reload")}${t("Try again")}</button></div>`;
    }
    if (desk.list === "loading") {
      return html`<div role="status" class="visually-hidden">${t("Loading the cases")}</div>
        <div class="rows" aria-hidden="true">${[70, 55, 80, 62, 74, 50].map((width) => html`<div class="case-row waiting"><span class="skeleton" data-width=${width}></span><span class="skeleton small"></span><span class="skeleton small" data-width="55"></span></div>`)}</div>`;
    }
    const { rows } = desk.inbox;
    if (rows.length === 0) return this.empty();
    const wanted = this.current && rows.some((row) => row.reference === this.current) ? this.current : desk.address.reference;
    const reachable = rows.some((row) => row.reference === wanted) ? wanted : rows[0]?.reference;
    const chunks = this.windowed.chunks(rows, (row) => row.reference === reachable);
    return html`<div class="rows" role="list" aria-labelledby="list-title">
        ${chunks.map(
          (chunk) => html`<div class="row-chunk" role="presentation" data-chunk=${chunk.place}>${chunk.drawn ? repeat(chunk.rows, (row) => row.reference, (row, place) => this.row(row, chunk.first + place, reachable === row.reference)) : nothing}</div>`,
        )}
      </div>
      ${desk.inbox.next
        ? html`<div class="load-more"><button type="button" class="button quiet" aria-busy=${desk.list === "more"} @click=${() => void desk.loadMore()}>${t("Show more")}</button></div>`
        : html`<p class="list-end soft small">${tn("{n} case", "{n} cases", rows.length)}</p>${this.wider()}`}`;
  }

  /** A search looks in the group; this looks in everything. */
  private wider(): TemplateResult | typeof nothing {
    const { filters } = this.desk.address;
    if (!filters.q || filters.view === "all") return nothing;
    return html`<p class="load-more-wide"><button type="button" class="button" @click=${() => this.desk.filter({ view: "all", saved: "" })}>${icon("search")}${t("Search in all cases, handled ones too")}</button></p>`;
  }

  private row(row: Row, place: number, reachable: boolean): unknown {
    const { desk } = this;
    const { reference } = row;
    const { now } = desk;
    const look = {
      href: writeAddress({ ...desk.address, reference }),
      leaving: desk.inbox.leaving.get(reference),
      arrived: desk.inbox.arrived.has(reference),
      open: desk.address.reference === reference,
      selected: desk.selection.has(reference),
      mine: row.assignee !== null && row.assignee.id === desk.me?.me.id,
      q: desk.address.filters.q,
      many: desk.inbox.next === null ? desk.inbox.rows.length : -1,
      reachable,
      place,
    };
    // A row is drawn again only when something of it changed, or a minute went by.
    return guard([row, Math.floor(now.getTime() / 60_000), ...Object.values(look)], () => drawRow(row, look, now, desk.closedDays));
  }

  private empty(): TemplateResult {
    const { desk } = this;
    const { filters } = desk.address;
    const { counts, loosen } = desk;
    const group = groupOf(filters.view);
    if (filters.q || narrowedBy(filters)) {
      return html`<div class="empty plain">${icon("search")}<h3>${t("Nothing found")}</h3>
        ${loosen === null
          ? html`<p role="status">${t("Looking which filter is in the way…")}</p>`
          : loosen.length
            ? html`<p role="status">${t("There are cases when you leave out one of these:")}</p><ul class="chips" role="list">${loosen.map((chip) => html`<li><button type="button" class="chip" @click=${() => desk.filter(without(filters, chip))}><span dir="auto">${chip.words}</span>${icon("close")}<span class="visually-hidden">${t("Remove this filter")}</span></button></li>`)}</ul>`
            : html`<p role="status">${t("Not one filter alone is in the way.")}</p>`}
        ${this.wider()}
        <button type="button" class="button" @click=${this.widen}>${t("Show everything in {group}", { group: group.name })}</button></div>`;
    }
    const firstDay = counts !== null && counts.team + counts.mine + counts.handovers === 0 && filters.view !== "closed";
    if (firstDay) {
      return html`<div class="empty plain">${icon("sparkles")}<h3>${t("There is no work yet")}</h3><p>${t("As soon as a resident reports something for your team, it slides in here by itself. You need not reload.")}</p>
        <p class="soft small">${t("Press ? for the keys, and look at your settings for sound and e-mail.")}</p></div>`;
    }
    return html`<div class="empty plain">${icon(filters.view === "late" || filters.view === "new" ? "ok" : (group.icon))}<h3>${t("All clear")}</h3><p>${group.empty}</p></div>`;
  }

  private link(reference: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`[data-reference="${reference}"] > .row-link`);
  }

  // --- hands ------------------------------------------------------------------------------------

  private readonly entered = (event: FocusEvent): void => {
    const reference = (event.target as Element).closest<HTMLElement>(".case-row")?.dataset["reference"];
    if (reference) this.current = reference;
  };

  private readonly clicked = (event: MouseEvent): void => {
    const target = event.target as Element;
    const reference = target.closest<HTMLElement>(".case-row")?.dataset["reference"];
    if (!reference) return;
    if (target.closest(".row-check")) {
      // The label's click comes again as the box's own.
      if (target instanceof HTMLInputElement) this.select(event.shiftKey, reference);
      return;
    }
    if (!target.closest(".row-link") || event.metaKey || event.ctrlKey || event.button !== 0) return;
    if (event.shiftKey || this.selecting) {
      event.preventDefault();
      this.select(event.shiftKey, reference);
      return;
    }
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

  private readonly chosen = (event: Event): void => {
    const menu = (event.currentTarget as Element).closest("details");
    if (menu && (event.target as Element).closest("button")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  };

  private readonly selectAll = (): void => {
    this.desk.selection.all(this.desk.inbox.rows.map((row) => row.reference));
    this.desk.say(tn("{n} selected", "{n} selected", this.desk.selection.size));
    this.desk.changed();
  };

  private readonly reorder = (event: Event): void => {
    this.desk.filter({ ordering: (event.target as HTMLSelectElement).value as Ordering });
  };

  private readonly widen = (): void => {
    const { view, ordering } = this.desk.address.filters;
    this.desk.filter({ ...NO_FILTERS, view, ordering });
    this.focusTitle();
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
        clearTimeout(this.searching);
        this.desk.filter({ q: "" }, "replace");
      } else if (!this.focusRow()) {
        this.focusTitle();
      }
    }
  };
}

customElements.define("desk-list", DeskList);
