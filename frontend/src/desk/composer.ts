/**
 * Writing. To the resident and to colleagues are two different things with two fields: other colour,
 * other icon, other words, other drafts. Which one is open is always said beside the field, and a
 * message to the resident that names a colleague is asked about before it goes.
 */
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { live } from "lit/directives/live.js";
import { icon } from "../icon";
import { t, tn } from "../i18n";
import "./case/answers";
import type { DeskAnswers } from "./case/answers";
import { type DeskMentions, looksNamed } from "./case/mentions";
import { takeFiles } from "./case/photos";
import "./case/preview";
import type { DeskPreview } from "./case/preview";
import { type Photos } from "./deeds";
import { type Audience } from "./drafts";
import { DeskElement } from "./element";
import { moveQuestion, moveSubmit, moveWords, type OpenCase } from "./open-case";
import { ofGroup } from "./shapes";

const LONGEST = 3000;

export class DeskComposer extends DeskElement {
  open!: OpenCase;
  /** On a phone the field opens over the case when one of the two is chosen. */
  unfolded = false;
  /** Names a colleague in what the resident is about to read. */
  private doubt = "";
  private sendingPhotos = 0;
  private stage = "";
  /** Was sent while another deed was under way: goes as soon as that is done. */
  private waiting: { reference: string; sure: boolean } | null = null;

  static override properties = { open: { attribute: false }, unfolded: { state: true }, doubt: { state: true }, sendingPhotos: { state: true }, stage: { state: true } };

  focusField(audience: Audience = this.open.composing): void {
    this.unfolded = true;
    if (this.open.composing !== audience) this.desk.compose(audience);
    void this.updateComplete.then(() => {
      const { field } = this;
      field?.focus();
      field?.setSelectionRange(field.value.length, field.value.length);
    });
  }

  fold(): void {
    this.unfolded = false;
  }

  private get handles(): boolean {
    return this.open.case?.deeds.includes("handle") ?? true;
  }

  /**
   * A part has no resident: what a step asks for is a note to the team of the whole case. Those of a linked case read
   * what is written in the main one. Who proposed a poll hears of its steps, with the reasons.
   */
  private get speaks(): boolean {
    return this.handles && !this.open.case?.whole && !this.open.case?.main && !this.open.case?.poll;
  }

  /** Who may not handle the case writes to colleagues only. */
  private get audience(): Audience {
    return this.speaks || (this.handles && this.open.move) ? this.open.composing : "colleagues";
  }

  private get field(): HTMLTextAreaElement | null {
    return this.querySelector<HTMLTextAreaElement>("#composer-text");
  }

  private get mentions(): DeskMentions | null {
    return this.querySelector<DeskMentions>("desk-mentions");
  }

  protected override render(): TemplateResult {
    const { open, desk } = this;
    const { audience, speaks } = this;
    const part = open.case?.whole ?? null;
    const resident = audience === "resident";
    const move = resident ? open.move : null;
    const busy = open.busy?.place === "composer";
    const trouble = open.trouble?.place === "composer" ? open.trouble : null;
    const reachable = open.case?.reachableBy;
    return html`<section class="composer" data-audience=${audience} ?data-unfolded=${this.unfolded} aria-label=${t("Write")}>
      <div class="composer-tabs" role="tablist" aria-label=${t("Who reads it")} @keydown=${this.tabKey}>
        ${speaks ? this.tab("resident", "message", ofGroup(open.case) ? t("To the group") : t("To the resident")) : audience === "resident" ? this.tab("resident", "message", t("To {team}", { team: part?.team.name ?? "" })) : nothing} ${this.tab("colleagues", "note", t("Note for colleagues"))}
        <button type="button" class="button quiet round fold-away" aria-label=${t("Close")} @click=${this.fold}>${icon("chevron-down")}</button>
      </div>
      <div id="composer-panel" role="tabpanel" aria-labelledby="tab-${audience}"><form @submit=${this.submit}>
        ${move ? html`<p class="composer-step">${icon(`status-${open.case?.moves.find((one) => one.move === move)?.to ?? ""}`)}<span><strong>${moveWords(move)}.</strong> ${part ? t("Tell {team} how it stands. They read it as a note.", { team: part.team.name }) : moveQuestion(move)}</span><button type="button" class="link-button" @click=${() => this.desk.compose("resident")}>${t("Cancel step")}</button></p>` : nothing}
        <label class="visually-hidden" for="composer-text">${resident ? (ofGroup(open.case) ? t("Message to the group") : t("Message to the resident")) : t("Internal note")}</label>
        <div class="composer-field">
          ${keyed(
            // A field of its own per case and reader: "undo" cannot bring a note into a message.
            `${open.reference} ${audience}`,
            html`<textarea id="composer-text" class="input" dir="auto" rows="2" maxlength=${LONGEST} aria-describedby="composer-reader${trouble ? " composer-trouble" : ""}" aria-invalid=${trouble ? "true" : "false"}
            aria-autocomplete=${resident ? nothing : "list"} aria-controls=${resident ? nothing : "mention-list"}
            placeholder=${resident ? (ofGroup(open.case) ? t("Write to the group…") : t("Write to the resident…")) : t("Write to your colleagues… Name one with @")} .value=${live(desk.drafts.get(open.reference, audience))} @input=${this.type} @keydown=${this.key} @click=${this.follow} @blur=${() => this.mentions?.hide()} @focus=${() => (this.unfolded = true)}></textarea>`,
          )}
          ${resident ? nothing : html`<desk-mentions .desk=${desk}></desk-mentions>`}
        </div>
        ${resident && speaks ? this.photos() : nothing}
        ${trouble ? html`<p class="trouble" id="composer-trouble">${icon("alert")}<span>${trouble.words}</span></p>` : nothing}
        ${resident && this.doubt ? this.askAbout() : nothing}
        <div class="composer-foot">
          <p id="composer-reader" class="reader">${icon(resident ? "eye" : "lock")}<span><strong>${resident && speaks ? this.readers(open.case?.duplicates.length ?? 0) : t("Only colleagues read this")}</strong>${resident && speaks && reachable && !reachable.email ? html` <span class="soft">${reachable.sms ? t("on the tracking page; a text message tells them") : t("on the tracking page; there is no e-mail address")}</span>` : nothing}</span></p>
          <div class="composer-tools" role="group" aria-label=${t("Tools")}>${resident ? (speaks ? this.residentTools(busy) : nothing) : html`<button type="button" class="button quiet small" @click=${this.nameSomeone}>${icon("mention")}<span>${t("Name a colleague")}</span></button>`}</div>
          <button type="submit" class="button ${resident ? "primary" : "note"}" aria-busy=${busy} ?disabled=${busy || this.sendingPhotos > 0}>${icon(resident ? "send" : "note")}${move ? (speaks ? moveSubmit(move) : moveWords(move)) : resident ? (ofGroup(open.case) ? t("Send to the group") : t("Send to resident")) : t("Keep note")}</button>
        </div>
      </form></div>
      <desk-answers .desk=${desk} @answer-chosen=${this.insert}></desk-answers>
      <desk-preview .desk=${desk}></desk-preview>
    </section>`;
  }

