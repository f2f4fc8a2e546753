/** The drawn side of the map (Leaflet): outlines, markers and the area that is being drawn. A chunk of its own. */
import * as leaflet from "leaflet";
import { AreaMap, bounds } from "../../map";
import { type Me, type Row } from "../shapes";
import { type Atlas } from "./atlas";
import { type Box, boxAround, gathered, type Point } from "./ground";
import { type OnMap } from "./shapes";

const SOON = 150;
const PANE = "cases";
/** Pixels between two markers below which one hides the other. */
const HIDES = 14;

export class Sheet {
  private readonly map: leaflet.Map;
  private readonly markers = leaflet.layerGroup();
  private readonly sketch = leaflet.layerGroup();
  private readonly pointer: leaflet.CircleMarker;
  private readonly dots = new Map<string, leaflet.CircleMarker | leaflet.Marker>();
  private shown: OnMap | null = null;
  private lit: string | null = null;
  private drawn: readonly Point[] | null = null;
  private timer: number | undefined;

  constructor(
    element: HTMLElement,
    private readonly atlas: Atlas,
    gemeente: Me["gemeente"],
    private readonly reveal: (reference: string) => void,
  ) {
    this.map = new AreaMap(element, gemeente.bbox as [number, number, number, number], gemeente.code).map;
    this.map.createPane(PANE);
    this.markers.addTo(this.map);
    this.sketch.addTo(this.map);
    this.pointer = leaflet.circleMarker([0, 0], { radius: 30, className: "map-pointer", interactive: false, pane: PANE });
    this.map.on("click", (event) => this.clicked(event.latlng));
    element.addEventListener("keydown", this.key);
  }

  begin(): void {
    this.map.on("moveend", () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.look(), SOON);
    });
    this.look();
  }

  private look(): void {
    void this.atlas.look(this.box(), this.map.getZoom());
  }

  box(): Box {
    const view = this.map.getBounds();
    return [Math.max(-180, view.getWest()), Math.max(-90, view.getSouth()), Math.min(180, view.getEast()), Math.min(90, view.getNorth())];
  }

  fit(box: Box): void {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.fitBounds(bounds([...box]).pad(0.1), { maxZoom: 18, animate: !calm });
  }

  /** Where a row of the list lies, while it is pointed at. */
  point(at: Point | null): void {
    if (at) this.pointer.setLatLng([at[1], at[0]]).addTo(this.map);
    else this.pointer.remove();
  }

  addCentre(): void {
    const { lng, lat } = this.map.getCenter();
    this.atlas.addCorner([lng, lat]);
  }

  /** Draw what has changed. */
  show(): void {
    const { found, lit, drawing } = this.atlas;
    if (found !== this.shown) this.mark(found);
    if (lit !== this.lit) {
      this.style(this.lit, false);
      this.style(lit, true);
      this.lit = lit;
    }
    for (const [reference, dot] of this.dots) dot.getElement()?.classList.toggle("chosen", this.atlas.chosen.has(reference));
    if (drawing !== this.drawn) this.draw(drawing);
  }

  private mark(found: OnMap): void {
    this.shown = found;
    this.markers.clearLayers();
    this.dots.clear();
    for (const { count, late, point, bbox } of found.clusters) this.cluster(count, late > 0, point, () => this.fit(bbox));
    const placed = found.rows.flatMap((row) => (row.location ? [{ row, at: row.location.coordinates as Point }] : []));
    const onScreen = ({ at: [lon, lat] }: { at: Point }): Point => {
      const { x, y } = this.map.latLngToLayerPoint([lat, lon]);
      return [x, y];
    };
    for (const group of gathered(placed, onScreen, HIDES)) {
      if (group.length > 1) {
        this.heap(group);
        continue;
      }
      const [{ row, at }] = group as [{ row: Row; at: Point }];
      const [lon, lat] = at;
      const dot = leaflet.circleMarker([lat, lon], { radius: 9, pane: PANE, className: `pin ${row.late ? "late" : row.status === "resolved" ? "solved" : "open"}` });
      const { reference } = row;
      dot.on("mouseover", () => {
        this.atlas.light(reference);
        this.reveal(reference);
      });
      dot.on("mouseout", () => this.atlas.light(null));
      dot.on("click", (event) => {
        if (this.atlas.drawing) return;
        leaflet.DomEvent.stopPropagation(event);
        this.atlas.toggle(row);
        this.reveal(reference);
      });
      dot.addTo(this.markers);
      this.dots.set(reference, dot);
    }
    this.lit = null;
  }

  private cluster(count: number, late: boolean, [lon, lat]: Point, click: () => void): leaflet.Marker {
    const size = count < 10 ? 34 : count < 100 ? 42 : count < 1000 ? 50 : 58;
    const words = document.createElement("span");
    words.textContent = String(count);
    const mark = leaflet.divIcon({ html: words, className: `map-cluster${late ? " has-late" : ""}`, iconSize: [size, size] });
    // The list has a button or a row for each: on the map itself Tab need not pass them.
    const marker = leaflet.marker([lat, lon], { icon: mark, keyboard: false, alt: "", pane: PANE });
    marker.on("click", click).addTo(this.markers);
    marker.getElement()?.setAttribute("aria-hidden", "true");
    return marker;
  }

  /** Cases whose markers would hide each other: one marker. A click goes closer, and chooses them where that cannot help. */
  private heap(group: readonly { row: Row; at: Point }[]): void {
    const box = boxAround(group.map(({ at }) => at)) as Box;
    const late = group.some(({ row }) => row.late);
    const marker = this.cluster(group.length, late, [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], () => {
      if (this.atlas.drawing) return;
      if (this.map.getZoom() < 18 && (box[0] !== box[2] || box[1] !== box[3])) return this.fit(box);
      const all = group.every(({ row }) => this.atlas.chosen.has(row.reference));
      for (const { row } of group) if (this.atlas.chosen.has(row.reference) === all) this.atlas.toggle(row);
      this.reveal((group[0] as { row: Row }).row.reference);
    });
    for (const { row } of group) this.dots.set(row.reference, marker);
  }

  private style(reference: string | null, on: boolean): void {
    const dot = reference === null ? undefined : this.dots.get(reference);
    dot?.getElement()?.classList.toggle("lit", on);
    if (!(dot instanceof leaflet.CircleMarker)) return;
    dot.setRadius(on ? 14 : 9);
    if (on) dot.bringToFront();
  }

  private draw(drawing: readonly Point[] | null): void {
    this.drawn = drawing;
    this.sketch.clearLayers();
    if (!drawing) return;
    const at = drawing.map(([lon, lat]) => leaflet.latLng(lat, lon));
    (at.length > 2 ? leaflet.polygon(at, { className: "map-sketch" }) : leaflet.polyline(at, { className: "map-sketch" })).addTo(this.sketch);
    for (const corner of at) leaflet.circleMarker(corner, { radius: 5, className: "map-corner", interactive: false }).addTo(this.sketch);
  }

  private clicked({ lng, lat }: leaflet.LatLng): void {
    if (this.atlas.drawing) this.atlas.addCorner([lng, lat]);
  }

  private readonly key = (event: KeyboardEvent): void => {
    const { drawing } = this.atlas;
    if (!drawing) return;
    if (event.key === "Enter") this.addCentre();
    else if (event.key === "Backspace") this.atlas.removeCorner();
    else if (event.key === "Escape") this.atlas.stopDrawing();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}
