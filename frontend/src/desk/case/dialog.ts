/** A dialog of the case: opened over the page, closed with Esc, the focus returns to where it was. */
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../../icon";
import { t } from "../../i18n";
import { DeskElement } from "../element";

let numbered = 0;

export abstract class CaseDialog extends DeskElement {
  protected shown = false;
  protected busy = false;
  protected trouble = "";
  private returnTo: HTMLElement | null = null;
  private readonly number = (numbered += 1);

  static override properties = { shown: { state: true }, busy: { state: true }, trouble: { state: true } };

  protected abstract heading(): string;
  protected abstract content(): TemplateResult;

  protected open(): void {
    this.returnTo = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.trouble = "";
    this.busy = false;
    this.shown = true;
    void this.updateComplete.then(() => {
      this.querySelector("dialog")?.showModal();
      this.querySelector<HTMLElement>("[data-first]")?.focus();
    });
  }

  protected readonly close = (): void => this.querySelector("dialog")?.close();

  /** Where the focus goes when it closes, if not back. */
  protected goOnAt(element: HTMLElement | null): void {
    if (element) this.returnTo = element;
  }

  protected left(): void {}

  private readonly closed = (): void => {
    this.shown = false;
    this.left();
    void this.updateComplete.then(() => this.returnTo?.isConnected && this.returnTo.focus({ preventScroll: true }));
  };

  /** Do something that may be refused; the refusal is said in the dialog. */
  protected async attempt(run: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.trouble = "";
    try {
      await run();
    } catch (error) {
      this.trouble = this.desk.explain(error);
    }
    this.busy = false;
  }

  protected troubleLine(): TemplateResult {
    return html`<div role="alert">${this.trouble ? html`<p class="trouble">${icon("alert")}<span>${this.trouble}</span></p>` : ""}</div>`;
  }

  /** The buttons of a form; `first`: the focus begins on sending, `off`: it cannot be sent. */
  protected foot(words: string, name: string, { first = false, off = false } = {}): TemplateResult {
    return html`${this.troubleLine()}<div class="row"><button type="submit" class="button primary" ?data-first=${first} aria-busy=${this.busy ? "true" : nothing} ?disabled=${this.busy || off}>${icon(name)}${words}</button><button type="button" class="button" @click=${this.close}>${t("Cancel")}</button></div>`;
  }

  /** For a form that does something to the case: stays open with what was typed when it is refused; a newer version of
   * the case is shown on the page behind it. */
  protected submit(send: (given: FormData) => Promise<boolean>) {
    return async (event: SubmitEvent): Promise<void> => {
      event.preventDefault();
      if (this.busy) return;
      this.trouble = "";
      this.busy = true;
      const done = await send(new FormData(event.target as HTMLFormElement));
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

  protected override render(): TemplateResult {
    const title = `case-dialog-${this.number}`;
    return html`<dialog class="dialog sheet" aria-labelledby=${title} @close=${this.closed} @click=${(event: MouseEvent) => event.target === event.currentTarget && this.close()}>
      ${this.shown
        ? html`<div class="sheet-body"><header class="sheet-head"><h2 id=${title}>${this.heading()}</h2><button type="button" class="button quiet round" aria-label=${t("Close")} @click=${this.close}>${icon("close")}</button></header>${this.content()}</div>`
        : ""}
    </dialog>`;
  }
}
