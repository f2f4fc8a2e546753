/** The list that is shown: its rows in order, those held back while someone reads, and those leaving. */
import { type Ordering } from "./address";
import { type Page, type Row } from "./shapes";

/** What a row and a case say alike. */
const SHARED = [
  ...(["status", "statusLabel", "visibility", "priority", "subject", "address", "area", "category", "team", "assignee"] as const),
  ...(["photoCount", "late", "firstResponseBy", "respondedAt", "resolveBy", "updatedAt", "version"] as const),
];

export class Inbox {
  rows: Row[] = [];
  /** Came in while someone was reading: behind the "new cases" button. */
  held: Row[] = [];
  /** The address of the next page; null when all is here. */
  next: string | null = null;
  /** Came in just now: these are drawn sliding in. */
  readonly arrived = new Set<string>();
  /** No longer in this list, with the reason in words; drawn for a moment. */
  readonly leaving = new Map<string, string>();

  constructor(readonly ordering: Ordering = "-createdAt") {}

  replace(page: Page): void {
    this.rows = page.results;
    this.held = [];
    this.next = page.next;
    this.arrived.clear();
    this.leaving.clear();
  }

  append(page: Page): void {
    const known = new Set(this.rows.map((row) => row.reference));
    this.rows = [...this.rows, ...page.results.filter((row) => !known.has(row.reference))];
    this.held = this.held.filter((row) => !page.results.some((one) => one.reference === row.reference));
    this.next = page.next;
  }

  has(reference: string): boolean {
    return [...this.rows, ...this.held].some((row) => row.reference === reference);
  }

  /**
   * Rows as they are now. Known ones change in place; new ones enter where they belong, or wait
   * when someone is reading. An answer that is older than what is shown changes nothing.
   */
  merge(found: readonly Row[], reading: boolean): { entered: Row[]; held: Row[] } {
    const entered: Row[] = [];
    const held: Row[] = [];
    for (const row of found) {
      const shown = this.rows.findIndex((one) => one.reference === row.reference);
      const waiting = this.held.findIndex((one) => one.reference === row.reference);
      if (shown >= 0) {
        this.leaving.delete(row.reference);
        if ((this.rows[shown] as Row).version <= row.version) this.rows = this.rows.map((one, place) => (place === shown ? row : one));
      } else if (waiting >= 0) {
        if ((this.held[waiting] as Row).version <= row.version) this.held = this.held.map((one, place) => (place === waiting ? row : one));
      } else if (this.isInReach(row)) {
        if (reading) {
          this.held = this.sorted([...this.held, row]);
          held.push(row);
        } else {
          this.enter([row]);
          entered.push(row);
        }
      }
    }
    return { entered, held };
  }

  /** A case as it was just opened: what its row shows of it. A case says more than a row, and some of it differently. */
  refresh(found: Omit<Row, "parts">): void {
    const shown = this.rows.find((row) => row.reference === found.reference);
    if (!shown || shown.version > found.version) return;
    const fresh = Object.fromEntries(SHARED.map((name) => [name, found[name]])) as Pick<Row, (typeof SHARED)[number]>;
    this.rows = this.rows.map((row) => (row === shown ? { ...row, ...fresh } : row));
    this.leaving.delete(found.reference);
  }

  /** Read or unread, as far as it is in this list. */
  mark(references: ReadonlySet<string>, unread: boolean): void {
    this.rows = this.rows.map((row) => (references.has(row.reference) && row.unread !== unread ? { ...row, unread } : row));
  }

  /** Show what was held back. */
  letIn(): Row[] {
    const rows = this.held;
    this.held = [];
    this.enter(rows);
    return rows;
  }

  /** Mark a shown row as leaving; true when there was one. */
  leave(reference: string, why: string): boolean {
    this.held = this.held.filter((row) => row.reference !== reference);
    if (!this.rows.some((row) => row.reference === reference)) return false;
    this.leaving.set(reference, why);
    return true;
  }

  /** Take a row away that was leaving. */
  remove(reference: string): void {
    if (!this.leaving.delete(reference)) return;
    this.rows = this.rows.filter((row) => row.reference !== reference);
    this.arrived.delete(reference);
  }

  /** The reference `steps` further from this one, skipping what is leaving; null at the end. */
  beside(reference: string | null, steps: number): string | null {
    const rows = this.rows.filter((row) => !this.leaving.has(row.reference) || row.reference === reference);
    if (reference === null) return rows[0]?.reference ?? null;
    const place = rows.findIndex((row) => row.reference === reference);
    return (place < 0 ? rows[0] : rows[place + steps])?.reference ?? null;
  }

  private enter(rows: readonly Row[]): void {
    this.rows = this.sorted([...this.rows, ...rows]);
    for (const row of rows) this.arrived.add(row.reference);
  }

  /** A row that belongs after the last one loaded comes with its own page. */
  private isInReach(row: Row): boolean {
    const last = this.rows.at(-1);
    return this.next === null || last === undefined || this.compare(row, last) < 0;
  }

  private sorted(rows: Row[]): Row[] {
    return [...rows].sort((one, other) => this.compare(one, other));
  }

  private compare(one: Row, other: Row): number {
    const by = this.ordering.replace("-", "") as "createdAt" | "dueAt" | "updatedAt";
    // What has no date at all comes last; two of the same moment stay as they are.
    const [first, second] = [one[by] ?? "9999", other[by] ?? "9999"];
    const order = first < second ? -1 : first > second ? 1 : 0;
    return this.ordering.startsWith("-") ? -order : order;
  }
}
