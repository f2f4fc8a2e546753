/**
 * Writing. To the resident and to colleagues are two different things with two fields: other colour,
 * other icon, other words, other drafts. Which one is open is always said beside the field.
 */
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { live } from "lit/directives/live.js";
import { icon } from "../icon";
import { t } from "../i18n";
import { type Audience } from "./drafts";
import { DeskElement } from "./element";
import { moveQuestion, moveSubmit, moveWords, type OpenCase } from "./open-case";

const LONGEST = 3000;

export class DeskComposer extends DeskElement {
  open!: OpenCase;
  /** On a phone the field opens over the case when one of the two is chosen. */
  unfolded = false;

  static override properties = { open: { attribute: false }, unfolded: { state: true } };

  focusField(audience: Audience = this.open.composing): void {
    this.unfolded = true;
    if (this.open.composing !== audience) this.desk.compose(audience);
    void this.updateComplete.then(() => {
      const field = this.querySelector<HTMLTextAreaElement>("textarea");
      field?.focus();
      field?.setSelectionRange(field.value.length, field.value.length);
    });
  }

  fold(): void {
    this.unfolded = false;
  }

  protected override render(): TemplateResult {
    const { open, desk } = this;
    const audience = open.composing;
    const resident = audience === "resident";
    const move = resident ? open.move : null;
    const busy = open.busy?.place === "composer";
    const trouble = open.trouble?.place === "composer" ? open.trouble : null;
    const reachable = open.case?.reachableBy;
    return html`<section class="composer" data-audience=${audience} ?data-unfolded=${this.unfolded} aria-label=${t("Write")}>
      <div class="composer-tabs" role="tablist" aria-label=${t("Who reads it")} @keydown=${this.tabKey}>
        ${this.tab("resident", "message", t("To the resident"))} ${this.tab("colleagues", "note", t("Note for colleagues"))}
        <button type="button" class="button quiet round fold-away" aria-label=${t("Close")} @click=${this.fold}>${icon("chevron-down")}</button>
      </div>
      <div id="composer-panel" role="tabpanel" aria-labelledby="tab-${audience}"><form @submit=${this.submit}>
        ${move ? html`<p class="composer-step">${icon(`status-${open.case?.moves.find((one) => one.move === move)?.to ?? ""}`)}<span><strong>${moveWords(move)}.</strong> ${moveQuestion(move)}</span><button type="button" class="link-button" @click=${() => this.desk.compose("resident")}>${t("Cancel step")}</button></p>` : nothing}
        <label class="visually-hidden" for="composer-text">${resident ? t("Message to the resident") : t("Internal note")}</label>
        ${keyed(
          // A field of its own per case and reader: "undo" cannot bring a note into a message.
          `${open.reference} ${audience}`,
          html`<textarea id="composer-text" class="input" dir="auto" rows="2" maxlength=${LONGEST} aria-describedby="composer-reader${trouble ? " composer-trouble" : ""}" aria-invalid=${trouble ? "true" : "false"}
          placeholder=${resident ? t("Write to the resident…") : t("Write to your colleagues…")} .value=${live(desk.drafts.get(open.reference, audience))} @input=${this.type} @keydown=${this.key} @focus=${() => (this.unfolded = true)}></textarea>`,
        )}
        ${trouble ? html`<p class="trouble" id="composer-trouble">${icon("alert")}<span>${trouble.words}</span></p>` : nothing}
        <div class="composer-foot">
          <p id="composer-reader" class="reader">${icon(resident ? "eye" : "lock")}<span><strong>${resident ? t("The resident reads this") : t("Only colleagues read this")}</strong>${resident && reachable && !reachable.email ? html` <span class="soft">${t("on the tracking page; there is no e-mail address")}</span>` : nothing}</span></p>
          <button type="submit" class="button ${resident ? "primary" : "note"}" aria-busy=${busy} ?disabled=${busy}>${icon(resident ? "send" : "note")}${move ? moveSubmit(move) : resident ? t("Send to resident") : t("Keep note")}</button>
        </div>
      </form></div>
    </section>`;
  }

  private tab(audience: Audience, name: string, words: string): TemplateResult {
    const chosen = this.open.composing === audience;
    const waiting = !chosen && this.desk.drafts.get(this.open.reference, audience) !== "";
    return html`<button type="button" role="tab" id="tab-${audience}" data-audience=${audience} aria-selected=${chosen ? "true" : "false"} aria-controls="composer-panel" tabindex=${chosen ? 0 : -1} @click=${() => this.focusField(audience)}>
      ${icon(name)}<span>${words}</span>${waiting ? html`<span class="badge">${t("draft")}</span>` : nothing}
    </button>`;
  }

  private readonly tabKey = (event: KeyboardEvent): void => {
    if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key) || !(event.target as Element).matches("[role=tab]")) return;
    event.preventDefault();
    const next: Audience = this.open.composing === "resident" ? "colleagues" : "resident";
    this.desk.compose(next);
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#tab-${next}`)?.focus());
  };

  private readonly type = (event: Event): void => {
    this.desk.drafts.set(this.open.reference, this.open.composing, (event.target as HTMLTextAreaElement).value);
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      (event.target as HTMLTextAreaElement).form?.requestSubmit();
    }
  };

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    const { open, desk } = this;
    const text = desk.drafts.get(open.reference, open.composing);
    if (open.busy) return;
    if (!text.trim()) {
      open.trouble = { place: "composer", words: t("Write something first."), again: null };
      this.focusField();
      desk.changed();
      return;
    }
    if (open.composing === "colleagues") void desk.deeds.addNote(text);
    else if (open.move) void desk.deeds.take(open.move, text);
    else void desk.deeds.sendMessage(text);
  };
}

customElements.define("desk-composer", DeskComposer);
