/** The dialogs of a request for help: the decision, and more time for a challenge. */
import { html, nothing, type TemplateResult } from "lit";
import { t, tn } from "../../../i18n";
import { CaseDialog } from "../dialog";
import { cents, euros } from "./money";
import { type Answer, type Criterion, type HelpCase } from "./shapes";

type Sheet = "decide" | "extend";
const LONGEST = 1500;
const LONGEST_EXTENSION = 1000;

export class DeskHelpSheets extends CaseDialog {
  private sheet: Sheet = "decide";
  private answer: Answer | null = null;

  static override properties = { ...CaseDialog.properties, sheet: { state: true }, answer: { state: true } };

  show(sheet: Sheet): void {
    this.sheet = sheet;
    this.answer = null;
    this.open();
  }

  private get about(): HelpCase | null {
    return this.desk.open?.case?.helpRequest ?? null;
  }

  protected heading(): string {
    return this.sheet === "decide" ? t("What do you decide?") : t("More time to decide");
  }

  protected content(): TemplateResult {
    const { about } = this;
    if (!about) return html``;
    return this.sheet === "decide" ? this.decision(about) : this.extension(about);
  }

  // --- the decision -----------------------------------------------------------------------------

  private decision(about: HelpCase): TemplateResult {
    const choices: [Answer, string, string][] = [
      ["granted", t("Grant it"), t("They get what they asked.")],
      ["partly", t("Grant a part"), t("They get a part of it.")],
      ["refused", t("Refuse it"), t("They do not get it.")],
    ];
    const gives = this.answer === "granted" || this.answer === "partly";
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Amsterdam" }).format(this.desk.now);
    const send = (given: FormData) => this.desk.deeds.together("decision", this.body(given, about), t("The decision is sent to the group"));
    return html`<form class="form" @submit=${this.submit(send)}>
      <fieldset class="near"><legend class="visually-hidden">${t("What do you decide?")}</legend>${choices.map(
        ([value, name, means], place) => html`<label class="near-choice"><input type="radio" name="decision" value=${value} required ?data-first=${place === 0} @change=${() => (this.answer = value)} /><span><strong>${name}</strong><span class="soft small">${means}</span></span></label>`,
      )}</fieldset>
      ${this.answer === "partly" && about.cents !== null ? this.amounts(about) : nothing}
      ${about.challenge ? about.challenge.judged.map((one) => this.criterion(one)) : nothing}
      ${this.words("reasons", t("Why?"), t("The group reads this."), true)}
      ${gives
        ? html`${this.words("conditions", t("Conditions"), t("What they must do or keep to."), false)}
            ${this.day("promisedOn", t("They get it before"), "", today)}
            ${this.day("followUpOn", t("Look back on"), t("On that day we ask the group how it went, and remind you."), today)}`
        : nothing}
      ${this.foot(t("Send the decision"), "send")}</form>`;
  }

  private amounts(about: HelpCase): TemplateResult {
    const field = (name: string, label: string, most: number) =>
      html`<div class="field"><label for="help-${name}">${label} <span class="soft">(${t("asked: {amount}", { amount: euros(most) })})</span></label><input id="help-${name}" name=${name} type="number" inputmode="decimal" min="0" max=${most / 100} step="0.01" required value="" /></div>`;
    return about.lines.length ? html`<fieldset class="near"><legend>${t("How much of each, in euros?")}</legend>${about.lines.map((line) => field(`line-${line.id}`, line.label, line.cents))}</fieldset>` : field("amount", t("How much, in euros?"), about.cents ?? 0);
  }

  private criterion(one: Criterion): TemplateResult {
    return html`<fieldset class="score"><legend dir="auto">${one.label}</legend>
      <div class="score-choices"><label><input type="radio" name="met-${one.key}" value="1" required /><span>${t("Yes")}</span></label><label><input type="radio" name="met-${one.key}" value="0" /><span>${t("No")}</span></label></div>
      <div class="field"><label for="help-why-${one.key}">${t("Why?")}</label><textarea id="help-why-${one.key}" name="why-${one.key}" rows="2" maxlength="1000" dir="auto" required></textarea></div></fieldset>`;
  }

  private day(name: string, label: string, hint: string, today: string): TemplateResult {
    return html`<div class="field"><label for="help-${name}">${label} <span class="optional">(${t("optional")})</span></label>${hint ? html`<p class="hint" id="help-${name}-hint">${hint}</p>` : nothing}<input id="help-${name}" name=${name} type="date" min=${today} aria-describedby=${hint ? `help-${name}-hint` : nothing} /></div>`;
  }

  private words(name: string, label: string, hint: string, required: boolean): TemplateResult {
    return html`<div class="field"><label for="help-${name}">${label}${required ? nothing : html` <span class="optional">(${t("optional")})</span>`}</label><p class="hint" id="help-${name}-hint">${hint}</p><textarea id="help-${name}" name=${name} rows="4" maxlength=${LONGEST} dir="auto" ?required=${required} aria-describedby="help-${name}-hint"></textarea></div>`;
  }

  private body(given: FormData, about: HelpCase): Record<string, unknown> {
    const text = (name: string) => String(given.get(name) ?? "").trim();
    const body: Record<string, unknown> = { decision: given.get("decision"), reasons: text("reasons"), conditions: text("conditions"), promisedOn: text("promisedOn") || null, followUpOn: text("followUpOn") || null };
    if (this.answer === "partly" && about.lines.length) body["lines"] = about.lines.map((line) => ({ id: line.id, grantedCents: cents(given.get(`line-${line.id}`)) }));
    else if (this.answer === "partly" && about.cents !== null) body["grantedCents"] = cents(given.get("amount"));
    if (about.challenge) body["judged"] = about.challenge.judged.map(({ key }) => ({ key, met: given.get(`met-${key}`) === "1", reason: text(`why-${key}`) }));
    return body;
  }

  // --- more time --------------------------------------------------------------------------------

  private extension(about: HelpCase): TemplateResult {
    const send = (given: FormData) => this.desk.deeds.together("extension", { reason: String(given.get("reason") ?? "").trim() }, t("The group hears that it takes longer"));
    return html`<form class="form" @submit=${this.submit(send)}>
      <p>${tn("You get {n} week more, once.", "You get {n} weeks more, once.", about.longerWeeks)}</p>
      <div class="field"><label for="help-reason">${t("Why?")}</label><p class="hint" id="help-reason-hint">${t("The group reads this.")}</p><textarea id="help-reason" name="reason" rows="4" maxlength=${LONGEST_EXTENSION} dir="auto" required data-first aria-describedby="help-reason-hint"></textarea></div>
      ${this.foot(t("Take more time"), "clock")}</form>`;
  }
}

customElements.define("desk-help-sheets", DeskHelpSheets);