  private residentTools(busy: boolean): TemplateResult {
    return html`<button type="button" class="button quiet small" ?disabled=${busy} @click=${() => this.querySelector<DeskAnswers>("desk-answers")?.show(this.open.move)}>${icon("list")}<span>${t("Standard answer")}</span></button>
      ${ofGroup(this.open.case) ? nothing : html`<label class="button quiet small file-button">${icon("camera")}<span>${t("Photo")}</span><input type="file" accept="image/*" multiple class="visually-hidden" @change=${this.addPhotos} /></label>`}
      <button type="button" class="button quiet small" ?disabled=${busy} @click=${this.preview}>${icon("mail")}<span>${t("See the e-mail")}</span></button>`;
  }

  private photos(): TemplateResult | typeof nothing {
    const { desk, open } = this;
    const photos = desk.drafts.photos(open.reference);
    if (!photos.length && !this.sendingPhotos) return nothing;
    return html`<div class="composer-photos"><ul class="photos" role="list">${photos.map(
      (one, place) => html`<li><img src=${one.src} alt=${t("Photo {n} that goes with it", { n: place + 1 })} width="72" height="72" /><button type="button" class="button round remove" aria-label=${t("Take out photo {n}", { n: place + 1 })} @click=${() => this.removePhoto(one.id)}>${icon("close")}</button></li>`,
    )}${this.sendingPhotos ? html`<li class="busy" aria-busy="true"><span class="skeleton block"></span><span class="visually-hidden" role="status">${t("Sending the photo…")}</span></li>` : nothing}</ul>
      ${photos.length ? html`<label class="stage-choice"><span>${t("They show the place")}</span><select @change=${(event: Event) => (this.stage = (event.target as HTMLSelectElement).value)}><option value="" ?selected=${this.stage === ""}>${t("does not matter")}</option><option value="before" ?selected=${this.stage === "before"}>${t("before the work")}</option><option value="after" ?selected=${this.stage === "after"}>${t("after the work")}</option></select></label>` : nothing}</div>`;
  }

  private askAbout(): TemplateResult {
    return html`<div class="notice warn doubt" role="alertdialog" aria-labelledby="doubt-title">${icon("alert")}
      <h3 id="doubt-title">${t("This goes to the resident")}</h3>
      <div><p>${t("You name {name} with an @. That looks like a note for colleagues.", { name: this.doubt })}</p>
      <div class="row"><button type="button" class="button note small" @click=${this.makeNote}>${icon("note")}${t("Make it a note")}</button><button type="button" class="button small" @click=${() => this.send(true)}>${t("Send it to the resident")}</button></div></div></div>`;
  }

  private readers(more: number): string {
    if (ofGroup(this.open.case)) return t("Everybody in the group reads this");
    return more ? tn("The resident and {n} other reporter read this", "The resident and {n} other reporters read this", more) : t("The resident reads this");
  }

