/** Where it is: a map under a fixed cross, the device's or the photo's place, or a quarter from the list. */
import { t } from "../i18n";
import type { AreaMap, Box } from "../map";
import { save } from "./draft";

interface Found {
  areas: Array<{ code: string; name: string; level: string }>;
}

const CLOSE = 17;
const LOOK_AFTER = 350;

export interface Place {
  /** The step is in view: draw the map. */
  show(): void;
  /** Whether there is a place; says so when there is none. */
  isKnown(): boolean;
  /** The photo was made here; offered, and taken when nothing was chosen yet. */
  propose(lon: number, lat: number): void;
}

export function choosePlace(form: HTMLFormElement): Place {
  const field = <T extends HTMLElement>(selector: string): T => form.querySelector<T>(selector)!;
  const lonField = field<HTMLInputElement>("[name=lon]");
  const latField = field<HTMLInputElement>("[name=lat]");
  const area = field<HTMLSelectElement>("[name=area]");
  const name = field<HTMLElement>("#place-name span");
  const element = field<HTMLElement>("#map");
  const locate = field<HTMLButtonElement>("#locate");
  const fromPhoto = field<HTMLButtonElement>("#photo-place");
  let areas: AreaMap | null = null;
  let loading = false;
  let looking: number | undefined;
  let asked = 0;
  let byHand = true;
  let photoPlace: [number, number] | null = null;

  const chosen = (): [number, number] | null => (lonField.value && latField.value ? [Number(lonField.value), Number(latField.value)] : null);

  const choose = (lon: number, lat: number): void => {
    lonField.value = lon.toFixed(6);
    latField.value = lat.toFixed(6);
    save(form);
    window.clearTimeout(looking);
    looking = window.setTimeout(() => void describe(lon, lat), LOOK_AFTER);
  };

  /** Say in words where the cross is. */
  const describe = async (lon: number, lat: number): Promise<void> => {
    const turn = ++asked;
    try {
      const answer = await fetch(`/api/v1/areas/_locate?lat=${lat.toFixed(6)}&lon=${lon.toFixed(6)}`);
      if (turn !== asked) return;
      if (answer.status === 404) {
        const told = (await answer.json().catch(() => ({}))) as { detail?: string };
        name.textContent = told.detail ?? t("This place is outside the municipality. Move the map back.");
        areas?.mark([]);
        return;
      }
      if (!answer.ok) return;
      const chain = ((await answer.json()) as Found).areas;
      name.textContent = chain
        .filter((one) => one.level === "buurt" || one.level === "wijk")
        .map((one) => one.name)
        .join(", ");
      areas?.mark(chain.map((one) => one.code));
      const option = [...area.options].find((one) => chain.some((part) => part.code === one.value));
      if (option) area.value = option.value;
    } catch {
      // Without network the place is still known by its point.
    }
  };

  const fly = (lon: number, lat: number, zoom: number): void => {
    if (areas) areas.map.setView([lat, lon], Math.max(areas.map.getZoom(), zoom));
    else choose(lon, lat);
  };

  const show = async (): Promise<void> => {
    if (areas || loading) {
      areas?.map.invalidateSize();
      return;
    }
    loading = true;
    const { AreaMap, numbers } = await import("../map");
    const box = numbers(form.dataset["bbox"], 4);
    if (!box) return;
    areas = new AreaMap(element, box as Box, form.dataset["gemeente"] ?? "", { inertia: false });
    const start = chosen() ?? (numbers(form.dataset["place"], 2) as [number, number] | null);
    if (start) areas.map.setView([start[1], start[0]], chosen() ? CLOSE : 15, { animate: false });
    const known = chosen();
    if (known) void describe(...known);
    else name.textContent = t("No place chosen yet.");
    areas.map.on("moveend", () => {
      if (!byHand || !areas) return;
      const { lng, lat } = areas.map.getCenter();
      choose(lng, lat);
    });
  };

  locate.addEventListener("click", () => {
    if (!("geolocation" in navigator)) return;
    locate.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        locate.removeAttribute("aria-busy");
        fly(coords.longitude, coords.latitude, CLOSE);
      },
      () => {
        locate.removeAttribute("aria-busy");
        name.textContent = t("We could not get your location. Move the map, or choose from the list.");
      },
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
    );
  });

  fromPhoto.addEventListener("click", () => {
    if (photoPlace) fly(...photoPlace, CLOSE);
  });

  area.addEventListener("change", () => {
    lonField.value = latField.value = "";
    name.textContent = area.value ? (area.selectedOptions[0]?.textContent ?? "") : "";
    if (area.value) void follow(area.value);
  });

  /** The map goes along with the list, but the list stays what was chosen. */
  const follow = async (code: string): Promise<void> => {
    try {
      const answer = await fetch(`/api/v1/areas/${encodeURIComponent(code)}`);
      if (!answer.ok || !areas || area.value !== code) return;
      const { bbox } = (await answer.json()) as { bbox: Box };
      byHand = false;
      areas.map.fitBounds([
        [bbox[1], bbox[0]],
        [bbox[3], bbox[2]],
      ], { animate: false });
      areas.mark([code]);
    } catch {
      // The list alone is enough.
    } finally {
      byHand = true;
    }
  };

  const known = chosen();
  if (known) void describe(...known);

  return {
    show: () => void show(),
    isKnown: () => {
      if (chosen() || area.value) return true;
      name.textContent = t("Move the map to the place, or choose a quarter from the list.");
      element.focus();
      return false;
    },
    propose: (lon, lat) => {
      photoPlace = [lon, lat];
      fromPhoto.hidden = false;
      if (!chosen()) {
        if (areas) fly(lon, lat, CLOSE);
        else choose(lon, lat);
      }
    },
  };
}
