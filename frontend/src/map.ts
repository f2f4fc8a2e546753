/**
 * A map of our own outlines of wijken and buurten with their names. It needs no third party and works offline; what it
 * shows is always in a list or in words beside it as well. Streets come as a background from our own server, where the
 * installation has one (`<html data-tiles>`) and as long as it answers.
 */
import "../styles/map.css";
import * as leaflet from "leaflet";
import type { Geometry } from "geojson";
import { t } from "./i18n";

export interface AreaOnMap {
  code: string;
  name: string;
  level: string;
  bbox: [number, number, number, number];
  point: [number, number];
}

/** West, south, east, north. */
export type Box = [number, number, number, number];

const TILES = "/kaart/tegels/{z}/{x}/{y}.png";
/** Degrees around the gemeente that have a background; the server has no more (`core.places.tiles`). */
const AROUND = 0.1;
/** So many squares in a row that do not come: the source is down, and nothing is asked for `SILENCE` milliseconds. */
const MISSES = 6;
const SILENCE = 60_000;
const BUURTEN_FROM_ZOOM = 14;
const AT_ONCE = 4;

/** Draws the areas of one gemeente into a map, those in view first, each once. */
export class AreaMap {
  readonly map: leaflet.Map;
  private readonly drawn = new Map<string, leaflet.GeoJSON>();
  private readonly layers: Record<string, leaflet.LayerGroup>;
  private readonly opened = new Set<string>();
  private readonly labels = new Map<string, leaflet.Tooltip>();
  /** Wijken whose buurten are drawn: their own name would lie on top of those. */
  private readonly divided = new Set<string>();
  private areas: AreaOnMap[] = [];
  private waiting: AreaOnMap[] = [];
  private busy = 0;

  constructor(element: HTMLElement, box: Box, gemeente: string, options: leaflet.MapOptions = {}) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const calm = still ? { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false } : {};
    this.map = leaflet.map(element, { ...calm, zoomSnap: hasTiles() ? 1 : 0.5, minZoom: 9, maxZoom: 19, zoomControl: false, attributionControl: false, ...options });
    leaflet.control.attribution({ prefix: false }).addAttribution(t("Outlines: CBS and Kadaster")).addTo(this.map);
    leaflet.control.zoom({ position: "topright", zoomInTitle: t("Zoom in"), zoomOutTitle: t("Zoom out") }).addTo(this.map);
    this.layers = { wijk: leaflet.layerGroup().addTo(this.map), buurt: leaflet.layerGroup() };
    this.map.fitBounds(bounds(box));
    if (hasTiles()) background(this.map, box);
    this.map.on("moveend zoomend", () => this.look());
    void this.load(gemeente);
  }

  /** Show where the point lies. */
  mark(codes: readonly string[]): void {
    for (const [code, shape] of this.drawn) shape.getLayers().forEach((layer) => path(layer)?.classList.toggle("here", codes.includes(code)));
  }

  /** The areas directly below one; a stadsdeel is only a way to its wijken. */
  private async load(code: string): Promise<void> {
    let next: string | null = `/api/v1/areas?limit=200&parent=${encodeURIComponent(code)}`;
    while (next) {
      const page: { results: AreaOnMap[]; next: string | null } | null = await json(next);
      for (const area of page?.results ?? []) {
        if (area.level === "stadsdeel") void this.load(area.code);
        else this.areas.push(area);
        if (area.level === "buurt") this.divided.add(code);
      }
      next = page?.next ?? null;
    }
    this.look();
  }

  private look(): void {
    const near = this.map.getZoom() >= BUURTEN_FROM_ZOOM;
    const { buurt } = this.layers;
    if (buurt && near !== this.map.hasLayer(buurt)) near ? buurt.addTo(this.map) : buurt.remove();
    for (const [code, label] of this.labels) label.getElement()?.toggleAttribute("hidden", near && this.divided.has(code));
    const view = this.map.getBounds().pad(0.2);
    if (near) {
      for (const area of this.areas) {
        if (area.level !== "wijk" || this.opened.has(area.code) || !view.intersects(bounds(area.bbox))) continue;
        this.opened.add(area.code);
        void this.load(area.code);
      }
    }
    this.waiting = this.areas.filter(
      (area) => !this.drawn.has(area.code) && (near || area.level !== "buurt") && view.intersects(bounds(area.bbox)),
    );
    while (this.busy < AT_ONCE && this.waiting.length) void this.fetchNext();
  }

  private async fetchNext(): Promise<void> {
    const area = this.waiting.shift();
    if (!area) return;
    this.busy += 1;
    const shape = leaflet.geoJSON(undefined, { interactive: false, style: { className: `area ${area.level}` } });
    this.drawn.set(area.code, shape);
    const found: { geometry?: Geometry } | null = await json(`/api/v1/areas/${encodeURIComponent(area.code)}`);
    this.busy -= 1;
    if (found?.geometry) {
      shape.addData({ type: "Feature", properties: {}, geometry: found.geometry } as GeoJSON.Feature);
      const layer = this.layers[area.level];
      if (layer) {
        shape.addTo(layer);
        const label = leaflet
          .tooltip({ permanent: true, direction: "center", className: `area-label ${area.level}`, opacity: 1 })
          .setLatLng([area.point[1], area.point[0]])
          .setContent(text(area.name));
        // A name on the map is no tooltip of anything: that is what Leaflet would have it say.
        label.on("add", () => label.getElement()?.setAttribute("role", "presentation"));
        label.addTo(layer);
        if (area.level === "wijk") {
          shape.bringToBack();
          this.labels.set(area.code, label);
          label.getElement()?.toggleAttribute("hidden", this.map.getZoom() >= BUURTEN_FROM_ZOOM && this.divided.has(area.code));
        }
      }
    } else {
      this.drawn.delete(area.code);
    }
    if (this.waiting.length) void this.fetchNext();
  }
}

