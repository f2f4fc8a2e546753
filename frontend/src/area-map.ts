/** An area with its public reports on a map, fetched when it comes into view. The list beside it says the same. */
import { loadCatalogue, t } from "./i18n";
import type { Geometry } from "geojson";
import type { Box } from "./map";

interface PublicReport {
  geometry: { coordinates: [number, number] } | null;
  properties: { reference: string; status: string; statusLabel: string; solved: boolean; category: { name: string } | null };
}

interface Page {
  features: PublicReport[];
  next: string | null;
}

const PAGES = 3;

/** The newest reports, at most 600: more would be a blot, and the list has them all. */
async function reports(area: string): Promise<PublicReport[]> {
  const found: PublicReport[] = [];
  let next: string | null = `/api/v1/reports?limit=200&area=${encodeURIComponent(area)}`;
  for (let page = 0; next && page < PAGES; page += 1) {
    const answer: Response = await fetch(next, { headers: { Accept: "application/geo+json, application/json" } });
    if (!answer.ok) break;
    const { features, next: more } = (await answer.json()) as Page;
    found.push(...features);
    next = more;
  }
  return found;
}

/** `<div data-area="WK…" data-gemeente="GM…" data-bbox="w s e n" data-show="area|open|all">`; shows all when it does not say. */
async function draw(element: HTMLElement): Promise<void> {
  const [{ AreaMap, dot, numbers, shape }] = await Promise.all([import("./map"), loadCatalogue()]);
  const box = numbers(element.dataset["bbox"], 4);
  if (!box) return;
  const area = element.dataset["area"] ?? "";
  const show = element.dataset["show"] ?? "all";
  element.classList.add("map");
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", show === "area" ? t("Map of the area. The list beside it says the same.") : t("Map of reports. The list beside it says the same."));
  const areas = new AreaMap(element, box as Box, element.dataset["gemeente"] ?? "", { scrollWheelZoom: false });
  try {
    const whole = show === "area" ? await outline(area) : null;
    if (whole) shape(whole, "chosen").addTo(areas.map);
    if (show === "area") return;
    for (const { geometry, properties } of await reports(area)) {
      if (!geometry || properties.status === "unresolved" || (properties.solved && show === "open")) continue;
      const [lon, lat] = geometry.coordinates;
      const words = document.createElement("span");
      words.textContent = `${properties.category?.name ?? t("Report")} · ${properties.statusLabel}`;
      if (!properties.solved) {
        const join = document.createElement("a");
        join.href = `/melden/ook/${encodeURIComponent(properties.reference)}/`;
        join.textContent = t("I see this too");
        words.append(document.createElement("br"), join);
      }
      dot(lon, lat, properties.solved ? "solved" : "open", properties.solved ? 6 : 8).bindPopup(words).addTo(areas.map);
    }
  } catch {
    // Without network the list still says it all.
  }
}

async function outline(code: string): Promise<Geometry | null> {
  const answer = await fetch(`/api/v1/areas/${encodeURIComponent(code)}`, { headers: { Accept: "application/json" } });
  return answer.ok ? ((await answer.json()) as { geometry: Geometry }).geometry : null;
}

/** Draw the map as soon as somebody comes near it. */
export function drawWhenNear(element: HTMLElement): void {
  new IntersectionObserver((entries, watcher) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    void draw(element);
  }, { rootMargin: "200px" }).observe(element);
}
