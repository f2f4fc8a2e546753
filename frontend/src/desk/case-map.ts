/** Where it is: our own outlines with a dot; the place stands beside it in words. */
import { html, type TemplateResult } from "lit";
import type { Map as LeafletMap } from "leaflet";
import { t } from "../i18n";
import { DeskElement } from "./element";

const NEAR = 15;

export class DeskMap extends DeskElement {
  lon = 0;
  lat = 0;
  private drawn: LeafletMap | null = null;

  static override properties = { lon: { type: Number }, lat: { type: Number } };

  protected override render(): TemplateResult {
    return html`<div class="map" role="application" aria-label=${t("Map with the place of this case. The address stands above it.")}></div>`;
  }

  protected override firstUpdated(): void {
    void this.draw();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.drawn?.remove();
    this.drawn = null;
  }

  private async draw(): Promise<void> {
    const gemeente = this.desk.me?.gemeente;
    if (!gemeente) return;
    const { AreaMap, dot } = await import("../map");
    const element = this.querySelector<HTMLElement>(".map");
    if (!element || !this.isConnected || this.drawn) return;
    const { map } = new AreaMap(element, gemeente.bbox, gemeente.code, { scrollWheelZoom: false });
    map.setView([this.lat, this.lon], NEAR, { animate: false });
    dot(this.lon, this.lat, "open", 11).addTo(map);
    this.drawn = map;
  }
}

customElements.define("desk-map", DeskMap);
