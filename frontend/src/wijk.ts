/** The wijk page's map of reports, open and solved; the same list stands below it as text. */
import { loadCatalogue, t } from "./i18n";
import type { Box } from "./map";

interface PublicReport {
  geometry: { coordinates: [number, number] } | null;
  properties: { reference: string; statusLabel: string; solved: boolean; category: { name: string } | null };
}

/** `<div data-wijk-map data-area="WK…" data-gemeente="GM…" data-bbox="w s e n">` */
async function draw(element: HTMLElement): Promise<void> {
  const [{ AreaMap, dot, numbers }] = await Promise.all([import("./map"), loadCatalogue()]);
  const box = numbers(element.dataset["bbox"], 4);
  if (!box) return;
  element.classList.add("map");
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", t("Map of reports. The list below says the same."));
  const areas = new AreaMap(element, box as Box, element.dataset["gemeente"] ?? "", { scrollWheelZoom: false });
  const answer = await fetch(`/api/v1/reports?area=${encodeURIComponent(element.dataset["area"] ?? "")}`);
  if (!answer.ok) return;
  const { features } = (await answer.json()) as { features: PublicReport[] };
  for (const { geometry, properties } of features) {
    if (!geometry) continue;
    const [lon, lat] = geometry.coordinates;
    const words = document.createElement("span");
    words.textContent = `${properties.category?.name ?? t("Report")} · ${properties.statusLabel}`;
    dot(lon, lat, properties.solved ? "solved" : "open").bindPopup(words).addTo(areas.map);
  }
}

for (const element of document.querySelectorAll<HTMLElement>("[data-wijk-map]")) {
  new IntersectionObserver((entries, watcher) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    void draw(element);
  }, { rootMargin: "200px" }).observe(element);
}
