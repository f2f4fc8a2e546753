/** A desk whose network, clock, channel and storage are played. */
import { NO_FILTERS } from "../../src/desk/address";
import { type Api, Problem, type Sending } from "../../src/desk/api";
import { Desk } from "../../src/desk/desk";
import { type Keep } from "../../src/desk/drafts";
import { type BulkAnswer } from "../../src/desk/inbox/bulk";
import { type SoundSettings } from "../../src/desk/inbox/quiet";
import { type SavedView } from "../../src/desk/inbox/saved-views";
import { type Case, type HistoryLine, type Me, type Row } from "../../src/desk/shapes";

export const NOW = new Date("2026-11-18T11:00:00.000Z");
export const ME = { id: 1, name: "Bram", role: "Wijkbeheerder", photoUrl: null };
export const LOTTE = { id: 2, name: "Lotte", role: "Teamleider", photoUrl: null };
const TEAM = { id: 7, slug: "reiniging", name: "Reiniging", organisation: "Gemeente" };

export function row(reference: string, changes: Partial<Row> = {}): Row {
  return {
    reference,
    kind: "report",
    status: "received",
    statusLabel: "Received",
    visibility: "public",
    priority: "normal",
    subject: `About ${reference}`,
    address: "",
    location: null,
    area: { code: "WK1", name: "Westerwijk", level: "wijk" },
    category: { slug: "grofvuil", name: "Grofvuil" },
    team: TEAM,
    assignee: null,
    language: "nl",
    photoCount: 0,
    late: false,
    firstResponseBy: null,
    respondedAt: null,
    resolveBy: null,
    createdAt: "2026-11-18T10:00:00.000Z",
    updatedAt: "2026-11-18T10:00:00.000Z",
    version: 1,
    unread: false,
    dueAt: null,
    supporters: 0,
    parent: null,
    duplicateOf: null,
    ...changes,
  };
}

export function line(version: number, text: string, by = "Lotte"): HistoryLine {
  return { type: "case.assigned", version, at: NOW.toISOString(), by, text, from: null, to: null };
}

export function whole(reference: string, changes: Partial<Case> = {}): Case {
  return {
    ...row(reference),
    text: "Er staat een bank",
    answers: [],
    reachableBy: { email: true, phone: false, sms: false },
    photos: [],
    messages: [],
    notes: [],
    history: [line(1, "Report received")],
    moves: [
      { move: "start", to: "in-progress", needsMessage: false },
      { move: "resolve", to: "resolved", needsMessage: true },
    ],
    why: [],
    closedAt: null,
    feedback: null,
    proposed: false,
    deeds: ["see", "note", "handle", "change", "assign", "forward", "merge"],
    instruction: "",
    whole: null,
    main: null,
    parts: [],
    duplicates: [],
    offer: null,
    forwardings: [],
    ...changes,
  };
}

export class Shelf implements Keep {
  readonly held = new Map<string, string>();
  full = false;
  getItem(key: string): string | null {
    return this.held.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (this.full) throw new Error("QuotaExceededError");
    this.held.set(key, value);
  }
  removeItem(key: string): void {
    this.held.delete(key);
  }
}

const me: Me = {
  me: ME,
  myTeams: [TEAM.id],
  teams: [{ ...TEAM, people: [ME, LOTTE] }],
  closedDays: [],
  gemeente: { code: "GM1", name: "Waterstad", bbox: [5, 52, 5.1, 52.1] },
};

/** The server: rows it would give, and the next answers to what is sent. */
export class Server implements Api {
  rows: Row[] = [];
  /** Rows that this list's filter leaves out, though this person may see them. */
  elsewhere: Row[] = [];
  cases = new Map<string, Case>();
  asked: string[] = [];
  sent: Sending[] = [];
  answers: (Case | null | Error)[] = [];
  down: Error | null = null;
  sound: SoundSettings = { sound: false, quietFrom: null, quietUntil: null };
  views: SavedView[] = [];
  bulk: BulkAnswer[] = [];
  /** Whether a list holds anything at all. */
  found: (path: string) => boolean = () => true;

  async get<T>(path: string): Promise<T> {
    this.asked.push(path);
    if (this.down) throw this.down;
    if (path === "desk") return me as T;
    if (path === "cases/_count") return { new: 1, mine: 0, team: 1, waiting: 0, late: 0, handovers: 0, mentions: 0, unread: 1 } as T;
    if (path === "desk/settings") return this.sound as T;
    if (path === "saved-views") return { results: this.views } as T;
    if (path.startsWith("cases?")) {
      if (!this.found(path)) return { results: [], next: null } as T;
      const given = new URLSearchParams(path.slice("cases?".length));
      const wanted = given.get("reference")?.split(",");
      const all = given.has("view") ? this.rows : [...this.rows, ...this.elsewhere];
      return { results: wanted ? all.filter((one) => wanted.includes(one.reference)) : all, next: null } as T;
    }
    const found = this.cases.get(path.replace("cases/", ""));
    if (!found) throw new Problem(404, "not-found", "Not found");
    return found as T;
  }

  async send<T>(sending: Sending): Promise<T | null> {
    this.sent.push(sending);
    const answer = this.answers.shift();
    if (answer instanceof Error) throw answer;
    if (sending.path.startsWith("cases/_bulk")) return (this.bulk.shift() ?? null) as T | null;
    return (answer ?? null) as T | null;
  }
}

export class Stage {
  readonly server = new Server();
  readonly session = new Shelf();
  readonly local = new Shelf();
  readonly frames: Record<string, unknown>[] = [];
  reading = false;
  chimes = 0;
  private timers: { at: number; run: () => void; id: number }[] = [];
  private time = 0;
  private next = 1;
  readonly desk = new Desk({
    api: this.server,
    tell: (frame) => void this.frames.push(frame),
    session: this.session,
    local: this.local,
    now: () => NOW,
    after: (milliseconds, run) => {
      this.timers.push({ at: this.time + milliseconds, run, id: this.next });
      return this.next++;
    },
    cancel: (timer) => void (this.timers = this.timers.filter((one) => one.id !== timer)),
    newKey: () => `key-${this.next++}`,
    isReading: () => this.reading,
    showAddress: () => undefined,
    chime: () => void (this.chimes += 1),
  });

  async start(reference: string | null = null): Promise<Desk> {
    await this.desk.start({ reference, filters: NO_FILTERS });
    return this.desk;
  }

  /** Let time pass: what was due runs, with what follows from it. */
  async pass(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    const due = this.timers.filter((one) => one.at <= this.time);
    this.timers = this.timers.filter((one) => one.at > this.time);
    for (const { run } of due) run();
    await settle();
  }

  /** An event on the live channel, and the moment in which it is gathered with others. */
  async hear(...events: [reference: string, version: number][]): Promise<void> {
    for (const [reference, version] of events) {
      this.desk.hears.event("team:7", { type: "case.updated", subject: `case/${reference}`, version, at: NOW.toISOString() }, version);
    }
    await this.pass(200);
  }
}

export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
