/** The dialogs between cases and teams: forward, give back, split off a part, link what was reported before. */
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../../icon";
import { t } from "../../i18n";
import { DeskElement } from "../element";
import { status } from "../parts";
import { type Case, CLOSED, type Row, type TeamWithPeople } from "../shapes";

export type CaseSheet = "more" | "forward" | "return" | "split" | "link";
export type Show = (sheet: CaseSheet) => void;

interface Near extends Row {
  metres: number;
  whySimilar: string;
}

const LONGEST = 3000;

export class DeskCaseSheets extends DeskElement {
  private sheet: CaseSheet | null = null;
  private trouble = "";
  private busy = false;
  private near: Near[] | null = null;
  private chosen = "";
  private returnTo: HTMLElement | null = null;

  static override properties = { sheet: { state: true }, trouble: { state: true }, busy: { state: true }, near: { state: true }, chosen: { state: true } };

  readonly show: Show = (sheet) => {
    if (this.sheet) return;
    this.returnTo = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.sheet = sheet;
    this.prepare(sheet);
    void this.updateComplete.then(() => {
      this.dialog?.showModal();
      this.querySelector<HTMLElement>("[data-first]")?.focus();
    });
  };

  private get dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  private readonly close = (): void => this.dialog?.close();

  private readonly closed = (): void => {
    this.sheet = null;
    void this.updateComplete.then(() => {
      if (this.returnTo?.isConnected) this.returnTo.focus({ preventScroll: true });
      else this.closest("desk-case")?.querySelector<HTMLElement>("#case-title")?.focus({ preventScroll: true });
    });
  };

  private readonly outside = (event: MouseEvent): void => {
    if (event.target === event.currentTarget) this.close();
  };

  /** Single keys are for the page behind it. */
  private readonly key = (event: KeyboardEvent): void => event.stopPropagation();

  protected override render(): TemplateResult {
    const found = this.desk.open?.case;
    return html`<dialog class="dialog sheet" data-sheet-kind=${this.sheet ?? nothing} aria-labelledby="case-sheet-title" @close=${this.closed} @click=${this.outside} @keydown=${this.key}>${this.sheet && found ? html`<div class="sheet-body">${this.content(this.sheet, found)}</div>` : nothing}</dialog>`;
  }

  private content(sheet: CaseSheet, found: Case): TemplateResult {
    switch (sheet) {
      case "more":
        return this.more(found);
      case "forward":
        return this.forward(found);
      case "return":
        return this.giveBack(found);
      case "split":
        return this.split(found);
      case "link":
        return this.link(found);
    }
  }

  private head(title: string, words = ""): TemplateResult {
    return html`<header class="sheet-head"><h2 id="case-sheet-title">${title}</h2><button type="button" class="button quiet round" aria-label=${t("Close")} @click=${this.close}>${icon("close")}</button></header>
      ${words ? html`<p class="soft">${words}</p>` : nothing}
      ${this.trouble ? html`<div class="notice danger" role="alert">${icon("alert")}<p>${this.trouble}</p></div>` : nothing}`;
  }

  private foot(words: string, name: string): TemplateResult {
    return html`<div class="row"><button type="submit" class="button primary" aria-busy=${this.busy ? "true" : "false"} ?disabled=${this.busy}>${icon(name)}${words}</button><button type="button" class="button" @click=${this.close}>${t("Cancel")}</button></div>`;
  }

  /** A team of this municipality, but not the one that has it; by organisation. */
  private teams(found: Case): TemplateResult {
    const byOrganisation = new Map<string, TeamWithPeople[]>();
    for (const team of this.desk.me?.teams ?? []) {
      if (team.id !== found.team.id && team.people.length) byOrganisation.set(team.organisation, [...(byOrganisation.get(team.organisation) ?? []), team]);
    }
    // One's own organisation last: there a case is simply given.
    const organisations = [...byOrganisation].sort(([one], [other]) => Number(one === found.team.organisation) - Number(other === found.team.organisation) || one.localeCompare(other));
    return html`<div class="field"><label for="case-team">${t("To which team?")}</label><select id="case-team" name="team" required data-first>
      <option value="">${t("Choose a team")}</option>
      ${organisations.map(([name, teams]) => html`<optgroup label=${name}>${teams.map((team) => html`<option value=${team.id}>${team.name}</option>`)}</optgroup>`)}</select></div>`;
  }

