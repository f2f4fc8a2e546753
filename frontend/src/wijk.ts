/** The wijk page: remembers the wijk on this device, draws the reports on a map as well, and stays as it is now. */
import { keepFresh } from "./fresh";
import { grouped, MANY } from "./grouped";
import { loadCatalogue, t } from "./i18n";
import type { AreaMap, Box } from "./map";
import { rememberWijk } from "./wijken";

interface PublicReport {
  geometry: { coordinates: [number, number] } | null;
  properties: { reference: string; status: string; statusLabel: string; solved: boolean; category: { name: string } | null };
}

interface Page {
  features: PublicReport[];
  next: string | null;
}

/** All that is open, as far as that goes, and what was solved last: more would be a blot, and the list has them all. */
const PAGES: Array<[status: string, pages: number]> = [["open", 3], ["resolved", 2]];

async function reports(area: string): Promise<PublicReport[]> {
  const found: PublicReport[] = [];
  for (const [status, pages] of PAGES) {
    let next: string | null = `/api/v1/reports?limit=200&status=${status}&area=${encodeURIComponent(area)}`;
    for (let page = 0; next && page < pages; page += 1) {
      const answer: Response = await fetch(next, { headers: { Accept: "application/geo+json, application/json" } });
      if (!answer.ok) break;
      const { features, next: more } = (await answer.json()) as Page;
      found.push(...features);
      next = more;
    }
  }
  return found.filter(({ geometry }) => geometry);
}

/** Pixels within which reports become one: two numbers take more room than one. */
const TOGETHER = 56;

/** `<div data-wijk-map data-area="WK…" data-gemeente="GM…" data-bbox="w s e n">`; answers how to draw the reports anew. */
async function draw(element: HTMLElement): Promise<() => Promise<void>> {
  const [{ AreaMap, dot, halves, layer, numbers }] = await Promise.all([import("./map"), loadCatalogue()]);
  const box = numbers(element.dataset["bbox"], 4);
  if (!box) return async () => {};
  const area = element.dataset["area"] ?? "";
  element.classList.add("map");
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", t("Map of reports. The list beside it says the same."));
  const areas: AreaMap = new AreaMap(element, box as Box, element.dataset["gemeente"] ?? "", { scrollWheelZoom: false });
  const dots = layer().addTo(areas.map);
  let all: PublicReport[] = [];

  const put = (): void => {
    dots.clearLayers();
    const points = all.map((one) => {
      const [lon, lat] = one.geometry?.coordinates ?? [0, 0];
      return { ...areas.map.project([lat, lon]), one };
    });
    for (const { x, y, all: near } of grouped(points, points.length > MANY ? TOGETHER : 1)) {
      const { lat, lng } = areas.map.unproject([x, y]);
      const [one] = near;
      if (near.length > 1 && areas.map.getZoom() < areas.map.getMaxZoom()) {
        const solved = near.filter(({ properties }) => properties.solved).length;
        const open = near.length - solved;
        halves(lng, lat, open, solved, t("Being handled: {open}. Solved: {solved}. Zoom in to see them.", { open, solved })).on("click", () => areas.map.setView([lat, lng], areas.map.getZoom() + 2)).addTo(dots);
      } else if (one) {
        for (const { geometry, properties } of near) {
          const [lon, north] = geometry?.coordinates ?? [lng, lat];
          dot(lon, north, properties.solved ? "solved" : "open", properties.solved ? 6 : 8).bindPopup(() => words(properties)).addTo(dots);
        }
      }
    }
  };
  const load = async (): Promise<void> => {
    try {
      all = await reports(area);
      put();
    } catch {
      // Without network the list still says it all.
    }
  };
  areas.map.on("zoomend", put);
  await load();
  return load;
}

function words(properties: PublicReport["properties"]): HTMLElement {
  const said = document.createElement("span");
  said.textContent = `${properties.category?.name ?? t("Report")} · ${properties.statusLabel}`;
  if (!properties.solved) {
    const join = document.createElement("a");
    join.href = `/melden/ook/${encodeURIComponent(properties.reference)}/`;
    join.textContent = t("I see this too");
    said.append(document.createElement("br"), join);
  }
  return said;
}

const root = document.querySelector<HTMLElement>("[data-wijk][data-name]");
const redraw: Array<() => Promise<void>> = [];
if (root) rememberWijk(root.dataset["wijk"] ?? "");

for (const element of document.querySelectorAll<HTMLElement>("[data-wijk-map]")) {
  new IntersectionObserver((entries, watcher) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    void draw(element).then((load) => redraw.push(load));
  }, { rootMargin: "200px" }).observe(element);
}

if (root) {
  keepFresh(root, (names) => {
    if (names.some((name) => name === "reports" || name === "counts")) for (const load of redraw) void load();
  });
}
