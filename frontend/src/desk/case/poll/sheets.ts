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
    return html`<form class="form" @submit=${this.submit(option)}>
      <p>${pollStepMeans(option.step)}</p>
      ${blocking.length ? html`<div class="notice warn">${icon("danger")}<div><p>${t("Before it can open")}</p><ul>${blocking.map((one) => html`<li><a href=${one.address}>${one.text}</a></li>`)}</ul></div></div>` : nothing}
      ${option.reasoned ? html`<div class="field"><label for="poll-reason">${t("Why?")}</label><p class="hint" id="poll-reason-hint">${option.step === "decline" ? t("The resident reads this.") : t("Everybody can read this.")}</p><textarea id="poll-reason" name="reason" rows="4" maxlength=${LONGEST} dir="auto" required data-first aria-describedby="poll-reason-hint"></textarea></div>` : nothing}
      ${this.troubleLine()}<div class="row"><button type="submit" class="button primary" ?data-first=${!option.reasoned} aria-busy=${this.busy ? "true" : nothing} ?disabled=${this.busy || blocking.length > 0}>${icon(pollStepIcon(option.step))}${pollStepWords(option.step)}</button><button type="button" class="button" @click=${this.close}>${t("Cancel")}</button></div></form>`;
  }

  /** Stays open with what was typed when it is refused; a newer version of the case is shown on the page behind it. */
  private submit(option: PollStepOption) {
    return async (event: SubmitEvent): Promise<void> => {
      event.preventDefault();
      if (this.busy) return;
      this.trouble = "";
      this.busy = true;
      const reason = String(new FormData(event.target as HTMLFormElement).get("reason") ?? "").trim();
      const done = await this.desk.deeds.poll("steps", { step: option.step, reason }, t("Done: {step}", { step: pollStepWords(option.step) }));
      this.busy = false;
      const open = this.desk.open;
      if (done || open?.conflict || open?.state !== "ready") this.close();
      else if (open.trouble) {
        this.trouble = open.trouble.words;
        open.trouble = null;
        this.desk.changed();
      }
    };
  }
}

customElements.define("desk-poll-sheets", DeskPollSheets);
