/** Distances and addresses of places, in the words and forms of a phone. */
import { language, t } from "../../i18n";
import { type Row } from "../shapes";

const MOST = 40;

/** "about 1,3 km"; metres below one kilometre, rounded to fifties. */
export function distance(metres: number): string {
  if (metres < 1000) return t("about {n} m", { n: Math.max(50, Math.round(metres / 50) * 50) });
  const kilometres = new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(metres / 1000);
  return t("about {n} km", { n: kilometres });
}

/** Opens the phone's own map (RFC 5870, with Android's label); null without a place. */
export function geoAddress(row: Pick<Row, "location" | "address" | "reference">): string | null {
  if (!row.location) return null;
  const [lon, lat] = row.location.coordinates;
  const point = `${lat.toFixed(6)},${lon.toFixed(6)}`;
  return `geo:${point}?q=${point}(${encodeURIComponent(row.address || row.reference)})`;
}

/** "M-1,M-2" of an address, each once and no more than a round may have. */
export function references(written: string | null): string[] {
  const found = (written ?? "").split(",").filter((one) => /^[A-Z]-[0-9A-Z]{6,10}$/.test(one));
  return [...new Set(found)].slice(0, MOST);
}
