/** What everybody sees of initiatives: the points of the list on a map, and the page of one as it is now. */
import "../styles/initiatives.css";
import { keepFresh } from "./fresh";
import { loadCatalogue, t, tn } from "./i18n";
import { grouped, MANY, TOGETHER } from "./grouped";
import type { Box } from "./map";

interface Feature {
  geometry: { coordinates: [number, number] } | null;
  properties: { slug: string; title: string; stage: string; stageLabel: string; ended: boolean };
}

interface Page {
  features: Feature[];
  next: string | null;
}

/** At most 800 points: more would be a blot, and the list has them all. */
const PAGES = 4;

async function points(query: string): Promise<Feature[]> {
  const found: Feature[] = [];
  let next: string | null = `/api/v1/initiatives?limit=200&${query}`;
  for (let page = 0; next && page < PAGES; page += 1) {
    const answer: Response = await fetch(next, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) break;
    const { features, next: more } = (await answer.json()) as Page;
    found.push(...features);
    next = more;
  }
  return found.filter(({ geometry }) => geometry);
}

/** `<div data-initiatives-map data-query="area=WK…" data-gemeente="GM…" data-bbox="w s e n">`, or `data-point="lon lat"`. */
async function draw(element: HTMLElement): Promise<void> {
  const [{ AreaMap, dot, heap, layer, numbers }] = await Promise.all([import("./map"), loadCatalogue()]);
  const box = numbers(element.dataset["bbox"], 4);
  if (!box) return;
  element.classList.add("map");
  element.setAttribute("role", "application");
  const point = numbers(element.dataset["point"], 2);
  element.setAttribute("aria-label", point ? t("The place on the map") : t("Map of initiatives. The list beside it says the same."));
  const areas = new AreaMap(element, box as Box, element.dataset["gemeente"] ?? "", { scrollWheelZoom: false });
  if (point) {
    dot(point[0] ?? 0, point[1] ?? 0, "open", 10).addTo(areas.map);
    return;
  }
  const dots = layer().addTo(areas.map);
  let all: Feature[] = [];
  const put = (): void => {
    dots.clearLayers();
    const there = all.map((one) => {
      const [lon, lat] = one.geometry?.coordinates ?? [0, 0];
      return { ...areas.map.project([lat, lon]), one };
    });
    for (const { x, y, all: near } of grouped(there, there.length > MANY ? TOGETHER : 1)) {
      const { lat, lng } = areas.map.unproject([x, y]);
      if (near.length > 1 && areas.map.getZoom() < areas.map.getMaxZoom()) {
        const circle = heap(lng, lat, near.length, tn("One initiative here", "{n} initiatives here. Zoom in to see them.", near.length));
        circle.on("click", () => areas.map.setView([lat, lng], areas.map.getZoom() + 2)).addTo(dots);
        continue;
      }
      for (const { geometry, properties } of near) {
        const [lon, north] = geometry?.coordinates ?? [lng, lat];
        dot(lon, north, properties.ended ? "solved" : "open", properties.ended ? 7 : 9).bindPopup(() => words(properties)).addTo(dots);
      }
    }
  };
  areas.map.on("zoomend", put);
  try {
    all = await points(element.dataset["query"] ?? "");
    put();
  } catch {
    // Without network the list still says it all.
  }
}

function words({ slug, title, stageLabel }: Feature["properties"]): HTMLElement {
  const said = document.createElement("span");
  const link = Object.assign(document.createElement("a"), { href: `/initiatieven/${encodeURIComponent(slug)}/`, textContent: title, dir: "auto" });
  said.append(link, document.createElement("br"), stageLabel);
  return said;
}

for (const element of document.querySelectorAll<HTMLElement>("[data-initiatives-map]")) {
  new IntersectionObserver((entries, watcher) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    void draw(element);
  }, { rootMargin: "200px" }).observe(element);
}

// An address says only what was asked.
for (const form of document.querySelectorAll<HTMLFormElement>(".list-filters")) {
  form.addEventListener("submit", () => {
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")) if (!field.value) field.disabled = true;
  });
  window.addEventListener("pageshow", () => form.querySelectorAll<HTMLInputElement>(":disabled").forEach((field) => (field.disabled = false)));
}

const page = document.querySelector<HTMLElement>("[data-initiative][data-streams]");
if (page) keepFresh(page, () => undefined);
