/** What opens over the page: assign, next step, details, a photo. One dialog, closed with Esc. */
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { icon } from "../icon";
import { t } from "../i18n";
import { photoWords } from "./case/photos";
import type { DeskCaseSheets } from "./case/sheets";
import { DeskElement } from "./element";
import { moveQuestion, moveWords } from "./open-case";
import { avatar } from "./parts";
import { type Category, type Colleague, type TeamWithPeople } from "./shapes";

export type Sheet = "assign" | "status" | "details" | "photo";

interface Choice {
  team: TeamWithPeople;
  person: Colleague | null;
}

export class DeskSheets extends DeskElement {
  private sheet: Sheet | null = null;
  private photo = 0;
  private wanted = "";
  private active = 0;
  private returnTo: HTMLElement | null = null;
  private onClosed: (() => void) | null = null;

  static override properties = { sheet: { state: true }, photo: { state: true }, wanted: { state: true }, active: { state: true } };

  get isOpen(): boolean {
    return this.sheet !== null;
  }

  show(sheet: Sheet, photo = 0): void {
    if (this.sheet) return;
    this.returnTo = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.onClosed = null;
    this.sheet = sheet;
    this.photo = photo;
    this.wanted = "";
    this.active = 0;
    if (sheet === "details") void this.desk.loadChoices();
    void this.updateComplete.then(() => {
      this.dialog?.showModal();
      this.querySelector<HTMLElement>("[data-first]")?.focus();
    });
  }

  private get dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  /** `then` runs when the dialog is gone, and takes the focus; else it returns to where it was. */
  private close(then: (() => void) | null = null): void {
    this.onClosed = then;
    this.dialog?.close();
  }

  private readonly closed = (): void => {
    this.sheet = null;
    const then = this.onClosed;
    void this.updateComplete.then(() => {
      if (then) then();
      else if (this.returnTo?.isConnected) this.returnTo.focus({ preventScroll: true });
    });
  };

  private readonly outside = (event: MouseEvent): void => {
    if (event.target === event.currentTarget) this.close();
  };

  protected override render(): TemplateResult {
    return html`<dialog class="dialog sheet" data-sheet-kind=${this.sheet ?? nothing} aria-labelledby="sheet-title" @close=${this.closed} @click=${this.outside}>${this.sheet ? html`<div class="sheet-body">${this.content(this.sheet)}</div>` : nothing}</dialog>`;
  }

  private content(sheet: Sheet): TemplateResult {
    switch (sheet) {
      case "assign":
        return this.assign();
      case "status":
        return this.status();
      case "details":
        return this.details();
      case "photo":
        return this.photos();
    }
  }

  private head(title: string): TemplateResult {
    return html`<header class="sheet-head"><h2 id="sheet-title">${title}</h2><button type="button" class="button quiet round" aria-label=${t("Close")} @click=${() => this.close()}>${icon("close")}</button></header>`;
  }

  // --- assign -----------------------------------------------------------------------------------

  private choices(): Choice[] {
    const { me, open } = this.desk;
    const current = open?.case?.team.id;
    // Another organisation is asked, not told: that is forwarding.
    const near = (me?.teams ?? []).filter((team) => team.organisation === open?.case?.team.organisation);
    const teams = near.sort((one, other) => Number(other.id === current) - Number(one.id === current));
    const sought = plain(this.wanted);
    return teams.flatMap((team) => {
      const whole = plain(`${team.name} ${team.organisation}`).includes(sought);
      const people = team.people.filter((person) => whole || plain(`${person.name} ${person.role}`).includes(sought));
      return [...(whole ? [{ team, person: null }] : []), ...people.map((person) => ({ team, person }))];
    });
  }

  private assign(): TemplateResult {
    const choices = this.choices();
    const { me, open } = this.desk;
    const active = Math.min(this.active, choices.length - 1);
    return html`${this.head(t("Who takes this case?"))}
      <div class="assign-top">
        <label class="search">${icon("search")}<span class="visually-hidden">${t("Search a colleague or team")}</span>
          <input data-first type="text" role="combobox" aria-expanded="true" aria-autocomplete="list" aria-controls="assign-list" aria-activedescendant=${active >= 0 ? `assign-${active}` : nothing} autocomplete="off" placeholder=${t("Search a colleague or team")} .value=${live(this.wanted)} @input=${this.seek} @keydown=${this.assignKey} /></label>
      </div>
      <ul id="assign-list" class="choices" role="listbox" aria-label=${t("Colleagues and teams")}>
        ${choices.map(({ team, person }, place) => {
          const here = open?.case?.team.id === team.id && (open.case.assignee?.id ?? null) === (person?.id ?? null);
          return html`<li id="assign-${place}" role="option" class=${person ? "person-choice" : "team-choice"} aria-selected=${place === active ? "true" : "false"} @click=${() => this.choose(choices[place])}>
            ${person ? avatar(person) : html`<span class="avatar small team" aria-hidden="true">${icon("users")}</span>`}
            <span><strong>${person ? person.name : team.name}</strong><span class="soft small">${person ? person.role : team.organisation}</span></span>
            ${person && person.id === me?.me.id ? html`<span class="badge accent">${t("you")}</span>` : nothing}${here ? html`<span class="badge">${t("now")}</span>` : nothing}</li>`;
        })}
      </ul>
      <p class="visually-hidden" role="status">${choices.length === 0 ? t("Nobody found") : ""}</p>
      ${choices.length === 0 ? html`<p class="soft" aria-hidden="true">${t("Nobody found")}</p>` : nothing}
      ${open?.case?.deeds.includes("forward") && !open.case.offer ? html`<button type="button" class="button" @click=${() => this.close(() => this.parentElement?.querySelector<DeskCaseSheets>("desk-case-sheets")?.show("forward"))}>${icon("handover")}${t("To another organisation")}…</button>` : nothing}`;
  }

