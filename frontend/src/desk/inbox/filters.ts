/** The filters that are on, in words, one by one; and what remains without one of them. Pure. */
import { day } from "../../format";
import { t, tn } from "../../i18n";
import { type Filters, type Narrowing, NARROWING, type Ordering } from "../address";
import { type Category, type Me, type Priority, type Status, type Visibility } from "../shapes";

export interface AreaNode {
  code: string;
  name: string;
  level: string;
  children: AreaNode[];
}

/** What names are known by; null while it was not asked for. */
export interface Known {
  me: Me | null;
  categories: readonly Category[] | null;
  areas: readonly AreaNode[] | null;
}

export interface Chip {
  name: Narrowing;
  /** Of a list with commas: this one of it. */
  value: string;
  words: string;
}

/** Filters whose value is a list with commas. */
export const LISTS: ReadonlySet<Narrowing> = new Set(["kind", "status", "priority", "visibility"]);

export function kindWords(): Record<string, string> {
  return { report: t("Report"), initiative: t("Initiative"), "help-request": t("Help request"), poll: t("Poll") };
}

export function statusWords(): Record<Exclude<Status, "merged">, string> {
  return {
    received: t("Received"),
    assigned: t("With the right person"),
    "in-progress": t("Working on it"),
    planned: t("Planned"),
    waiting: t("Waiting for resident"),
    reopened: t("Reopened"),
    resolved: t("Resolved"),
    unresolved: t("Not resolved"),
  };
}

export function priorityWords(): Record<Priority, string> {
  return { high: t("High priority"), normal: t("Normal priority"), low: t("Low priority") };
}

export function visibilityWords(): Record<Visibility, string> {
  return { public: t("Public"), limited: t("Not public"), confidential: t("Confidential") };
}

export function orderWords(): Record<Ordering, string> {
  return { "-createdAt": t("Newest first"), createdAt: t("Oldest first"), dueAt: t("Promise ends first"), "-updatedAt": t("Last change first") };
}

/** Every filter that is on, in words. */
export function chipsOf(filters: Filters, known: Known): Chip[] {
  return NARROWING.flatMap((name) => {
    const value = filters[name];
    if (value === "") return [];
    const values = LISTS.has(name) ? value.split(",") : [value];
    return values.map((one) => ({ name, value: one, words: inWords(name, one, known) }));
  });
}

/** The change that takes one filter away. */
export function without(filters: Filters, { name, value }: Pick<Chip, "name" | "value">): Partial<Filters> {
  if (!LISTS.has(name)) return { [name]: "" };
  return { [name]: filters[name].split(",").filter((one) => one !== value).join(",") };
}

function inWords(name: Narrowing, value: string, known: Known): string {
  const teams = known.me?.teams ?? [];
  switch (name) {
    case "q":
      return t("“{words}”", { words: value });
    case "kind":
      return kindWords()[value] ?? value;
    case "status":
      return statusWords()[value as Exclude<Status, "merged">] ?? value;
    case "priority":
      return priorityWords()[value as Priority] ?? value;
    case "visibility":
      return visibilityWords()[value as Visibility] ?? value;
    case "category":
      return known.categories?.flatMap((main) => [main, ...(main.children ?? [])]).find((one) => one.slug === value)?.name ?? value;
    case "area":
      return findArea(known.areas ?? [], value)?.name ?? value;
    case "organisation":
      return teams.find((team) => team.organisationSlug === value)?.organisation ?? value;
    case "team":
      return teams.find((team) => team.slug === value)?.name ?? value;
    case "assignee":
      if (value === "me") return t("With me");
      if (value === "none") return t("With nobody yet");
      return t("With {name}", { name: teams.flatMap((team) => team.people).find((one) => String(one.id) === value)?.name ?? value });
    case "createdAfter":
      return t("From {day}", { day: dayWords(value) });
    case "createdBefore":
      return t("Until {day}", { day: dayWords(value) });
    case "supporters":
      return tn("{n} supporter or more", "{n} supporters or more", Number(value) || 0);
    default:
      return switchWords(name, value !== "false");
  }
}

/** Filters that are on or off. */
export const SWITCHES = ["late", "unread", "hasPhoto", "parts", "duplicates"] as const;

export function switchWords(name: Narrowing, on: boolean): string {
  switch (name) {
    case "late":
      return on ? t("Late") : t("Not late");
    case "unread":
      return t("Unread");
    case "hasPhoto":
      return on ? t("With photo") : t("Without photo");
    case "parts":
      return on ? t("Part of another case") : t("Not a part");
    case "duplicates":
      return on ? t("Linked as duplicate") : t("Not a duplicate");
    default:
      return name;
  }
}

function dayWords(value: string): string {
  return Number.isNaN(Date.parse(value)) ? value : day(value.length === 10 ? `${value}T12:00:00Z` : value);
}

// --- areas --------------------------------------------------------------------------------------

export function findArea(nodes: readonly AreaNode[], code: string): AreaNode | null {
  for (const node of nodes) {
    const found = node.code === code ? node : findArea(node.children, code);
    if (found) return found;
  }
  return null;
}

/** Rows with a parent's code as a tree under `root`; rows whose parent is not among them stand on top. */
export function asTree(rows: readonly { code: string; name: string; level: string; parent: string | null }[]): AreaNode[] {
  const nodes = new Map(rows.map((row) => [row.code, { code: row.code, name: row.name, level: row.level, children: [] as AreaNode[] }]));
  const top: AreaNode[] = [];
  for (const row of rows) {
    const node = nodes.get(row.code);
    if (node) (nodes.get(row.parent ?? "")?.children ?? top).push(node);
  }
  const sort = (list: AreaNode[]): void => {
    list.sort((one, other) => one.name.localeCompare(other.name));
    for (const node of list) sort(node.children);
  };
  sort(top);
  return top;
}

/** The tree with only what matches, and the way to it; a match keeps everything below it. */
export function matching(nodes: readonly AreaNode[], sought: string): AreaNode[] {
  const wanted = plain(sought);
  if (!wanted) return [...nodes];
  return nodes.flatMap((node) => {
    if (plain(node.name).includes(wanted)) return [node];
    const children = matching(node.children, sought);
    return children.length ? [{ ...node, children }] : [];
  });
}

/** Without case and accents, for searching names. */
export function plain(words: string): string {
  return words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

// --- search results -----------------------------------------------------------------------------

/** A text in pieces: which of them begin with one of the words that were searched. */
export function marked(text: string, q: string): { text: string; hit: boolean }[] {
  const words = q.split(/\s+/).map((word) => word.replace(/[^\p{L}\p{N}-]/gu, "")).filter((word) => word.length > 1);
  if (!words.length || !text) return [{ text, hit: false }];
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${words.join("|")})`, "giu");
  const pieces: { text: string; hit: boolean }[] = [];
  let from = 0;
  for (const found of text.matchAll(pattern)) {
    if (found.index > from) pieces.push({ text: text.slice(from, found.index), hit: false });
    pieces.push({ text: found[0], hit: true });
    from = found.index + found[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), hit: false });
  return pieces;
}
