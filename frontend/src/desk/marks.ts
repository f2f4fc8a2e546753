/** Which rows this person has not looked at since they came in or changed; kept on this device. */
import { type Keep } from "./drafts";
import { CLOSED, type Row } from "./shapes";

const MOST = 600;

interface Stored {
  /** Older rows count as read: the moment of the first visit here, or of "mark all as read". */
  since: string;
  /** Reference to the version that was seen. */
  seen: [string, number][];
}

export class Marks {
  private since: string;
  private readonly seen: Map<string, number>;

  constructor(
    private readonly keep: Keep,
    private readonly person: number,
    now: Date = new Date(),
  ) {
    const stored = this.load();
    this.since = stored?.since ?? now.toISOString();
    this.seen = new Map(stored?.seen ?? []);
    if (!stored) this.save();
  }

  /** Open, and new since the last look; of your own cases also: changed since you saw them. */
  isUnread(row: Row, me: number): boolean {
    if (CLOSED.has(row.status)) return false;
    const version = this.seen.get(row.reference);
    const mine = row.assignee?.id === me;
    if (version !== undefined) return mine && version < row.version;
    return row.createdAt > this.since && (mine || row.status === "received" || row.status === "reopened");
  }

  see(row: Pick<Row, "reference" | "version">): boolean {
    if ((this.seen.get(row.reference) ?? 0) >= row.version) return false;
    this.seen.delete(row.reference);
    this.seen.set(row.reference, row.version);
    for (const [oldest] of this.seen) {
      if (this.seen.size <= MOST) break;
      this.seen.delete(oldest);
    }
    this.save();
    return true;
  }

  seeAll(rows: readonly Row[], now: Date = new Date()): void {
    this.since = now.toISOString();
    for (const row of rows) if (this.seen.has(row.reference)) this.seen.set(row.reference, row.version);
    this.save();
  }

  private load(): Stored | null {
    try {
      const stored = JSON.parse(this.keep.getItem(this.key) ?? "null") as Stored | null;
      return stored && typeof stored.since === "string" && Array.isArray(stored.seen) ? stored : null;
    } catch {
      return null;
    }
  }

  private save(): void {
    try {
      this.keep.setItem(this.key, JSON.stringify({ since: this.since, seen: [...this.seen] } satisfies Stored));
    } catch {
      // Without storage the marks last as long as the page.
    }
  }

  private get key(): string {
    return `desk.marks.${this.person}`;
  }
}
