/** Standard answers: those that fit this case and step, as the resident would read them. */
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../../icon";
import { t } from "../../i18n";
import { type Move } from "../shapes";
import { type Answer } from "./asking";
import { CaseDialog } from "./dialog";
import { languageName } from "./languages";

export class DeskAnswers extends CaseDialog {
  private answers: Answer[] | null = null;
  private language = "";
  private wanted = "";

  static override properties = { ...CaseDialog.properties, answers: { state: true }, wanted: { state: true } };

  show(move: Move | null): void {
    this.answers = null;
    this.wanted = "";
    this.open();
    const reference = this.desk.open?.reference ?? "";
    void this.attempt(async () => {
      const found = await this.desk.asking.answers(reference, move);
      this.language = found.language;
      this.answers = found.results;
      await this.updateComplete;
      this.querySelector<HTMLElement>("[data-first]")?.focus();
    });
  }

  protected heading(): string {
    return t("Standard answers");
  }

  protected content(): TemplateResult {
    const sought = this.wanted.trim().toLowerCase();
    const found = (this.answers ?? []).filter((one) => `${one.title} ${one.text}`.toLowerCase().includes(sought));
    return html`
      ${this.troubleLine()}
      ${this.answers === null ? html`<p class="soft" role="status">${this.busy ? t("Loading…") : ""}</p>` : nothing}
      ${this.answers && this.answers.length > 5 ? html`<div class="field"><label class="visually-hidden" for="answer-search">${t("Search in the answers")}</label><input id="answer-search" type="search" data-first placeholder=${t("Search in the answers")} .value=${this.wanted} @input=${(event: Event) => (this.wanted = (event.target as HTMLInputElement).value)} /></div>` : nothing}
      ${this.answers && found.length === 0 ? html`<div class="empty plain"><p>${this.answers.length ? t("No answer has these words.") : t("There is no standard answer for this step yet. Your administrator can add one.")}</p></div>` : nothing}
      <ul class="answer-list" role="list">${found.map(
        (one, place) => html`<li><button type="button" class="answer" ?data-first=${place === 0 && (this.answers?.length ?? 0) <= 5} @click=${() => this.choose(one)}>
          <span class="answer-head"><strong>${one.title}</strong>
            ${one.category ? html`<span class="badge">${one.category}</span>` : nothing}
            ${one.fallback ? html`<span class="badge warn">${icon("languages")}${t("not in {language}", { language: languageName(this.language) })}</span>` : one.language !== document.documentElement.lang ? html`<span class="badge">${icon("languages")}${languageName(one.language)}</span>` : nothing}</span>
          <span class="answer-text" dir="auto" lang=${one.language}>${one.text}</span></button></li>`,
      )}</ul>`;
  }

  private choose(one: Answer): void {
    this.close();
    this.dispatchEvent(new CustomEvent("answer-chosen", { detail: one.text, bubbles: true }));
  }
}

customElements.define("desk-answers", DeskAnswers);
