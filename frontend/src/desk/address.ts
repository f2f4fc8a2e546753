/** Which group, filters and case the address bar names; reload and "back" then simply work, and an address can be shared. */

export const VIEWS = ["new", "mine", "team", "waiting", "late", "handovers", "mentions", "closed"] as const;
/** A group, or all one may see: open and handled. */
export type View = (typeof VIEWS)[number] | "all";

export const ORDERINGS = ["-createdAt", "createdAt", "dueAt", "-updatedAt"] as const;
export type Ordering = (typeof ORDERINGS)[number];

/** What narrows a group; the API's own names and values, lists with commas. */
export const NARROWING = [
  "q",
  "kind",
  "status",
  "category",
  "area",
  "organisation",
  "team",
  "assignee",
  "priority",
  "visibility",
  "createdAfter",
  "createdBefore",
  "late",
  "hasPhoto",
  "supporters",
  "unread",
  "parts",
  "duplicates",
] as const;
export type Narrowing = (typeof NARROWING)[number];

export interface Filters extends Record<Narrowing, string> {
  view: View;
  ordering: Ordering;
  /** The saved view these came from; only for its name on the screen. */
  saved: string;
}

export interface Address {
  reference: string | null;
  filters: Filters;
}

export const NO_FILTERS: Filters = {
  view: "team",
  ordering: "-createdAt",
  saved: "",
  ...(Object.fromEntries(NARROWING.map((name) => [name, ""])) as Record<Narrowing, string>),
};

export function readFilters(given: URLSearchParams): Filters {
  const filters: Filters = { ...NO_FILTERS };
  const view = given.get("view");
  const ordering = given.get("ordering");
  if (view === "all" || VIEWS.some((one) => one === view)) filters.view = view as View;
  if (ORDERINGS.includes(ordering as Ordering)) filters.ordering = ordering as Ordering;
  if (/^\d{1,12}$/.test(given.get("saved") ?? "")) filters.saved = given.get("saved") ?? "";
  for (const name of NARROWING) filters[name] = (given.get(name) ?? "").slice(0, 200);
  return filters;
}

export function readAddress(path: string, search: string): Address {
  return {
    reference: /\/werk\/([A-Z]-[0-9A-Z]{6,10})\/$/.exec(path)?.[1] ?? null,
    filters: readFilters(new URLSearchParams(search)),
  };
}

export function writeAddress({ reference, filters }: Address): string {
  const said = new URLSearchParams(Object.entries(filters).filter(([name, value]) => value !== NO_FILTERS[name as keyof Filters]));
  return `/werk/${reference ? `${reference}/` : ""}${said.size ? `?${said}` : ""}`;
}

/** These filters as the API's parameters: group, order and whatever narrows. */
export function asQuery(filters: Filters): Record<string, string> {
  const narrowed = NARROWING.filter((name) => filters[name] !== "").map((name) => [name, filters[name]]);
  const group: Record<string, string> = filters.view === "all" ? {} : { view: filters.view };
  return { ...group, ordering: filters.ordering, ...(Object.fromEntries(narrowed) as Record<string, string>) };
}

/** The API's list for these filters. */
export function listQuery(filters: Filters, more: Record<string, string> = {}): string {
  return `cases?${new URLSearchParams({ ...asQuery(filters), ...more })}`;
}

/** How many filters besides the group are on; the search box shows itself. */
export function narrowedBy(filters: Filters): number {
  return NARROWING.filter((name) => name !== "q" && filters[name] !== "").length;
}

export function sameList(one: Filters, other: Filters): boolean {
  return listQuery(one) === listQuery(other);
}
