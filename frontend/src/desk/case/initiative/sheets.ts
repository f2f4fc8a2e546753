/** The dialogs of an initiative: a step of its stages, what was agreed with the group, and the check. */
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../../../icon";
import { t } from "../../../i18n";
import { CaseDialog } from "../dialog";
import { type Initiative, type Question, type Role, type StepName, type StepOption } from "./shapes";
import { questions, roleWords, stepIcon, stepMeans, stepWords } from "./words";

type Sheet = "steps" | "step" | "coaching" | "check";
const LONGEST = 3000;
const LONGEST_RHYTHM = 365;

export class DeskInitiativeSheets extends CaseDialog {
  private sheet: Sheet = "steps";
  private step: StepName | null = null;

  static override properties = { ...CaseDialog.properties, sheet: { state: true }, step: { state: true } };

  /** `step`: which one; without, all that are possible are offered. */
  show(sheet: Sheet, step: StepName | null = null): void {
    this.sheet = sheet;
    this.step = step;
    this.open();
  }

  private get about(): Initiative | null {
    return this.desk.open?.case?.initiative ?? null;
  }

  private get option(): StepOption | null {
    return this.about?.steps.find((one) => one.step === this.step) ?? null;
  }

  protected heading(): string {
    switch (this.sheet) {
      case "steps":
        return t("Next step");
      case "step":
        return this.step ? stepWords(this.step) : "";
      case "coaching":
        return t("What you agreed");
      case "check":
        return t("How does the group stand?");
    }
  }

  protected content(): TemplateResult {
    const { about } = this;
    if (!about) return html``;
    switch (this.sheet) {
      case "steps":
        return this.choices(about);
      case "step":
        return this.option ? this.stepForm(this.option, about) : html`<p>${t("The step you chose is no longer possible.")}</p>`;
      case "coaching":
        return this.coachingForm(about);
      case "check":
        return this.checkForm();
    }
  }

  private choices(about: Initiative): TemplateResult {
    const turn = (step: StepName) => {
      this.sheet = "step";
      this.step = step;
      void this.updateComplete.then(() => this.querySelector<HTMLElement>("[data-first]")?.focus());
    };
    return html`<ul class="choices plain" role="list">${about.steps.map(
      (one, place) => html`<li><button type="button" class="step-choice" ?data-first=${place === 0} @click=${() => turn(one.step)}><span class="dot">${icon(stepIcon(one.step))}</span><span><strong>${stepWords(one.step)}</strong><span class="soft small">${stepMeans(one.step)}</span></span></button></li>`,
    )}</ul>`;
  }

  // --- a step -----------------------------------------------------------------------------------

  private stepForm(option: StepOption, about: Initiative): TemplateResult {
    const takesOn = option.step === "accept" || option.step === "resume";
    const becomesPublic = !about.isPublic && ["gather", "plan", "begin"].includes(option.step);
    const ends = option.step === "refuse" || option.step === "stop";
    const asks = option.reasoned || option.step === "finish";
    const send = (given: FormData) => {
      const body: Record<string, unknown> = { step: option.step, reason: text(given, "reason"), learned: text(given, "learned") };
      if (takesOn) Object.assign(body, { role: given.get("role"), rhythm: Number(given.get("rhythm")) || null, public: about.isPublic || given.get("public") !== null });
      return this.desk.deeds.initiative("steps", body, t("Done: {step}", { step: stepWords(option.step) }));
    };
    return html`<form class="form" @submit=${this.submit(send)}>
      <p>${stepMeans(option.step)}</p>
      ${becomesPublic ? html`<p class="notice info">${icon("eye")}<span>${t("From then on everybody can read it.")}</span></p>` : nothing}
      ${takesOn ? this.agreement(about) : nothing}
      ${takesOn && !about.isPublic ? html`<div class="field check"><label><input type="checkbox" name="public" checked /> <span>${t("Everybody can read it from now on")}</span></label><p class="hint">${t("Leave this out when group and you want to talk first.")}</p></div>` : nothing}
      ${asks ? this.words("reason", option.reasoned ? t("Why?") : t("What came of it?"), ends || about.isPublic ? t("The group reads this, and so does everybody when it is public.") : t("The group reads this."), option.reasoned, true) : nothing}
      ${option.reasoned ? this.words("learned", t("What was learned?"), t("One sentence is enough. Other groups can use it."), true) : nothing}
      ${this.foot(stepWords(option.step), stepIcon(option.step), { first: !takesOn && !asks })}</form>`;
  }

