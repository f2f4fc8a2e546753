/** Which group, filters and case the address bar names; reload and "back" then simply work. */

export const VIEWS = ["new", "mine", "team", "waiting", "late", "closed"] as const;
export type View = (typeof VIEWS)[number];
export type Ordering = "-createdAt" | "createdAt";

export interface Filters {
  view: View;
  q: string;
  category: string;
  area: string;
  team: string;
  ordering: Ordering;
}

export interface Address {
  reference: string | null;
  filters: Filters;
}

export const NO_FILTERS: Filters = { view: "team", q: "", category: "", area: "", team: "", ordering: "-createdAt" };
const NARROWING = ["q", "category", "area", "team"] as const;

export function readAddress(path: string, search: string): Address {
  const given = new URLSearchParams(search);
  const filters: Filters = { ...NO_FILTERS };
  const view = given.get("view");
  if (VIEWS.includes(view as View)) filters.view = view as View;
  if (given.get("ordering") === "createdAt") filters.ordering = "createdAt";
  for (const name of NARROWING) filters[name] = (given.get(name) ?? "").slice(0, 200);
  return { reference: /\/werk\/([A-Z]-[0-9A-Z]{6,10})\/$/.exec(path)?.[1] ?? null, filters };
}

export function writeAddress({ reference, filters }: Address): string {
  const said = new URLSearchParams(Object.entries(filters).filter(([name, value]) => value !== NO_FILTERS[name as keyof Filters]));
  return `/werk/${reference ? `${reference}/` : ""}${said.size ? `?${said}` : ""}`;
}

/** The API's query for these filters. */
export function listQuery(filters: Filters, more: Record<string, string> = {}): string {
  const { view, ordering, ...narrowed } = filters;
  const asked = Object.entries(narrowed).filter(([, value]) => value !== "");
  return `cases?${new URLSearchParams([["view", view], ["ordering", ordering], ...asked, ...Object.entries(more)])}`;
}

/** How many filters besides the group are on; the search box shows itself. */
export function narrowedBy(filters: Filters): number {
  return [filters.category, filters.area, filters.team].filter(Boolean).length;
}

export function sameList(one: Filters, other: Filters): boolean {
  return listQuery(one) === listQuery(other);
}
