/** The dialog of a poll: a step of its stages, with what it means and, where it needs one, a reason. */
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../../../icon";
import { t } from "../../../i18n";
import { CaseDialog } from "../dialog";
import { type Poll, type PollStep, type PollStepOption } from "./shapes";
import { pollStepIcon, pollStepMeans, pollStepWords } from "./words";

const LONGEST = 3000;

export class DeskPollSheets extends CaseDialog {
  private step: PollStep | null = null;

  static override properties = { ...CaseDialog.properties, step: { state: true } };

  /** `step`: which one; null: all that are possible are offered. */
  show(step: PollStep | null): void {
    this.step = step;
    this.open();
  }

  private get about(): Poll | null {
    return this.desk.open?.case?.poll ?? null;
  }

  protected heading(): string {
    return this.step ? pollStepWords(this.step) : t("Next step");
  }

  protected content(): TemplateResult {
    const { about } = this;
    if (!about) return html``;
    if (!this.step) return this.choices(about);
    const option = about.steps.find((one) => one.step === this.step);
    return option ? this.form(option, about) : html`<p>${t("The step you chose is no longer possible.")}</p>`;
  }

  private choices(about: Poll): TemplateResult {
    const turn = (step: PollStep) => {
      this.step = step;
      void this.updateComplete.then(() => this.querySelector<HTMLElement>("[data-first]")?.focus());
    };
    return html`<ul class="choices plain" role="list">${about.steps.map(
      (one, place) => html`<li><button type="button" class="step-choice" ?data-first=${place === 0} @click=${() => turn(one.step)}><span class="dot">${icon(pollStepIcon(one.step))}</span><span><strong>${pollStepWords(one.step)}</strong><span class="soft small">${pollStepMeans(one.step)}</span></span></button></li>`,
    )}</ul>`;
  }

  private form(option: PollStepOption, about: Poll): TemplateResult {
    const blocking = option.step === "open" || option.step === "plan" ? about.findings.filter((one) => one.blocks) : [];
    const send = (given: FormData) =>
      this.desk.deeds.poll("steps", { step: option.step, reason: String(given.get("reason") ?? "").trim() }, t("Done: {step}", { step: pollStepWords(option.step) }));
    return html`<form class="form" @submit=${this.submit(send)}>
      <p>${pollStepMeans(option.step)}</p>
      ${blocking.length ? html`<div class="notice warn">${icon("danger")}<div><p>${t("Before it can open")}</p><ul>${blocking.map((one) => html`<li><a href=${one.address}>${one.text}</a></li>`)}</ul></div></div>` : nothing}
      ${option.reasoned ? html`<div class="field"><label for="poll-reason">${t("Why?")}</label><p class="hint" id="poll-reason-hint">${option.step === "decline" ? t("The resident reads this.") : t("Everybody can read this.")}</p><textarea id="poll-reason" name="reason" rows="4" maxlength=${LONGEST} dir="auto" required data-first aria-describedby="poll-reason-hint"></textarea></div>` : nothing}
      ${this.foot(pollStepWords(option.step), pollStepIcon(option.step), { first: !option.reasoned, off: blocking.length > 0 })}</form>`;
  }
}

customElements.define("desk-poll-sheets", DeskPollSheets);
