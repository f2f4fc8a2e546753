/** The exact e-mail before it goes, as the resident gets it: drawn in a frame of its own that runs nothing. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { icon } from "../../icon";
import { t } from "../../i18n";
import { type Move } from "../shapes";
import { type Preview } from "./asking";
import { CaseDialog } from "./dialog";
import { languageName } from "./languages";

export interface Asked {
  message: string;
  move?: Move | "";
  day?: string;
  photos?: string[];
}

export class DeskPreview extends CaseDialog {
  private seen: Preview | null = null;
  private face: "html" | "text" = "html";

  static override properties = { ...CaseDialog.properties, seen: { state: true }, face: { state: true } };

  show(asked: Asked): void {
    this.seen = null;
    this.face = "html";
    this.open();
    const reference = this.desk.open?.reference ?? "";
    void this.attempt(async () => {
      this.seen = await this.desk.asking.preview(reference, asked);
    });
  }

  protected heading(): string {
    const byPhone = this.seen?.textMessage && !this.seen.willBeSent;
    return byPhone ? t("The text message to the resident") : t("The e-mail to the resident");
  }

  protected content(): TemplateResult {
    const { seen } = this;
    return html`${this.troubleLine()}
      ${seen === null ? (this.busy ? html`<p class="soft" role="status">${t("Loading…")}</p>` : nothing) : html`${this.textMessage(seen)}${seen.willBeSent ? this.mail(seen) : seen.textMessage ? nothing : html`<p class="notice info">${icon("info")}<span>${seen.whyNot === "no-address" ? t("No e-mail goes out: the resident left no address. They read it on their tracking page.") : t("The resident gets no e-mail of this.")}</span></p>`}`}
      <div class="row"><button type="button" class="button" data-first @click=${this.close}>${t("Back to your text")}</button></div>`;
  }

  private textMessage(seen: Preview): TemplateResult | typeof nothing {
    return seen.textMessage ? html`<div class="card sunken small">${seen.willBeSent ? html`<p class="soft">${t("They get this text message too:")}</p>` : nothing}<p dir="auto" data-text-message>${seen.textMessage}</p></div>` : nothing;
  }

  private mail(seen: Preview): TemplateResult {
    const face = (name: "html" | "text", words: string) =>
      html`<button type="button" role="tab" id="preview-${name}" aria-selected=${this.face === name ? "true" : "false"} aria-controls="preview-panel" tabindex=${this.face === name ? 0 : -1} @click=${() => (this.face = name)}>${words}</button>`;
    return html`<dl class="facts mail-head"><div><dt>${t("To")}</dt><dd dir="ltr">${seen.to}</dd></div><div><dt>${t("Subject")}</dt><dd dir="auto">${seen.subject}</dd></div><div><dt>${t("Language")}</dt><dd>${languageName(seen.language)}</dd></div></dl>
      <div class="face-tabs" role="tablist" aria-label=${t("How it is shown")} @keydown=${this.key}>${face("html", t("As it looks"))}${face("text", t("As plain text"))}</div>
      <div id="preview-panel" role="tabpanel" aria-labelledby="preview-${this.face}">
        ${this.face === "html" ? html`<iframe class="mail-frame" title=${t("The e-mail as it looks")} sandbox="allow-same-origin" tabindex="0"></iframe>` : html`<pre class="mail-text" dir="auto" tabindex="0">${seen.text}</pre>`}
      </div>`;
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    this.face = this.face === "html" ? "text" : "html";
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#preview-${this.face}`)?.focus());
  };

  protected override updated(changes: PropertyValues): void {
    super.updated(changes);
    const frame = this.querySelector<HTMLIFrameElement>(".mail-frame");
    if (frame && this.seen && !frame.dataset["filled"]) {
      frame.dataset["filled"] = "";
      fill(frame, this.seen.html);
    }
  }
}

/**
 * A sandbox without scripts. The frame inherits this page's content policy, which forbids style elements:
 * the mail's own styles are handed over as a constructed sheet instead.
 */
function fill(frame: HTMLIFrameElement, mail: string): void {
  // Taken out before it is parsed: even in a document that is never shown a style element is reported.
  const styles = [...mail.matchAll(/<style>([^]*?)<\/style>/g)].map((one) => one[1]).join("\n");
  const parsed = new DOMParser().parseFromString(mail.replace(/<style>[^]*?<\/style>/g, ""), "text/html");
  for (const link of parsed.querySelectorAll("a")) link.setAttribute("tabindex", "-1");
  frame.addEventListener("load", () => {
    const inside = frame.contentWindow as (Window & typeof globalThis) | null;
    if (!inside) return;
    const sheet = new inside.CSSStyleSheet();
    sheet.replaceSync(styles);
    inside.document.adoptedStyleSheets = [sheet];
    frame.style.setProperty("block-size", `${Math.min(inside.document.documentElement.scrollHeight, 640)}px`);
  });
  frame.srcdoc = `<!doctype html>${parsed.documentElement.outerHTML}`;
}

customElements.define("desk-preview", DeskPreview);