  private words(name: string, label: string, hint: string, first = false): TemplateResult {
    return html`<div class="field"><label for="case-${name}">${label}</label><p class="hint" id="case-${name}-hint">${hint}</p><textarea id="case-${name}" name=${name} rows="4" maxlength=${LONGEST} required ?data-first=${first} dir="auto" aria-describedby="case-${name}-hint"></textarea></div>`;
  }

  // --- what there is ----------------------------------------------------------------------------

  private more(found: Case): TemplateResult {
    const choice = (sheet: CaseSheet, name: string, words: string, hint: string, first = false) =>
      html`<li><button type="button" class="step-choice" ?data-first=${first} @click=${() => this.turnTo(sheet)}><span class="dot">${icon(name)}</span><span><strong>${words}</strong><span class="soft small">${hint}</span></span></button></li>`;
    const forward = found.deeds.includes("forward");
    return html`${this.head(t("Another team or another case"))}
      <ul class="choices plain" role="list">
        ${forward && !found.offer ? choice("forward", "handover", t("Forward this case"), t("Another team takes it over, if it accepts."), true) : nothing}
        ${forward ? choice("split", "users", t("Split off a part"), t("Another team does a part; you keep the case."), found.offer !== null) : nothing}
        ${found.deeds.includes("merge") && found.kind === "report" ? choice("link", "link", t("Link as duplicate"), t("It was reported before; go on with that case."), !forward) : nothing}
      </ul>`;
  }

  /** From one dialog to the next, without closing. */
  private turnTo(sheet: CaseSheet): void {
    this.sheet = sheet;
    this.prepare(sheet);
    void this.updateComplete.then(() => this.querySelector<HTMLElement>("[data-first]")?.focus());
  }

  private prepare(sheet: CaseSheet): void {
    this.trouble = "";
    this.chosen = "";
    if (sheet === "split") void this.desk.loadChoices();
    if (sheet === "link") void this.look();
  }

  // --- forward, and give back -------------------------------------------------------------------

  private forward(found: Case): TemplateResult {
    const send = (given: FormData) => {
      const team = this.desk.me?.teams.find((one) => String(one.id) === given.get("team"));
      return this.desk.deeds.together("forwardings", { team: Number(given.get("team")), reason: text(given, "reason") }, t("Offered to {team}", { team: team?.name ?? "" }), { verb: "forwardings/_withdraw", body: {} });
    };
    return html`${this.head(t("Forward this case"), t("The other team accepts it or gives it back. Until then it stays with you."))}
      <form class="form" @submit=${this.submit(send)}>${this.teams(found)}
        ${this.words("reason", t("Why is it for them?"), t("Only colleagues read this."))}
        ${this.foot(t("Forward"), "handover")}</form>`;
  }

  private giveBack(found: Case): TemplateResult {
    const send = (given: FormData) => this.desk.deeds.together("forwardings/_return", { reason: text(given, "reason") }, t("Given back to {team}", { team: found.offer?.from.name ?? "" }));
    return html`${this.head(t("Give it back"))}
      <form class="form" @submit=${this.submit(send)}>
        ${this.words("reason", t("Why is it not for you?"), t("{team} reads this, and can choose another team.", { team: found.offer?.from.name ?? "" }), true)}
        ${this.foot(t("Give back"), "undo")}</form>`;
  }

  // --- a part -----------------------------------------------------------------------------------

