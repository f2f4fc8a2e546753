/** Another day than we promised, with the reason; the resident hears both. And a small win, when it is solved. */
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../../icon";
import { t } from "../../i18n";
import { type SmallWin } from "./asking";
import { CaseDialog } from "./dialog";
import "./preview";
import type { DeskPreview } from "./preview";

export class DeskPromiseDay extends CaseDialog {
  private day = "";
  private why = "";

  static override properties = { ...CaseDialog.properties, day: { state: true }, why: { state: true } };

  show(): void {
    this.day = this.desk.open?.case?.resolveBy?.slice(0, 10) ?? "";
    this.why = "";
    this.open();
  }

  protected heading(): string {
    return t("Promise another day");
  }

  protected content(): TemplateResult {
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Amsterdam" }).format(this.desk.now);
    const part = Boolean(this.desk.open?.case?.parent);
    return html`<form class="form" method="dialog" @submit=${this.save}>
        <div class="field"><label for="promise-date">${t("Handled before the end of")}</label><input id="promise-date" type="date" data-first required min=${today} .value=${this.day} @input=${(event: Event) => (this.day = (event.target as HTMLInputElement).value)} /></div>
        <div class="field"><label for="promise-why">${part ? t("Why? The team of the whole case reads this.") : t("Why? The resident reads this.")}</label><textarea id="promise-why" rows="4" maxlength="3000" dir="auto" required .value=${this.why} @input=${(event: Event) => (this.why = (event.target as HTMLTextAreaElement).value)}></textarea>
          ${part ? nothing : html`<p class="hint">${t("We send your words with the new day to the resident.")}</p>`}</div>
        ${this.troubleLine()}
        <div class="row"><button type="submit" class="button primary" aria-busy=${this.busy ? "true" : nothing}>${icon("calendar")}${t("Promise this day")}</button>
          ${part ? nothing : html`<button type="button" class="button" ?disabled=${!this.day || !this.why.trim()} @click=${this.preview}>${icon("mail")}${t("See the e-mail")}</button>`}
          <button type="button" class="button quiet" @click=${this.close}>${t("Cancel")}</button></div>
      </form>
      <desk-preview .desk=${this.desk}></desk-preview>`;
  }

  private readonly preview = (): void => {
    this.querySelector<DeskPreview>("desk-preview")?.show({ message: this.why, day: this.day });
  };

  private readonly save = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.attempt(async () => {
      await this.desk.asking.change("POST", "promise", { day: this.day, why: this.why });
      this.desk.showToast(t("Another day is promised"));
      this.close();
    });
  };
}

customElements.define("desk-promise-day", DeskPromiseDay);

export class DeskSmallWin extends CaseDialog {
  private win: SmallWin | null = null;

  static override properties = { ...CaseDialog.properties, win: { state: true } };

  show(): void {
    this.win = null;
    this.open();
  }

  protected heading(): string {
    return t("A small win for the neighbourhood");
  }

  protected content(): TemplateResult {
    const { win } = this;
    if (!win) {
      return html`<p>${t("We make a page for the neighbourhood with the facts and the photos of this case. What the resident wrote and their contact data are not in it. An editor checks it before anybody sees it. If it shows a photo of the resident, we ask them first.")}</p>
        ${this.troubleLine()}
        <div class="row"><button type="button" class="button primary" data-first aria-busy=${this.busy ? "true" : nothing} @click=${this.make}>${icon("sparkles")}${t("Make the draft")}</button><button type="button" class="button" @click=${this.close}>${t("Cancel")}</button></div>`;
    }
    return html`<p class="notice ok" role="status">${icon("ok")}<span>${win.made ? t("The draft is there: “{title}”.", { title: win.title }) : t("There is a draft already: “{title}”.", { title: win.title })}</span></p>
      ${win.warnings.length ? html`<ul class="win-warnings">${win.warnings.map((one) => html`<li>${icon("alert")}<span>${one}</span></li>`)}</ul>` : nothing}
      ${win.editUrl ? html`<div class="row"><a class="button primary" href=${win.editUrl}>${icon("edit")}${t("Open it in the editor")}</a></div>` : html`<p>${t("An editor finds it on the first page of the administration.")}</p>`}`;
  }

  private readonly make = (): void => {
    const reference = this.desk.open?.reference ?? "";
    void this.attempt(async () => {
      this.win = await this.desk.asking.smallWin(reference);
      void this.desk.refreshCase();
    });
  };
}

customElements.define("desk-small-win", DeskSmallWin);
