/** Where it is: a map under a fixed cross, a search, the device's or the photo's place, a street or a quarter from a list. */
import "../../styles/place.css";
import { t } from "../i18n";
import type { AreaMap, Box } from "../map";
import { save } from "./draft";
import type { PlaceSearch } from "./place-search";
import type { PlaceStreets } from "./place-streets";
import { sayAt } from "./steps";
import { type Found, type Street, sayAccuracy, sayTrouble, shortAddress, troubleOf, zoomFor } from "./place-words";

interface Located {
  areas: Array<{ code: string; name: string; level: string }>;
}
interface Around {
  address: Found | null;
  streets: Street[];
  available: boolean;
}

const CLOSE = 17;
const LOOK_AFTER = 350;
const FIND_WITHIN = 10_000;

export interface Place {
  /** The step is in view: draw the map. */
  show(): void;
  /** Whether there is a place that is ours; says so when there is none. */
  isKnown(): boolean;
  /** The photo was made here; offered, and taken when nothing was chosen yet. */
  propose(lon: number, lat: number): void;
  /** The fields were filled, or emptied, from elsewhere: map and words follow, and nothing of before is left. */
  reset(): void;
}

export function choosePlace(form: HTMLFormElement): Place {
  const field = <T extends HTMLElement>(selector: string): T => form.querySelector<T>(selector)!;
  const lonField = field<HTMLInputElement>("[name=lon]");
  const latField = field<HTMLInputElement>("[name=lat]");
  const area = field<HTMLSelectElement>("[name=area]");
  const address = field<HTMLInputElement>("[name=address]");
  const placeName = field<HTMLElement>("#place-name");
  const name = field<HTMLElement>("#place-name span");
  const element = field<HTMLElement>("#map");
  const locate = field<HTMLButtonElement>("#locate");
  const fromPhoto = field<HTMLButtonElement>("#photo-place");
  const trouble = said("place-trouble error", "alert");
  const accuracy = said("place-accuracy hint", "status");
  locate.parentElement!.after(trouble, accuracy);
  let areas: AreaMap | null = null;
  let search: PlaceSearch | null = null;
  let streets: PlaceStreets | null = null;
  let circle: { remove(): void } | null = null;
  let loading = false;
  let looking: number | undefined;
  let asked = 0;
  let byHand = true;
  let outside = "";
  /** What we wrote in the address ourselves, and may write over. */
  let written = "";
  let photoPlace: [number, number] | null = null;

  const chosen = (): [number, number] | null => (lonField.value && latField.value ? [Number(lonField.value), Number(latField.value)] : null);

  /** What is wrong stands at the field that gets the focus, and goes when there is a place. */
  const wrong = (words: string): void => {
    sayAt(area, search ? "" : words);
    search?.wrong(words);
  };

  const say = (words: string, isOutside = false): void => {
    if (!isOutside && (chosen() || area.value)) wrong("");
    outside = isOutside ? words : "";
    placeName.classList.toggle("outside", isOutside);
    name.textContent = words;
  };

  const choose = (lon: number, lat: number): void => {
    lonField.value = lon.toFixed(6);
    latField.value = lat.toFixed(6);
    save(form);
    window.clearTimeout(looking);
    looking = window.setTimeout(() => void describe(lon, lat), LOOK_AFTER);
  };

  /** Say in words where the cross is. Quarters come first, for those we know ourselves; address and streets may follow. */
  const describe = async (lon: number, lat: number): Promise<void> => {
    const turn = ++asked;
    const at = `lat=${lat.toFixed(6)}&lon=${lon.toFixed(6)}`;
    let quarter = "";
    try {
      const answer = await fetch(`/api/v1/areas/_locate?${at}`);
      if (turn !== asked) return;
      if (answer.status === 404) {
        const told = (await answer.json().catch(() => ({}))) as { detail?: string; site?: string };
        say(told.detail ?? t("This place is outside the municipality. Move the map back."), true);
        linkTo(name, told.site ?? "");
        areas?.mark([]);
        streets?.show([]);
        return;
      }
      if (!answer.ok) return;
      const chain = ((await answer.json()) as Located).areas;
      quarter = chain
        .filter((one) => one.level === "buurt" || one.level === "wijk")
        .map((one) => one.name)
        .join(", ");
      say(quarter);
      areas?.mark(chain.map((one) => one.code));
      const option = [...area.options].find((one) => chain.some((part) => part.code === one.value));
      if (option) area.value = option.value;
      if (!areas) return; // the list of streets and the map come together
      const around = await fetch(`/api/v1/addresses/_reverse?${at}`);
      if (turn !== asked || !around.ok) return;
      const near = (await around.json()) as Around;
      streets?.show(near.streets);
      // The street that we wrote is no longer the street under the cross.
      if (near.available && !near.streets.some((street) => written.startsWith(street.name))) write("");
      if (near.address) say(t("Near {address}, {quarter}", { address: shortAddress(near.address.label), quarter }));
    } catch {
      // Without network the place is still known by its point.
      if (turn === asked && !quarter) say(t("The place on the map"));
    }
  };

  /** A move of the map that nobody made by hand, and that therefore chooses no place. */
  const move = (act: (shown: AreaMap) => void): void => {
    if (!areas) return;
    byHand = false;
    act(areas);
    byHand = true;
  };
  // The map has another size when the phone is turned, or when its step comes in view.
  const resize = (): void => move(({ map }) => map.invalidateSize({ animate: false }));
  window.addEventListener("resize", () => window.requestAnimationFrame(resize));

  const fly = (lon: number, lat: number, zoom: number): void => {
    circle?.remove();
    accuracy.textContent = "";
    move(({ map }) => map.setView([lat, lon], zoom, { animate: false }));
    choose(lon, lat);
  };

  /** What was found says more than a point: it is the address, unless the person wrote one. */
  const write = (words: string): void => {
    if (address.value && address.value !== written) return;
    address.value = written = words;
    save(form);
  };

  const show = async (): Promise<void> => {
    if (areas || loading) {
      resize();
      return;
    }
    loading = true;
    try {
      await draw();
    } catch {
      // Not on this device and no network: the list of quarters does it alone.
      element.parentElement!.hidden = true;
      say(t("The map does not load now. Choose a quarter from the list."));
    } finally {
      loading = false;
    }
  };

  const draw = async (): Promise<void> => {
    const [{ AreaMap, numbers }, { PlaceSearch }, { PlaceStreets }] = await Promise.all([import("../map"), import("./place-search"), import("./place-streets")]);
    const box = numbers(form.dataset["bbox"], 4);
    if (!box) return;
    search = new PlaceSearch(({ label, type, point }) => {
      fly(...point, type === "address" ? 18 : type === "street" || type === "postcode" ? CLOSE : 15);
      write(type === "address" || type === "street" ? shortAddress(label) : "");
    });
    streets = new PlaceStreets(({ name, point }) => {
      fly(...point, CLOSE);
      write(name);
    });
    field("#place").prepend(search.element, locate.parentElement!, trouble, accuracy);
    placeName.after(streets.element);
    // The cross stays where it is: who zooms, zooms on it.
    areas = new AreaMap(element, box as Box, form.dataset["gemeente"] ?? "", { inertia: false, trackResize: false, scrollWheelZoom: "center", touchZoom: "center", doubleClickZoom: "center" });
    const start = chosen() ?? (numbers(form.dataset["place"], 2) as [number, number] | null);
    if (start) areas.map.setView([start[1], start[0]], chosen() ? CLOSE : 15, { animate: false });
    const known = chosen();
    if (known) void describe(...known);
    else if (!outside) say((area.value && area.selectedOptions[0]?.textContent) || t("No place chosen yet."));
    areas.map.on("moveend", () => {
      if (!byHand || !areas) return;
      const { lng, lat } = areas.map.getCenter();
      choose(lng, lat);
    });
    // A tap does what dragging does.
    areas.map.on("click", ({ latlng }) => areas?.map.panTo(latlng));
  };

  const cannotLocate = (code: number, able = true): void => {
    locate.removeAttribute("aria-busy");
    trouble.textContent = sayTrouble(troubleOf(code, able));
  };
  locate.addEventListener("click", () => {
    trouble.textContent = accuracy.textContent = "";
    if (!window.isSecureContext || !("geolocation" in navigator)) return cannotLocate(0, false);
    locate.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        locate.removeAttribute("aria-busy");
        fly(coords.longitude, coords.latitude, zoomFor(coords.accuracy));
        write("");
        accuracy.textContent = sayAccuracy(coords.accuracy);
        void surround(coords.longitude, coords.latitude, coords.accuracy);
      },
      ({ code }) => cannotLocate(code),
      { enableHighAccuracy: true, timeout: FIND_WITHIN, maximumAge: 30_000 },
    );
  });

  /** The circle in which the person is. */
  const surround = async (lon: number, lat: number, metres: number): Promise<void> => {
    const { ring } = await import("../map");
    circle?.remove();
    if (areas) circle = ring(lon, lat, metres).addTo(areas.map);
  };

  fromPhoto.addEventListener("click", () => {
    if (photoPlace) fly(...photoPlace, CLOSE);
    write("");
  });

  area.addEventListener("change", () => {
    asked += 1; // what was being described is no longer the place
    window.clearTimeout(looking);
    lonField.value = latField.value = "";
    say(area.value ? (area.selectedOptions[0]?.textContent ?? "") : "");
    if (area.value) void follow(area.value);
  });

  /** The map goes along with the list, but the list stays what was chosen; its streets can be chosen next. */
  const follow = async (code: string): Promise<void> => {
    try {
      const answer = await fetch(`/api/v1/areas/${encodeURIComponent(code)}`);
      if (!answer.ok || area.value !== code) return;
      const { bbox, point } = (await answer.json()) as { bbox: Box; point: [number, number] };
      move(({ map }) => map.fitBounds([[bbox[1], bbox[0]], [bbox[3], bbox[2]]], { animate: false }));
      areas?.mark([code]);
      const around = await fetch(`/api/v1/addresses/_reverse?lat=${point[1].toFixed(6)}&lon=${point[0].toFixed(6)}`);
      if (around.ok && area.value === code && !chosen()) streets?.show(((await around.json()) as Around).streets);
    } catch {
      // The list alone is enough.
    }
  };

  const known = chosen();
  if (known) void describe(...known);

  return {
    show: () => void show(),
    isKnown: () => {
      if (!outside && (chosen() || area.value)) return true;
      wrong(outside || t("Move the map to the place, or choose a quarter from the list."));
      if (search) search.focus();
      else area.focus();
      return false;
    },
    propose: (lon, lat) => {
      photoPlace = [lon, lat];
      fromPhoto.hidden = false;
      if (!chosen()) fly(lon, lat, CLOSE);
    },
    reset: () => {
      asked += 1;
      window.clearTimeout(looking);
      circle?.remove();
      trouble.textContent = accuracy.textContent = written = "";
      photoPlace = circle = null;
      fromPhoto.hidden = true;
      wrong("");
      search?.clear();
      streets?.show([]);
      areas?.mark([]);
      const known = chosen();
      const box = form.dataset["bbox"]?.split(" ").map(Number) ?? [];
      if (known) move(({ map }) => map.setView([known[1], known[0]], CLOSE, { animate: false }));
      else if (box.length === 4) move(({ map }) => map.fitBounds([[box[1]!, box[0]!], [box[3]!, box[2]!]], { animate: false }));
      say(known ? "" : (area.value && area.selectedOptions[0]?.textContent) || (areas ? t("No place chosen yet.") : ""));
      if (known) void describe(...known);
      else if (area.value) void follow(area.value);
    },
  };
}

/** Makes the address of another municipality's form, which stands at the end of the words, a link. */
function linkTo(words: HTMLElement, site: string): void {
  const text = words.textContent ?? "";
  if (!/^https?:\/\//.test(site) || !text.endsWith(site)) return;
  words.replaceChildren(text.slice(0, -site.length), Object.assign(document.createElement("a"), { href: site, textContent: site }));
}

function said(className: string, role: string): HTMLElement {
  const element = document.createElement("p");
  element.className = className;
  element.setAttribute("role", role);
  return element;
}
