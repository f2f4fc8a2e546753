/** The stage of an initiative as a pill. */
import { html, type TemplateResult } from "lit";
import { icon } from "../../../icon";

export function stage(code: string, label: string): TemplateResult {
  return html`<span class="badge stage-badge" data-stage=${code}>${icon("leaf")}<span>${label}</span></span>`;
}
