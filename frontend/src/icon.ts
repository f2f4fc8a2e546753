/** Icons for Lit templates; Django's counterpart is `{% icon "name" %}`. The names are in `icons.json`. */
import { html, nothing, type TemplateResult } from "lit";
import { unsafeSVG } from "lit/directives/unsafe-svg.js";
import drawings from "virtual:icons";

/** A decorative icon: say in words what it means beside it, or label the button it stands in. */
export function icon(name: string): TemplateResult | typeof nothing {
  const drawing = drawings[name];
  if (drawing === undefined) return nothing;
  return html`<svg class="icon icon-${name}" viewBox="0 0 24 24" aria-hidden="true">${unsafeSVG(drawing)}</svg>`;
}