  private split(found: Case): TemplateResult {
    const send = (given: FormData) => {
      const day = text(given, "day");
      const body = { team: Number(given.get("team")), instruction: text(given, "instruction"), category: text(given, "category"), dueBy: day ? new Date(`${day}T17:00`).toISOString() : null };
      const team = this.desk.me?.teams.find((one) => one.id === body.team);
      return this.desk.deeds.together("parts", body, t("{team} was asked to do a part", { team: team?.name ?? "" }), (now) => {
        const made = now.parts.at(-1);
        return made ? { verb: "parts/_withdraw", body: { part: made.reference } } : null;
      });
    };
    const categories = this.desk.categories ?? [];
    const today = new Date(this.desk.now.getTime() + 24 * 3600 * 1000).toISOString().slice(0, 10);
    return html`${this.head(t("Split off a part"), t("The other team sees what was reported, the place and the photos, never who reported it. You keep speaking with the resident."))}
      <form class="form" @submit=${this.submit(send)}>${this.teams(found)}
        ${this.words("instruction", t("What should they do?"), t("Say it so that it can be done without asking. Name no resident."))}
        <div class="form-pair">
          <div class="field"><label for="case-day">${t("Before the end of")} <span class="optional">(${t("optional")})</span></label><input id="case-day" name="day" type="date" min=${today} /></div>
          <div class="field"><label for="case-category">${t("Category")} <span class="optional">(${t("optional")})</span></label><select id="case-category" name="category"><option value="">${t("As this case: {name}", { name: found.category?.name ?? "–" })}</option>${categories.map((main) => html`<optgroup label=${main.name}>${(main.children ?? []).map((one) => html`<option value=${one.slug}>${one.name}</option>`)}</optgroup>`)}</select></div>
        </div>
        ${this.foot(t("Ask them"), "send")}</form>`;
  }

  // --- reported before --------------------------------------------------------------------------

  private async look(): Promise<void> {
    const reference = this.desk.open?.reference ?? "";
    this.near = null;
    const found = await this.desk.ask<{ results: Near[] }>(`cases/${reference}/similar`);
    if (this.desk.open?.reference === reference) this.near = (found?.results ?? []).filter((one) => !CLOSED.has(one.status));
  }

  private link(found: Case): TemplateResult {
    const send = (given: FormData) => {
      const of = text(given, "of") || this.chosen;
      if (!of) {
        this.trouble = t("Choose a case, or type its reference.");
        return Promise.resolve(false);
      }
      return this.desk.deeds.together("duplicates", { of }, t("Linked to {reference}", { reference: of.toUpperCase() }), { verb: "duplicates/_undo", body: {} });
    };
    const choose = (event: Event) => (this.chosen = (event.target as HTMLInputElement).value);
    return html`${this.head(t("Link as duplicate"), t("Choose the case that you go on with. Whoever reported {reference} follows that one from now on. You can undo it.", { reference: found.reference }))}
      <form class="form" @submit=${this.submit(send)}>
        <fieldset class="near"><legend>${t("Near and similar")}</legend>
          ${this.near === null ? html`<p class="soft" role="status">${t("Looking…")}</p>` : nothing}
          ${this.near?.length === 0 ? html`<p class="soft">${t("Nothing open is near enough. Type the reference below.")}</p>` : nothing}
          ${this.near?.map((one) => html`<label class="near-choice"><input type="radio" name="near" value=${one.reference} @change=${choose} /><span><span class="near-head">${status(one.status, one.statusLabel)}<strong dir="auto">${one.subject || one.category?.name || one.reference}</strong></span><span class="soft small">${one.reference} · ${one.whySimilar} · ${one.team.name}</span></span></label>`)}
        </fieldset>
        <div class="field"><label for="case-of">${t("Or its reference")}</label><input id="case-of" name="of" maxlength="20" autocomplete="off" autocapitalize="characters" placeholder="M-7K3Q9A" dir="ltr" data-first /></div>
        ${this.foot(t("Link"), "link")}</form>`;
  }

  /** Stays open with what was typed when it is refused; a newer version of the case is shown on the page behind it. */
  private submit(send: (given: FormData) => Promise<boolean>) {
    return async (event: SubmitEvent): Promise<void> => {
      event.preventDefault();
      if (this.busy) return;
      this.trouble = "";
      this.busy = true;
      const done = await send(new FormData(event.target as HTMLFormElement));
      this.busy = false;
      const open = this.desk.open;
      if (done || open?.conflict || open?.state !== "ready") this.close();
      else if (open?.trouble) {
        this.trouble = open.trouble.words;
        open.trouble = null;
        this.desk.changed();
      }
    };
  }
}

function text(given: FormData, name: string): string {
  return String(given.get(name) ?? "").trim();
}

customElements.define("desk-case-sheets", DeskCaseSheets);