  private words(name: string, label: string, hint: string, required: boolean, first = false): TemplateResult {
    return html`<div class="field"><label for="initiative-${name}">${label}${required ? nothing : html` <span class="optional">(${t("optional")})</span>`}</label><p class="hint" id="initiative-${name}-hint">${hint}</p><textarea id="initiative-${name}" name=${name} rows="4" maxlength=${LONGEST} dir="auto" ?required=${required} ?data-first=${first} aria-describedby="initiative-${name}-hint"></textarea></div>`;
  }

  // --- what was agreed --------------------------------------------------------------------------

  private agreement(about: Initiative): TemplateResult {
    const chosen: Role = about.role ?? "facilitate";
    return html`<fieldset class="near"><legend>${t("Your role")}</legend>${Object.entries(roleWords()).map(
        ([role, [name, means]], place) => html`<label class="near-choice"><input type="radio" name="role" value=${role} ?checked=${role === chosen} ?data-first=${place === 0} /><span><strong>${name}</strong><span class="soft small">${means}</span></span></label>`,
      )}</fieldset>
      <div class="field"><label for="initiative-rhythm">${t("Let each other hear something every so many days")}</label><input id="initiative-rhythm" name="rhythm" type="number" inputmode="numeric" min="1" max=${LONGEST_RHYTHM} required value=${about.rhythm} aria-describedby="initiative-rhythm-hint" /><p class="hint" id="initiative-rhythm-hint">${t("A longer silence comes back to you as work. Nothing is closed by itself.")}</p></div>`;
  }

  private coachingForm(about: Initiative): TemplateResult {
    const send = (given: FormData) =>
      this.desk.deeds.initiative("coaching", { role: given.get("role"), rhythm: Number(given.get("rhythm")), public: given.get("public") !== null }, t("What you agreed is kept"), false);
    return html`<form class="form" @submit=${this.submit(send)}>
      ${this.agreement(about)}
      ${about.isPublic ? nothing : html`<div class="field check"><label><input type="checkbox" name="public" /> <span>${t("Everybody can read it from now on")}</span></label></div>`}
      ${this.foot(t("Keep"), "check")}</form>`;
  }

  // --- the check --------------------------------------------------------------------------------

  private checkForm(): TemplateResult {
    const last = this.about?.checks[0]?.scores;
    const send = (given: FormData) => {
      const scores = Object.fromEntries(Object.keys(questions()).map((name) => [name, Number(given.get(name)) || null]));
      return this.desk.deeds.initiative("checks", { ...scores, remark: text(given, "remark") }, t("The check is kept"), false);
    };
    return html`<form class="form" @submit=${this.submit(send)}>
      <p class="soft">${t("Only professionals see this. 1 is weak, 5 is strong. Leave out what you do not know.")}</p>
      ${Object.entries(questions()).map(([name, [label, question, low]], place) => this.score(name as Question, label, question, low, last?.[name as Question] ?? null, place === 0))}
      ${this.words("remark", t("What stands out?"), t("Only professionals read this."), false)}
      ${this.foot(t("Keep the check"), "check")}</form>`;
  }

  private score(name: Question, label: string, question: string, low: string, last: number | null, first: boolean): TemplateResult {
    return html`<fieldset class="score"><legend>${label}</legend>
      <p class="hint">${question}${last ? ` ${t("Last time: {n}.", { n: last })}` : ""}</p>
      <div class="score-choices">${[1, 2, 3, 4, 5].map((n) => html`<label><input type="radio" name=${name} value=${n} ?data-first=${first && n === 1} /><span>${n}</span></label>`)}</div>
      <p class="score-low small">${icon("help")}<span>${low}</span></p></fieldset>`;
  }
}

function text(given: FormData, name: string): string {
  return String(given.get(name) ?? "").trim();
}

customElements.define("desk-initiative-sheets", DeskInitiativeSheets);
