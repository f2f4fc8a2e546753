/** The frame: groups, list and case beside each other (behind each other on a phone), keys, and where the focus goes. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { icon } from "../icon";
import { t } from "../i18n";
import { type Filters, NO_FILTERS, readAddress, type View, VIEWS, writeAddress } from "./address";
import "./case-pane";
import type { DeskCase } from "./case-pane";
import { type Desk } from "./desk";
import { type Audience } from "./drafts";
import { DeskElement } from "./element";
import { isTyping, placeFor } from "./frame";
import { type BulkWish } from "./inbox/bulk";
import "./inbox/rail";
import { filtersOf } from "./inbox/saved-views";
import "./inbox/sheets";
import { type DeskInboxSheets, INBOX_SHEETS, type InboxSheet } from "./inbox/sheets";
import "./list";
import type { DeskList } from "./list";
import { groups } from "./parts";
import { type Move } from "./shapes";
import "./sheets";
import type { DeskSheets, Sheet } from "./sheets";

export class DeskApp extends DeskElement {
  private focusCase = false;
  private shownCase: string | null = null;
  private going = false;
  /** What a key asked of a case that was not open yet. */
  private afterOpening: { reference: string; deed: () => void } | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.key);
    window.addEventListener("popstate", this.arrived);
    this.addEventListener("click", this.clicked);
    this.addEventListener("open-case", (event) => this.openCase((event as CustomEvent<string>).detail));
    this.addEventListener("take-step", (event) => this.take((event as CustomEvent<Move>).detail));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.key);
    window.removeEventListener("popstate", this.arrived);
  }

  get isReading(): boolean {
    return this.list?.isReading ?? false;
  }

  private get list(): DeskList | null {
    return this.querySelector("desk-list");
  }

  private get pane(): DeskCase | null {
    return this.querySelector("desk-case");
  }

  private get inboxSheets(): DeskInboxSheets | null {
    return this.querySelector("desk-inbox-sheets");
  }

  private get sheets(): DeskSheets | null {
    return this.querySelector("desk-sheets");
  }

  protected override updated(_changes: PropertyValues): void {
    const { open } = this.desk;
    const reference = open?.reference ?? null;
    const title = reference ? `${reference} · ${t("Inbox")}` : t("Inbox");
    const unread = this.desk.counts?.unread ?? 0;
    document.title = unread ? `(${unread > 99 ? "99+" : unread}) ${title}` : title;
    if (this.afterOpening && reference === this.afterOpening.reference && open?.state === "ready") {
      const { deed } = this.afterOpening;
      this.afterOpening = null;
      void this.updateComplete.then(deed);
    }
    if (open && (this.shownCase !== reference || open.state !== "loading") && this.focusCase) {
      // Once the case is there its heading has the focus; while it loads nothing jumps.
      if (open.state !== "loading") {
        this.focusCase = false;
        this.pane?.focusHeading();
      }
    }
    if (!open && this.shownCase) this.list?.focusRow(this.shownCase);
    if (this.shownCase !== reference) this.querySelector(".case-scroll")?.scrollTo({ top: 0 });
    this.shownCase = reference;
    const conflict = this.querySelector<HTMLElement>(".conflict");
    if (conflict && !conflict.dataset["shown"]) {
      conflict.dataset["shown"] = "";
      conflict.focus();
      conflict.scrollIntoView({ block: "nearest" });
    }
  }

  protected override render(): TemplateResult {
    const { desk } = this;
    const { open } = desk;
    return html`
      <nav class="rail" aria-label=${t("Groups and views")}><desk-rail .desk=${desk}></desk-rail></nav>
      <desk-list class="list-pane" .desk=${desk}></desk-list>
      <section class="case-pane" aria-label=${t("Case")}>
        ${desk.signedOut ? this.signIn() : nothing}
        ${open ? html`<desk-case .desk=${desk} .open=${open}></desk-case>` : this.welcome()}
      </section>
      <desk-sheets .desk=${desk}></desk-sheets>
      <desk-inbox-sheets .desk=${desk} @to-list=${() => this.list?.focusRow() || this.list?.focusTitle()}></desk-inbox-sheets>
      ${desk.undo ? this.undo(desk.undo) : nothing}
      <div class="toasts" aria-hidden="true">${desk.toast ? html`<p class="toast">${icon("ok")}<span>${desk.toast}</span></p>` : nothing}</div>
      <p class="visually-hidden" role="status" aria-live="polite">${desk.announcement || desk.toast}</p>
    `;
  }

  /** Stays until it is used, waved away, or followed by another. */
  private undo(undo: NonNullable<Desk["undo"]>): TemplateResult {
    const { desk } = this;
    return html`<section class="undo-bar" aria-label=${t("Last deed")}>${icon("ok")}<span>${undo.words}</span>
      ${undo.run ? html`<button type="button" class="button small" title="z" aria-busy=${undo.busy ? "true" : nothing} @click=${() => this.takeBack()}>${icon("undo")}${t("Undo")}</button>` : nothing}
      <button type="button" class="button quiet round" aria-label=${t("Close")} @click=${() => (desk.dropUndo(), void this.list?.focusRow())}>${icon("close")}</button></section>`;
  }

  private takeBack(): void {
    void this.desk.takeBack().then(() => document.activeElement === document.body && this.list?.focusRow());
  }

  /** Nothing open: how the day stands, and where to begin. */
  private welcome(): TemplateResult {
    const { counts, me } = this.desk;
    return html`<div class="no-case">
      <h2>${me ? t("Hello {name}", { name: me.me.name }) : t("Hello")}</h2>
      <p class="soft">${t("Choose a case on the left. New reports slide in by themselves.")}</p>
      <ul class="day" role="list">${groups()
        .filter((group) => group.view === "new" || group.view === "mine" || group.view === "late")
        .map((group) => html`<li><a href=${writeAddress({ reference: null, filters: { ...NO_FILTERS, view: group.view } })} data-view=${group.view} data-urgent=${group.view === "late" && counts?.late ? "" : nothing}><strong>${counts ? counts[group.view as "new" | "mine" | "late"] : "·"}</strong><span>${icon(group.icon)}${group.name}</span></a></li>`)}</ul>
      <p class="soft small keys-hint"><kbd>j</kbd> <kbd>k</kbd> ${t("to walk through the list")} · <kbd>Enter</kbd> ${t("to open")} · <kbd>?</kbd> ${t("for all keys")}</p>
    </div>`;
  }

  private signIn(): TemplateResult {
    const next = encodeURIComponent(location.pathname + location.search);
    return html`<div class="notice warn signed-out" role="alert">${icon("key")}<h3>${t("You are signed out")}</h3><p>${t("What you typed is kept in this tab.")}</p><p><a class="button primary small" href="${this.closest<HTMLElement>("[data-sign-in]")?.dataset["signIn"] ?? ""}?next=${next}">${t("Sign in again")}</a></p></div>`;
  }

  // --- going somewhere --------------------------------------------------------------------------

  private openCase(reference: string): void {
    this.focusCase = true;
    this.desk.goTo({ ...this.desk.address, reference });
  }

  private closeCase(): void {
    this.desk.goTo({ ...this.desk.address, reference: null });
  }

  private step(steps: number): void {
    const { desk, list } = this;
    if (!list) return;
    const next = desk.inbox.beside(desk.address.reference ?? list.current, steps);
    if (!next) return;
    list.current = next;
    this.focusCase = true;
    desk.goTo({ ...desk.address, reference: next }, "replace");
  }

  private take(move: Move): void {
    const option = this.desk.open?.case?.moves.find((one) => one.move === move);
    void this.desk.deeds.take(move);
    if (option?.needsMessage) this.pane?.write("resident");
  }

  private readonly arrived = (): void => {
    this.focusCase = true;
    this.desk.goTo(readAddress(location.pathname, location.search), "none");
  };

  private readonly clicked = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-sheet]");
    const photo = target.closest<HTMLElement>("[data-photo]");
    const move = target.closest<HTMLElement>("[data-move]");
    const go = target.closest<HTMLElement>("[data-go]");
    const group = target.closest<HTMLElement>("[data-view]");
    const saved = target.closest<HTMLElement>("[data-saved]");
    const edited = target.closest<HTMLElement>("[data-edit-view]");
    const bulk = target.closest<HTMLElement>("[data-bulk]");
    if (opener) this.showSheet(opener.dataset["sheet"] ?? "");
    else if (photo) this.sheets?.show("photo", Number(photo.dataset["photo"]));
    else if (move) this.take(move.dataset["move"] as Move);
    else if (go) this.step(Number(go.dataset["go"]));
    else if (bulk) this.bulk(bulk.dataset["bulk"] ?? "");
    else if (edited) this.editView(Number(edited.dataset["editView"]));
    else if (target.closest("[data-close]")) {
      event.preventDefault();
      this.closeCase();
    } else if (group) {
      event.preventDefault();
      this.toGroup(group.dataset["view"] as View);
    } else if (saved) {
      event.preventDefault();
      const view = this.desk.views.all.find((one) => one.id === Number(saved.dataset["saved"]));
      if (view) this.toList(filtersOf(view));
    }
  };

  private showSheet(sheet: string): void {
    if (INBOX_SHEETS.includes(sheet as InboxSheet)) this.inboxSheets?.show(sheet as InboxSheet);
    else this.sheets?.show(sheet as Sheet);
  }

  private editView(id: number): void {
    const view = this.desk.views.all.find((one) => one.id === id);
    if (view) this.inboxSheets?.show("edit-view", { view });
  }

  private toGroup(view: View): void {
    this.toList({ ...NO_FILTERS, view, ordering: this.desk.address.filters.saved ? NO_FILTERS.ordering : this.desk.address.filters.ordering });
  }

  /** Another list; on a phone that is another screen too. */
  private toList(filters: Filters): void {
    const wide = matchMedia("(min-width: 64rem)").matches;
    this.desk.goTo({ reference: wide ? this.desk.address.reference : null, filters });
  }

  /** One deed on everything that is selected. */
  private bulk(what: string): void {
    const { desk } = this;
    const references = desk.selection.references;
    if (!references.length) return;
    if (what === "read") {
      void desk.bulk.run({ deed: "read", values: {}, words: t("marked as read") }, references);
    } else if (what === "assign" || what === "priority") {
      this.inboxSheets?.show(`bulk-${what}`, { references });
    } else {
      const wish: BulkWish =
        what === "take"
          ? { deed: "assign", values: { professional: desk.me?.me.id ?? null }, words: t("Take") }
          : { deed: "move", values: { move: "start" }, words: t("Start") };
      this.inboxSheets?.show("bulk", { references });
      void desk.bulk.preview(wish, references);
    }
  }

  // --- keys -------------------------------------------------------------------------------------

  private readonly key = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const typing = isTyping(target);
    if (event.key === "Escape") {
      if (typing && target.closest("desk-composer")) this.pane?.focusHeading();
      else if (this.desk.selection.size) this.list?.deselect();
      else if (this.desk.address.reference) this.closeCase();
      else return;
      event.preventDefault();
      return;
    }
    if (typing || target.closest(".map") || !this.desk.shortcuts) return;
    const going = this.going;
    this.going = false;
    const deed = going ? this.placeKey(event.key) : this.deedFor(event.key);
    if (!deed) return;
    event.preventDefault();
    deed();
  };

  /** After `g`: a group by its number, or a place by its letter. */
  private placeKey(key: string): (() => void) | null {
    const view = /^[1-9]$/.test(key) ? VIEWS[Number(key) - 1] : undefined;
    if (view) return () => this.toGroup(view);
    if (key === "i") return () => this.toInbox();
    const place = placeFor(key);
    return place ? () => place.click() : null;
  }

  private deedFor(key: string): (() => void) | undefined {
    const { desk, list } = this;
    const about = list?.focused ?? desk.address.reference;
    const deeds: Record<string, () => void> = {
      j: () => this.walk(1),
      k: () => this.walk(-1),
      o: () => list?.current && this.openCase(list.current),
      x: () => list?.select(false),
      X: () => list?.select(true),
      u: () => about && void desk.mark(about, !(desk.inbox.rows.find((row) => row.reference === about)?.unread ?? false)),
      l: () => list?.letIn(),
      z: () => this.takeBack(),
      f: () => this.inboxSheets?.show("filters"),
      "/": () => list?.focusSearch(),
      "?": () => this.inboxSheets?.show("help"),
      g: () => (this.going = true),
    };
    if (desk.selection.size) {
      Object.assign(deeds, { a: () => this.bulk("assign"), s: () => this.bulk("priority") });
    } else if (about) {
      const write = (audience: Audience) => () => this.withCase(about, () => this.pane?.write(audience));
      Object.assign(deeds, {
        a: () => this.withCase(about, () => this.sheets?.show("assign")),
        s: () => this.withCase(about, () => this.sheets?.show("status")),
        m: write("resident"),
        n: write("colleagues"),
      });
    }
    return deeds[key];
  }

  /** A deed of the row that has the focus: never of another case that happens to be open beside it. */
  private withCase(reference: string, deed: () => void): void {
    if (this.desk.open?.reference === reference && this.desk.open.case) {
      deed();
      return;
    }
    this.afterOpening = { reference, deed };
    this.openCase(reference);
    this.focusCase = false;
  }

  private toInbox(): void {
    if (!matchMedia("(min-width: 64rem)").matches) this.closeCase();
    void this.updateComplete.then(() => this.list?.focusRow() || this.list?.focusTitle());
  }

  /** In the list the focus moves; with a case open in front, the next one opens. */
  private walk(steps: number): void {
    if (this.desk.address.reference && document.activeElement?.closest(".case-pane")) this.step(steps);
    else this.list?.step(steps);
  }
}

customElements.define("desk-app", DeskApp);