  private tab(audience: Audience, name: string, words: string): TemplateResult {
    const chosen = this.audience === audience;
    const waiting = !chosen && this.desk.drafts.get(this.open.reference, audience) !== "";
    return html`<button type="button" role="tab" id="tab-${audience}" data-audience=${audience} aria-selected=${chosen ? "true" : "false"} aria-controls="composer-panel" tabindex=${chosen ? 0 : -1} @click=${() => this.focusField(audience)}>
      ${icon(name)}<span>${words}</span>${waiting ? html`<span class="badge">${t("draft")}</span>` : nothing}
    </button>`;
  }

  private readonly tabKey = (event: KeyboardEvent): void => {
    if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key) || !(event.target as Element).matches("[role=tab]")) return;
    event.preventDefault();
    if (!this.handles) return;
    const next: Audience = this.open.composing === "resident" ? "colleagues" : "resident";
    this.desk.compose(next);
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#tab-${next}`)?.focus());
  };

  private readonly type = (event: Event): void => {
    this.desk.drafts.set(this.open.reference, this.audience, (event.target as HTMLTextAreaElement).value);
    this.doubt = "";
    this.follow(event);
  };

  private readonly follow = (event: Event): void => {
    if (this.audience === "colleagues") void this.mentions?.follow(event.target as HTMLTextAreaElement);
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (this.audience === "colleagues" && this.mentions?.key(event)) return;
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      (event.target as HTMLTextAreaElement).form?.requestSubmit();
    }
  };

  private readonly nameSomeone = (): void => {
    const { field } = this;
    if (!field) return;
    const before = field.value.slice(0, field.selectionStart);
    field.setRangeText(/(?:^|\s)$/.test(before) ? "@" : " @", field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // --- what goes with a message -----------------------------------------------------------------

  /** A standard answer takes the place of an empty field, and else follows what was typed. */
  private readonly insert = (event: Event): void => {
    const { desk, open } = this;
    const text = (event as CustomEvent<string>).detail;
    const typed = desk.drafts.get(open.reference, "resident").trimEnd();
    desk.drafts.set(open.reference, "resident", typed ? `${typed}\n\n${text}` : text);
    desk.changed();
    this.focusField("resident");
  };

  private readonly addPhotos = (event: Event): void => {
    void takeFiles(this.desk, this.open.reference, event.target as HTMLInputElement, (many) => (this.sendingPhotos = many));
  };

  private removePhoto(id: string): void {
    const { desk, open } = this;
    desk.drafts.setPhotos(open.reference, desk.drafts.photos(open.reference).filter((one) => one.id !== id));
    desk.changed();
    this.focusField("resident");
  }

  private get chosenPhotos(): Photos {
    return { ids: this.desk.drafts.photos(this.open.reference).map((one) => one.id), stage: this.stage };
  }

  private readonly preview = (): void => {
    const { desk, open } = this;
    const message = desk.drafts.get(open.reference, "resident");
    if (!message.trim()) return this.refuseEmpty();
    this.querySelector<DeskPreview>("desk-preview")?.show({ message, ...(open.move ? { move: open.move } : {}), photos: [...this.chosenPhotos.ids] });
  };

  // --- sending ----------------------------------------------------------------------------------

  private refuseEmpty(): void {
    this.open.trouble = { place: "composer", words: t("Write something first."), again: null };
    this.focusField();
    this.desk.changed();
  }

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    this.send(false);
  };

  private send(sure: boolean): void {
    const { open, desk } = this;
    const text = desk.drafts.get(open.reference, this.audience);
    if (open.busy) {
      if (open.busy.place !== "composer") this.waiting = { reference: open.reference, sure };
      return;
    }
    if (!text.trim()) return this.refuseEmpty();
    if (this.audience === "colleagues") {
      void desk.deeds.addNote(text);
      return;
    }
    this.doubt = sure ? "" : this.namedIn(text);
    if (this.doubt) {
      void this.updateComplete.then(() => this.querySelector<HTMLElement>(".doubt button")?.focus());
      return;
    }
    if (open.move) void desk.deeds.take(open.move, text, this.chosenPhotos);
    else void desk.deeds.sendMessage(text, this.chosenPhotos);
    this.stage = "";
  }

  protected override updated(): void {
    const { waiting, open } = this;
    if (!waiting || open.busy) return;
    this.waiting = null;
    if (waiting.reference === open.reference && !open.trouble && !open.conflict) this.send(waiting.sure);
  }

  /** The first colleague that a text names with an `@`, or what looks like one. */
  private namedIn(text: string): string {
    const people = this.desk.me?.teams.flatMap((team) => team.people) ?? [];
    const known = people.find((one) => text.toLowerCase().includes(`@${one.name.toLowerCase()}`));
    return known?.name ?? looksNamed(text);
  }

  private readonly makeNote = (): void => {
    const { desk, open } = this;
    const text = desk.drafts.get(open.reference, "resident");
    const kept = desk.drafts.get(open.reference, "colleagues").trimEnd();
    desk.drafts.set(open.reference, "colleagues", kept ? `${kept}\n\n${text}` : text);
    desk.drafts.set(open.reference, "resident", "");
    this.doubt = "";
    this.focusField("colleagues");
  };
}

customElements.define("desk-composer", DeskComposer);
