/** What lies near a case: asked for when the case is there, so that it waits for nothing. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { icon } from "../../icon";
import { t } from "../../i18n";
import { writeAddress } from "../address";
import { DeskElement } from "../element";
import { age } from "../parts";
import { type Case } from "../shapes";
import { type SimilarCase } from "./asking";
import { go } from "./contact";

const AFTER = 250;

export class DeskSimilar extends DeskElement {
  case!: Case;
  private found: SimilarCase[] | null = null;
  private failed = false;
  private asked = "";

  static override properties = { case: { attribute: false }, found: { state: true }, failed: { state: true } };

  protected override updated(changes: PropertyValues): void {
    super.updated(changes);
    const { reference, category, location } = this.case;
    const about = `${reference} ${category?.slug ?? ""} ${location?.coordinates.join() ?? ""}`;
    if (about === this.asked) return;
    this.asked = about;
    this.found = null;
    setTimeout(() => this.asked === about && this.isConnected && void this.ask(about), AFTER);
  }

  private async ask(about: string): Promise<void> {
    this.failed = false;
    try {
      const found = await this.desk.asking.similar(this.case.reference);
      if (this.asked === about) this.found = found;
    } catch {
      this.failed = true;
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.failed || (this.found && !this.found.length)) return nothing;
    return html`<section class="side-block" aria-labelledby="similar-title" aria-busy=${this.found ? nothing : "true"}>
      <h3 id="similar-title">${t("Near and alike")}</h3>
      ${this.found === null ? html`<span class="skeleton small" data-width="55"></span>` : html`<ul class="near" role="list">${this.found.map((row) => this.line(row))}</ul>`}
    </section>`;
  }

  private line(row: SimilarCase): TemplateResult {
    return html`<li><a href=${writeAddress({ ...this.desk.address, reference: row.reference })} @click=${(event: MouseEvent) => go(event, this, row.reference)}>
      <span class="dot" data-status=${row.status}>${icon(`status-${row.status}`)}</span>
      <span><strong dir="auto">${row.subject || row.reference}</strong><span class="soft small">${row.whySimilar}</span><span class="soft small">${row.statusLabel} · ${age(row.createdAt, this.desk.now)}</span></span></a></li>`;
  }
}

customElements.define("desk-similar", DeskSimilar);