  private readonly seek = (event: Event): void => {
    this.wanted = (event.target as HTMLInputElement).value;
    this.active = 0;
  };

  private readonly assignKey = (event: KeyboardEvent): void => {
    const choices = this.choices();
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (steps !== undefined && choices.length) {
      event.preventDefault();
      this.active = (Math.min(this.active, choices.length - 1) + steps + choices.length) % choices.length;
      void this.updateComplete.then(() => this.querySelector(`#assign-${this.active}`)?.scrollIntoView({ block: "nearest" }));
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.choose(choices[Math.min(this.active, choices.length - 1)]);
    }
  };

  private choose(choice: Choice | undefined): void {
    if (!choice) return;
    this.close();
    void this.desk.deeds.assign(choice.team.id, choice.person);
  }

  // --- next step --------------------------------------------------------------------------------

  private status(): TemplateResult {
    const found = this.desk.open?.case;
    return html`${this.head(t("Next step"))}
      <ul class="choices plain" role="list">${found?.moves.map((one, place) => html`<li><button type="button" class="step-choice" ?data-first=${place === 0} @click=${() => this.close(() => this.dispatchEvent(new CustomEvent("take-step", { detail: one.move, bubbles: true })))}>
        <span class="dot" data-status=${one.to}>${icon(`status-${one.to}`)}</span><span><strong>${moveWords(one.move)}</strong>${one.needsMessage ? html`<span class="soft small">${moveQuestion(one.move)}</span>` : nothing}</span></button></li>`)}</ul>`;
  }

  // --- details ----------------------------------------------------------------------------------

  private details(): TemplateResult {
    const found = this.desk.open?.case;
    if (!found) return html``;
    return html`${this.head(t("Change details"))}
      <form class="form" method="dialog" @submit=${this.saveDetails}>
        <div class="field"><label for="change-category">${t("Category")}</label>
          <select id="change-category" name="category" data-first>${this.categoryOptions(found.category?.slug ?? "")}</select>
          <p class="hint">${t("Another category brings its own promise and rules about who may see it.")}</p></div>
        <div class="field"><label for="change-priority">${t("Priority")}</label>
          <select id="change-priority" name="priority">
            ${([["low", t("Low")], ["normal", t("Normal")], ["high", t("High")]] as const).map(([value, words]) => html`<option value=${value} ?selected=${value === found.priority}>${words}</option>`)}
          </select></div>
        <div class="field"><label for="change-address">${t("Address, as the resident says it")}</label><input id="change-address" name="address" maxlength="200" dir="auto" .value=${found.address} /></div>
        <div class="row"><button type="submit" class="button primary">${t("Save")}</button><button type="button" class="button" @click=${() => this.close()}>${t("Cancel")}</button></div>
      </form>`;
  }

  private categoryOptions(current: string): TemplateResult {
    const { categories, open } = this.desk;
    if (!categories) return html`<option value=${current} selected>${open?.case?.category?.name ?? t("Loading…")}</option>`;
    return html`${categories.map((main) => html`<optgroup label=${main.name}>${leaves(main).map((one) => html`<option value=${one.slug} ?selected=${one.slug === current}>${one.name}</option>`)}</optgroup>`)}`;
  }

  private readonly saveDetails = (event: SubmitEvent): void => {
    event.preventDefault();
    const found = this.desk.open?.case;
    const given = new FormData(event.target as HTMLFormElement);
    const changes: { category?: string; priority?: string; address?: string } = {};
    const [category, priority, address] = ["category", "priority", "address"].map((name) => String(given.get(name) ?? "").trim());
    if (category && category !== found?.category?.slug) changes.category = category;
    if (priority && priority !== found?.priority) changes.priority = priority;
    if (address !== undefined && address !== found?.address) changes.address = address;
    this.close();
    if (Object.keys(changes).length) void this.desk.deeds.change(changes);
  };

  // --- photos -----------------------------------------------------------------------------------

  private photos(): TemplateResult {
    const all = this.desk.open?.case?.photos ?? [];
    const shown = all[this.photo];
    const several = all.length > 1;
    return html`${this.head(several ? t("Photo {n} of {many}", { n: this.photo + 1, many: all.length }) : t("Photo"))}
      <div class="lightbox" @keydown=${this.photoKey}>
        ${several ? html`<button type="button" class="button round" data-first aria-label=${t("Previous photo")} @click=${() => this.turn(-1)}>${icon("chevron-left")}</button>` : nothing}
        ${shown ? html`<img src=${shown.url} width=${shown.width} height=${shown.height} alt=${photoWords(shown)} />` : nothing}
        ${several ? html`<button type="button" class="button round" aria-label=${t("Next photo")} @click=${() => this.turn(1)}>${icon("chevron-right")}</button>` : nothing}
      </div>
      ${shown && this.desk.open?.case ? html`<desk-photo-facts .desk=${this.desk} .photo=${shown} .case=${this.desk.open.case}></desk-photo-facts>` : nothing}`;
  }

  private turn(steps: number): void {
    const many = this.desk.open?.case?.photos.length ?? 1;
    this.photo = (this.photo + steps + many) % many;
  }

  private readonly photoKey = (event: KeyboardEvent): void => {
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    this.turn(event.key === forward ? 1 : -1);
  };
}

function leaves(main: Category): Category[] {
  return main.children ?? [];
}

/** Without case and accents, for searching names. */
function plain(words: string): string {
  return words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

customElements.define("desk-sheets", DeskSheets);
