/** What the step "where" says and decides without a page. */
import { t, tn } from "../i18n";

export interface Found {
  id: string;
  label: string;
  type: string;
  point: [number, number] | null;
}

export interface Street {
  name: string;
  point: [number, number];
  distance: number;
}

export type LocationTrouble = "denied" | "unavailable" | "timeout" | "unsupported";

/** What a failed GeolocationPositionError means; `able` is whether this page may ask for a location at all. */
export function troubleOf(code: number, able = true): LocationTrouble {
  if (!able) return "unsupported";
  return code === 1 ? "denied" : code === 3 ? "timeout" : "unavailable";
}

/** Each trouble with what to do about it. */
export function sayTrouble(trouble: LocationTrouble): string {
  switch (trouble) {
    case "denied":
      return t("We may not see where you are. Allow location for this site in your browser, or choose the place yourself.");
    case "unavailable":
      return t("Your device does not know where it is. Turn on location and try again, or choose the place yourself.");
    case "timeout":
      return t("Finding your location took too long. Try again, outside if you can, or choose the place yourself.");
    case "unsupported":
      return t("This browser cannot share your location here. Search for the street, or move the map.");
  }
}

/** Metres as people say them: 7, 20, 150, 1200. */
export function roundMetres(metres: number): number {
  const step = metres < 10 ? 1 : metres < 100 ? 5 : metres < 1000 ? 10 : 100;
  return Math.max(1, Math.ceil(metres / step) * step);
}

/** How exact a location is; and from 100 metres on what that asks of the person. */
export function sayAccuracy(metres: number): string {
  const within = tn("Your location, within {n} metre.", "Your location, within {n} metres.", roundMetres(metres));
  return metres > 100 ? `${within} ${t("That is not exact. Move the map to the right place.")}` : within;
}

/** How close the map goes for a location of this accuracy. */
export function zoomFor(metres: number): number {
  return metres <= 30 ? 18 : metres <= 100 ? 17 : metres <= 400 ? 16 : 14;
}

/** Which option the keys go to: -1 is the field itself. Null: this key is not about the list. */
export function nextOption(key: string, at: number, many: number): number | null {
  if (!many) return null;
  switch (key) {
    case "ArrowDown":
      return at + 1 < many ? at + 1 : -1;
    case "ArrowUp":
      return at < 0 ? many - 1 : at - 1;
    default:
      return null;
  }
}

/** What the search says aloud: how much was found, and what to do when nothing was. */
export function sayCount(many: number, available: boolean): string {
  if (!available && many) return t("Searching for addresses does not work now. We found only names of quarters.");
  if (!available) return t("Searching for addresses does not work now. Move the map, or choose a quarter.");
  return many ? tn("{n} place found. Choose with the arrow keys.", "{n} places found. Choose with the arrow keys.", many) : t("Nothing found. Try the name of the street only, or move the map.");
}

/** What kind of place it is, beside its name. */
export function sayKind(type: string): string {
  switch (type) {
    case "address":
      return t("address");
    case "street":
      return t("street");
    case "postcode":
      return t("postcode");
    case "buurt":
      return t("quarter");
    default:
      return t("neighbourhood");
  }
}

/** "Kerkstraat 12, 2761AB Vlietstede" without the postcode and the town: what a resident would write. */
export function shortAddress(label: string): string {
  return label.split(",")[0]?.trim() ?? label;
}