function hasTiles(): boolean {
  return document.documentElement.dataset["tiles"] !== undefined;
}

/** Streets under the outlines, which are drawn whole again when the squares do not come. */
function background(map: leaflet.Map, [west, south, east, north]: Box): void {
  const shown = bounds([west - AROUND, south - AROUND, east + AROUND, north + AROUND]);
  const layer = leaflet.tileLayer(TILES, { minZoom: 6, maxZoom: 19, bounds: shown, className: "background", attribution: t("Map data © Kadaster") });
  const element = map.getContainer();
  let missed = 0;
  layer.on("tileload", () => {
    missed = 0;
    element.classList.add("with-background");
  });
  layer.on("tileerror", () => {
    missed += 1;
    if (missed !== MISSES) return;
    element.classList.remove("with-background");
    layer.remove();
    const again = window.setTimeout(() => {
      missed = 0;
      layer.addTo(map);
    }, SILENCE);
    map.once("unload", () => window.clearTimeout(again));
  });
  layer.addTo(map);
}

/** A point drawn as a dot; `kind` is a class: "open", "solved" or "" for the accent. */
export function dot(lon: number, lat: number, kind = "", radius = 8): leaflet.CircleMarker {
  return leaflet.circleMarker([lat, lon], { radius, className: `pin ${kind}` });
}

/** So many dots in one place, as a number; a button, so that it is there without a mouse too. `label` is what it says. */
export function heap(lon: number, lat: number, many: number, label: string): leaflet.Marker {
  const size = 30 + Math.min(14, Math.round(Math.log10(many) * 8));
  return button(lon, lat, label, leaflet.divIcon({ html: String(many), className: "heap", iconSize: [size, size] }));
}

/** The same where some are solved: a number for those that are not, and one behind a tick for those that are. */
export function halves(lon: number, lat: number, open: number, solved: number, label: string): leaflet.Marker {
  const parts: Array<[kind: string, many: number]> = [["open", open], ["solved", solved]];
  const html = document.createElement("span");
  for (const [kind, many] of parts) if (many) html.append(Object.assign(text(String(many)), { className: kind }));
  return button(lon, lat, label, leaflet.divIcon({ html, className: "heap halves", iconSize: undefined }));
}

function button(lon: number, lat: number, label: string, icon: leaflet.DivIcon): leaflet.Marker {
  return leaflet.marker([lat, lon], { icon, alt: label, title: label, keyboard: true });
}

/** A place for dots that can be emptied at once. */
export function layer(): leaflet.LayerGroup {
  return leaflet.layerGroup();
}

/** An area drawn by itself; `kind` is a class. */
export function shape(geometry: Geometry, kind: string): leaflet.GeoJSON {
  return leaflet.geoJSON({ type: "Feature", properties: {}, geometry } as GeoJSON.Feature, { interactive: false, style: { className: `area ${kind}` } });
}

/** The circle around a point, in metres, within which something is. */
export function ring(lon: number, lat: number, metres: number): leaflet.Circle {
  return leaflet.circle([lat, lon], { radius: metres, className: "accuracy", interactive: false });
}

export function bounds([west, south, east, north]: Box): leaflet.LatLngBounds {
  return leaflet.latLngBounds([south, west], [north, east]);
}

/** "4.1 52.0 4.3 52.1" as numbers; null when it is not so many numbers. */
export function numbers(written: string | undefined, many: number): number[] | null {
  const found = (written ?? "").split(" ").map(Number);
  return found.length === many && found.every(Number.isFinite) ? found : null;
}

function text(words: string): HTMLElement {
  const element = document.createElement("span");
  element.textContent = words;
  return element;
}

function path(layer: leaflet.Layer): Element | undefined {
  return layer instanceof leaflet.Path ? layer.getElement() : undefined;
}

async function json<T>(address: string): Promise<T | null> {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as T) : null;
  } catch {
    return null;
  }
}
