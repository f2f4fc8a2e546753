/** The frame: groups, list and case beside each other (behind each other on a phone), keys, and where the focus goes. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { icon } from "../icon";
import { t } from "../i18n";
import { NO_FILTERS, readAddress, VIEWS, writeAddress } from "./address";
import "./case-pane";
import type { DeskCase } from "./case-pane";
import { type Audience } from "./drafts";
import { DeskElement } from "./element";
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

  private get sheets(): DeskSheets | null {
    return this.querySelector("desk-sheets");
  }

  protected override updated(_changes: PropertyValues): void {
    const { open } = this.desk;
    const reference = open?.reference ?? null;
    const title = reference ? `${reference} · ${t("Desk")}` : t("Desk");
    const fresh = this.desk.counts?.new;
    document.title = fresh ? `(${fresh}) ${title}` : title;
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
      <nav class="rail" aria-label=${t("Groups")}>
        <ul class="groups" role="list">${groups().map((group, place) => this.group(group, place))}</ul>
        <div class="rail-foot">
          ${this.state()}
          <button type="button" class="button quiet small help-button" data-sheet="help">${icon("keyboard")}${t("Keys")}</button>
        </div>
      </nav>
      <desk-list class="list-pane" .desk=${desk}></desk-list>
      <section class="case-pane" aria-label=${t("Case")}>
        ${desk.signedOut ? this.signIn() : nothing}
        ${open ? html`<desk-case .desk=${desk} .open=${open}></desk-case>` : this.welcome()}
      </section>
      <desk-sheets .desk=${desk}></desk-sheets>
      <div class="toasts" aria-hidden="true">${desk.toast ? html`<p class="toast">${icon("ok")}<span>${desk.toast}</span></p>` : nothing}</div>
      <p class="visually-hidden" role="status" aria-live="polite">${desk.announcement || desk.toast}</p>
    `;
  }


  private group(group: ReturnType<typeof groups>[number], place: number): TemplateResult {
    const { desk } = this;
    const { counts } = desk;
    const current = desk.address.filters.view === group.view;
    const many = group.view === "closed" ? undefined : counts?.[group.view];
    return html`<li><a class="group" data-view=${group.view} href=${writeAddress({ reference: null, filters: { ...desk.address.filters, view: group.view } })} aria-current=${current ? "page" : nothing} title="g ${place + 1}">
      ${icon(group.icon)}<span class="long">${group.name}</span><span class="short" aria-hidden="true">${group.short}</span>
      ${many ? html`<span class="group-count" data-urgent=${group.view === "late" ? "" : nothing}>${many}</span>` : nothing}</a></li>`;
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

  private state(): TemplateResult {
    const { live } = this.desk;
    const words = { live: t("Live"), connecting: t("Connecting…"), offline: t("No connection") }[live];
    return html`<p class="live" data-state=${live}>${words}</p>`;
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
    const view = target.closest<HTMLElement>("[data-view]");
    if (opener) this.sheets?.show(opener.dataset["sheet"] as Sheet);
    else if (photo) this.sheets?.show("photo", Number(photo.dataset["photo"]));
    else if (move) this.take(move.dataset["move"] as Move);
    else if (go) this.step(Number(go.dataset["go"]));
    else if (target.closest("[data-close]")) {
      event.preventDefault();
      this.closeCase();
    } else if (view) {
      event.preventDefault();
      this.toGroup(view.dataset["view"] as (typeof VIEWS)[number]);
    }
  };

  private toGroup(view: (typeof VIEWS)[number]): void {
    const wide = matchMedia("(min-width: 64rem)").matches;
    this.desk.goTo({ reference: wide ? this.desk.address.reference : null, filters: { ...this.desk.address.filters, view, q: "" } });
  }

  // --- keys -------------------------------------------------------------------------------------

  private readonly key = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || this.sheets?.isOpen) return;
    const typing = target.closest("input, textarea, select, [contenteditable]") !== null;
    if (event.key === "Escape") {
      if (typing && target.closest("desk-composer")) this.pane?.focusHeading();
      else if (this.desk.address.reference) this.closeCase();
      else return;
      event.preventDefault();
      return;
    }
    if (typing || target.closest(".map") || !this.desk.shortcuts) return;
    if (this.going && /^[1-6]$/.test(event.key)) {
      const view = VIEWS[Number(event.key) - 1];
      if (view) this.toGroup(view);
      this.going = false;
      event.preventDefault();
      return;
    }
    this.going = false;
    const deeds: Record<string, () => void> = {
      j: () => this.walk(1),
      k: () => this.walk(-1),
      o: () => this.list?.current && this.openCase(this.list.current),
      "/": () => this.list?.focusSearch(),
      "?": () => this.sheets?.show("help"),
      g: () => (this.going = true),
    };
    if (this.desk.open?.case) {
      const write = (audience: Audience) => () => this.pane?.write(audience);
      Object.assign(deeds, { a: () => this.sheets?.show("assign"), s: () => this.sheets?.show("status"), m: write("resident"), n: write("colleagues") });
    }
    const deed = deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  };

  /** In the list the focus moves; with a case open in front, the next one opens. */
  private walk(steps: number): void {
    if (this.desk.address.reference && document.activeElement?.closest(".case-pane")) this.step(steps);
    else this.list?.step(steps);
  }
}

customElements.define("desk-app", DeskApp);
