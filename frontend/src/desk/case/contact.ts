/** Who reported it: hidden until somebody says why they need it, and hidden again when the case is left. */
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../../icon";
import { t } from "../../i18n";
import { writeAddress } from "../address";
import { DeskElement } from "../element";
import { type Case, ofGroup, type Row } from "../shapes";
import { age } from "../parts";
import { type Person, type Reason } from "./asking";
import { CaseDialog } from "./dialog";

function reasons(): [Reason, string][] {
  return [
    ["call", t("To call or write to the resident")],
    ["visit", t("To visit the resident")],
    ["safety", t("Because somebody may be in danger")],
    ["check", t("To check that it is the right person")],
    ["other", t("Another reason")],
  ];
}

export class DeskReveal extends CaseDialog {
  private why: Reason = "call";

  static override properties = { ...CaseDialog.properties, why: { state: true } };

  show(): void {
    this.why = "call";
    this.open();
  }

  protected heading(): string {
    return ofGroup(this.desk.open?.case) ? t("See who speaks for the group") : t("See who reported it");
  }

  protected content(): TemplateResult {
    return html`<form class="form" method="dialog" @submit=${this.ask}>
      <p>${t("We keep who looked, when and why. Your team lead can read that.")}</p>
      <fieldset class="field"><legend>${t("Why do you need it?")}</legend>${reasons().map(([value, words], place) => html`<label class="choice"><input type="radio" name="why" value=${value} ?data-first=${place === 0} ?checked=${value === this.why} @change=${() => (this.why = value)} /><span>${words}</span></label>`)}</fieldset>
      <div class="field"><label for="reveal-remark">${t("In a few words")}${this.why === "other" ? nothing : html` <span class="optional">(${t("optional")})</span>`}</label><input id="reveal-remark" name="remark" maxlength="200" dir="auto" ?required=${this.why === "other"} /></div>
      ${this.troubleLine()}
      <div class="row"><button type="submit" class="button primary" aria-busy=${this.busy ? "true" : nothing}>${icon("eye")}${t("Show")}</button><button type="button" class="button" @click=${this.close}>${t("Cancel")}</button></div>
    </form>`;
  }

  private readonly ask = (event: SubmitEvent): void => {
    event.preventDefault();
    const remark = String(new FormData(event.target as HTMLFormElement).get("remark") ?? "");
    const reference = this.desk.open?.reference ?? "";
    void this.attempt(async () => {
      const person = await this.desk.asking.contact(reference, this.why, remark);
      this.dispatchEvent(new CustomEvent("revealed", { detail: person, bubbles: true }));
      this.close();
    });
  };
}

customElements.define("desk-reveal", DeskReveal);

export class DeskContact extends DeskElement {
  case!: Case;
  private person: Person | null = null;
  private others: Row[] | null = null;
  private looking = false;

  static override properties = { case: { attribute: false }, person: { state: true }, others: { state: true }, looking: { state: true } };

  protected override render(): TemplateResult {
    const { case: found, person } = this;
    const { email, phone } = found.reachableBy;
    const known = email || phone;
    const may = found.deeds.includes("reveal");
    return html`<section class="side-block" aria-labelledby="contact-title">
      <h3 id="contact-title">${ofGroup(found) ? t("Who speaks for the group") : t("Who reported it")}</h3>
      ${person ? this.shown(person) : html`<p>${icon(known ? "user" : "shield")} ${reachWords(found)}</p>`}
      ${known && may && !person ? html`<p><button type="button" class="button small" @click=${() => this.querySelector<DeskReveal>("desk-reveal")?.show()}>${icon("eye")}${t("Show contact data…")}</button></p>` : nothing}
      ${known && may ? this.same() : nothing}
      <desk-reveal .desk=${this.desk} @revealed=${this.revealed}></desk-reveal>
    </section>`;
  }

  private shown(person: Person): TemplateResult {
    const line = (label: string, value: string, link: string, name: string) =>
      value
        ? html`<div><dt>${label}</dt><dd class="contact-line">${link ? html`<a href=${link} dir="ltr">${value}</a>` : html`<span dir="auto">${value}</span>`}<button type="button" class="button quiet round" aria-label=${name} @click=${() => this.copy(value)}>${icon("copy")}</button></dd></div>`
        : nothing;
    return html`<dl class="facts contact-data" tabindex="-1">
        ${line(t("Name"), person.name, "", t("Copy the name"))}
        ${line(t("Phone"), person.phone, `tel:${person.phone.replace(/[^+\d]/g, "")}`, t("Copy the phone number"))}
        ${line(t("E-mail"), person.email, `mailto:${person.email}`, t("Copy the e-mail address"))}
      </dl>
      <p><button type="button" class="button quiet small" @click=${() => (this.person = null)}>${icon("lock")}${t("Hide again")}</button></p>`;
  }

  private same(): TemplateResult {
    if (this.others === null) {
      return html`<p><button type="button" class="button quiet small" aria-busy=${this.looking ? "true" : nothing} @click=${this.look}>${icon("history")}${t("Other cases of this person")}</button></p>`;
    }
    if (!this.others.length) return html`<p class="soft small" role="status">${t("There are no other cases that you may see.")}</p>`;
    return html`<h4>${t("Other cases of this person")}</h4><ul class="near" role="list">${this.others.map((row) => html`<li><a href=${writeAddress({ ...this.desk.address, reference: row.reference })} @click=${(event: MouseEvent) => go(event, this, row.reference)}><span class="dot" data-status=${row.status}>${icon(`status-${row.status}`)}</span><span><strong dir="auto">${row.subject || row.reference}</strong><span class="soft small">${row.statusLabel} · ${age(row.createdAt, this.desk.now)}</span></span></a></li>`)}</ul>`;
  }

  private readonly revealed = (event: Event): void => {
    this.person = (event as CustomEvent<Person>).detail;
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(".contact-data")?.focus());
  };

  private readonly look = (): void => {
    this.looking = true;
    void this.desk.asking
      .samePerson(this.case.reference)
      .then((rows) => (this.others = rows))
      .catch((error: unknown) => this.desk.showToast(this.desk.explain(error)))
      .finally(() => (this.looking = false));
  };

  private copy(value: string): void {
    void navigator.clipboard.writeText(value).then(
      () => this.desk.showToast(t("Copied")),
      () => this.desk.showToast(t("Copying did not work. Select the text instead.")),
    );
  }
}

/** Open another case without loading the page anew. */
export function go(event: MouseEvent, from: HTMLElement, reference: string): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  event.stopPropagation();
  from.dispatchEvent(new CustomEvent("open-case", { detail: reference, bubbles: true }));
}

function reachWords({ reachableBy }: Case): string {
  if (reachableBy.email && reachableBy.phone) return t("reachable by e-mail and phone");
  if (reachableBy.email) return t("reachable by e-mail");
  if (reachableBy.phone) return t("reachable by phone");
  return t("anonymous, reads along on the tracking page");
}

customElements.define("desk-contact", DeskContact);
