/**
 * Sending what waits, exactly once, however often it is tried, broken off or done by two at a time.
 *
 * The server makes at most one report per key and answers a repeat with the first answer. So a report keeps its one
 * key for good, and what was posted under it is written down before it is posted and repeated to the letter. It goes
 * from the device in the same transaction that notes the server's 201.
 */
import type { MyReport } from "../device";
import type { Answer, News, Problem, QueuedReport, Transport } from "./shapes";

/** Where it is kept; a test plays it. Changes are single transactions. */
export interface Shelf {
  list(): Promise<QueuedReport[]>;
  bytes(photo: string): Promise<ArrayBuffer | null>;
  /** Reads, changes and writes back; null when it is gone. */
  change(key: string, act: (report: QueuedReport) => void): Promise<QueuedReport | null>;
  /** It is in: away with it and its photos, into the list of one's own reports with it. */
  settle(key: string, mine: MyReport): Promise<void>;
  /** Nothing is tried before `until`. */
  postpone(until: number, waitsFor: "network" | "server"): Promise<void>;
}

export interface Tools {
  shelf: Shelf;
  transport: Transport;
  now: () => number;
  tell: (news: News) => void;
  random: () => number;
}

/** The server forgets an unclaimed upload after 24 hours. */
export const UPLOAD_LIVES = 23 * 3600_000;
/** The server knows a key for seven days; after that a repeat could make a second report. */
export const KEY_LIVES = 6 * 24 * 3600_000;
/** From this on it matters that it was seen earlier than it was sent. */
const SEEN_EARLIER = 15 * 60_000;
const SHORTEST_WAIT = 2_000;
const LONGEST_WAIT = 5 * 60_000;
/** A line comes back without telling anybody, as when the bus leaves the tunnel. */
const LONGEST_WITHOUT_LINE = 30_000;
/** Of failing on one report; then somebody has to look at it. */
export const LONGEST_FAILING = 24 * 3600_000;

/** "later": nothing gets through now. "stuck": only this one does not. */
type Outcome = "sent" | "refused" | "later" | "stuck";

/** Milliseconds until the next try: doubling, spread, and never sooner than the server asks. */
export function backOff(tries: number, retryAfter: number | null, random: () => number, longest = LONGEST_WAIT): number {
  const doubling = Math.min(longest, SHORTEST_WAIT * 2 ** Math.min(tries, 20));
  const spread = doubling * (0.75 + random() / 2);
  return Math.round(Math.max(spread, (retryAfter ?? 0) * 1000));
}

export function isDue(report: QueuedReport, now: number): boolean {
  return report.state === "waiting" && report.notBefore <= now;
}

/** The moment of the next try by itself; null when nothing waits. */
export function nextTry(reports: readonly QueuedReport[]): number | null {
  const moments = reports.filter(({ state }) => state === "waiting").map(({ notBefore }) => notBefore);
  return moments.length ? Math.min(...moments) : null;
}

/** Sends everything that is due, oldest first. Whoever calls this holds the lock. */
export async function sendAll(tools: Tools): Promise<void> {
  const done = new Set<string>();
  for (;;) {
    // Read anew each time: one may have been added or deleted meanwhile.
    const due = (await tools.shelf.list()).sort((one, other) => one.createdAt - other.createdAt);
    const report = due.find((one) => !done.has(one.key) && isDue(one, tools.now()));
    if (!report) return;
    done.add(report.key);
    try {
      if ((await deliver(report, tools)) === "later") return; // What stops one stops them all.
    } catch (error) {
      // Something is wrong with this one, or with the device: the others must not wait for it.
      const put = await tools.shelf
        .change(report.key, (one) => {
          one.notBefore = tools.now() + backOff((one.tries += 1), null, tools.random);
        })
        .catch(() => null);
      if (!put) throw error;
    }
  }
}

async function deliver(queued: QueuedReport, tools: Tools): Promise<Outcome> {
  let report: QueuedReport | null = queued;
  // A body that names what the server no longer accepts is made anew, once for each such reason.
  for (let round = 0; report && round < 3; round += 1) {
    if (!(await tools.transport.reachable())) return later(report, null, tools);
    if (report.unsureSince !== null && tools.now() - report.unsureSince > KEY_LIVES) return refuse(report, UNSURE, tools);
    if (!report.fixed) {
      const uploaded: QueuedReport | Outcome = await uploadPhotos(report, tools);
      if (typeof uploaded === "string") return uploaded;
      report = await fixBody(uploaded, tools);
      if (!report) return "refused";
    }
    const outcome: Outcome | "again" = await post(report, tools);
    if (outcome !== "again") return outcome;
    report = (await tools.shelf.list()).find(({ key }) => key === queued.key) ?? null;
  }
  return report ? later(report, null, tools) : "refused";
}

/** Each photo that the server does not have; its id is written down before the next one goes. */
async function uploadPhotos(queued: QueuedReport, tools: Tools): Promise<QueuedReport | Outcome> {
  let report = queued;
  for (const [place, photo] of queued.photos.entries()) {
    if (photo.upload !== null && tools.now() - (photo.uploadedAt ?? 0) < UPLOAD_LIVES) continue;
    const bytes = await tools.shelf.bytes(photo.id);
    if (!bytes) return refuse(report, photoProblem(place, "lost", ""), tools);
    const tell = (part: number): void => tools.tell({ kind: "sending", key: report.key, photo: place + 1, photos: report.photos.length, part });
    tell(0);
    const answer = await tools.transport.upload(bytes, photo, report.fields.language, tell);
    const id = (answer?.body as { id?: unknown } | null)?.id;
    if (answer?.status !== 201 || typeof id !== "string") {
      const problem = refusal(answer);
      if (problem) return refuse(report, { ...problem, errors: [{ field: "photos", code: "refused", detail: problem.errors[0]?.detail ?? problem.detail }, ...photoNumber(place)] }, tools);
      return later(report, answer, tools);
    }
    const changed = await tools.shelf.change(report.key, (one) => {
      const mine = one.photos.find((other) => other.id === photo.id);
      if (mine) [mine.upload, mine.uploadedAt] = [id, tools.now()];
    });
    if (!changed) return "refused"; // Deleted meanwhile.
    report = changed;
  }
  return report;
}

/** What will be posted, written down first. Whoever was earlier has said it. */
async function fixBody(report: QueuedReport, tools: Tools): Promise<QueuedReport | null> {
  return tools.shelf.change(report.key, (one) => {
    if (one.fixed) return;
    one.bodies.push(bodyOf(one, tools.now()));
    one.fixed = true;
  });
}

export function bodyOf(report: QueuedReport, now: number): string {
  const waited = now - report.createdAt > SEEN_EARLIER && !report.momentless;
  return JSON.stringify({
    ...report.fields,
    photos: report.photos.map(({ upload }) => upload),
    ...(waited ? { observedAt: new Date(report.createdAt).toISOString() } : {}),
  });
}

async function post(queued: QueuedReport, tools: Tools): Promise<Outcome | "again"> {
  const { key } = queued;
  // From here on the server may have it without our knowing, until it says otherwise.
  const report = await tools.shelf.change(key, (one) => (one.unsureSince ??= tools.now()));
  const body = report?.bodies.at(-1);
  if (!report || body === undefined) return "refused";
  tools.tell({ kind: "sending", key, photo: report.photos.length, photos: report.photos.length, part: 1 });
  const answer = await tools.transport.post(body, key, report.fields.language);
  const mine = received(answer);
  if (mine) return settle(key, mine, tools);
  const problem = refusal(answer);
  if (!problem) return later(report, answer, tools);
  if (problem.code === "idempotency-key-reused") return earlier(report, problem, tools);
  if (problem.status !== 400) return refuse(report, problem, tools);
  // A 400 is said inside the key's own transaction: nothing was made of it, and the key is free again.
  const curable = problem.errors.length > 0 && problem.errors.every(isCurable);
  await tools.shelf.change(key, (one) => {
    one.unsureSince = null;
    one.fixed = false;
    if (!curable) return;
    for (const { field } of problem.errors) {
      if (field === "observedAt") one.momentless = true;
      else for (const photo of one.photos) [photo.upload, photo.uploadedAt] = [null, null];
    }
  });
  return curable ? "again" : refuse(report, problem, tools);
}

/** What we can mend ourselves: uploads that the server has thrown away, and a clock that runs ahead. */
function isCurable({ field, code }: { field: string; code: string }): boolean {
  return code === "unknown-photo" || field === "observedAt";
}

/** Something else was made under this key: what we posted before we made it anew. Its answer is the one we missed. */
async function earlier(report: QueuedReport, problem: Problem, tools: Tools): Promise<Outcome> {
  for (const body of report.bodies.slice(0, -1).reverse()) {
    const answer = await tools.transport.post(body, report.key, report.fields.language);
    const mine = received(answer);
    if (mine) return settle(report.key, mine, tools);
    if (!refusal(answer)) return later(report, answer, tools);
  }
  return refuse(report, problem, tools);
}

async function settle(key: string, mine: MyReport, tools: Tools): Promise<Outcome> {
  await tools.shelf.settle(key, mine);
  tools.tell({ kind: "sent", key, reference: mine.reference });
  return "sent";
}

async function refuse(report: QueuedReport, problem: Problem, tools: Tools): Promise<Outcome> {
  await tools.shelf.change(report.key, (one) => {
    one.state = "refused";
    one.problem = problem;
    one.notBefore = 0;
    one.waitsFor = one.failingSince = null;
  });
  tools.tell({ kind: "refused", key: report.key });
  return "refused";
}

async function later(report: QueuedReport, answer: Answer | null, tools: Tools): Promise<Outcome> {
  if (answer && isAboutThisOne(answer)) return stuck(report, answer, tools);
  await tools.shelf.change(report.key, (one) => (one.tries += 1));
  const wait = backOff(report.tries, answer?.retryAfter ?? null, tools.random, answer ? LONGEST_WAIT : LONGEST_WITHOUT_LINE);
  await tools.shelf.postpone(tools.now() + wait, answer ? "server" : "network");
  tools.tell({ kind: "later", key: report.key });
  return "later";
}

/** Not our server's word, but no server that is away or too busy either: something fails on what this report holds. */
function isAboutThisOne({ status }: Answer): boolean {
  return status === 500 || (status >= 400 && status < 500 && ![401, 407, 408, 425, 429].includes(status));
}

/** It waits by itself; those behind it go on. */
async function stuck(report: QueuedReport, answer: Answer, tools: Tools): Promise<Outcome> {
  const since = report.failingSince ?? tools.now();
  if (tools.now() - since > LONGEST_FAILING) return refuse(report, { ...STUCK, status: answer.status }, tools);
  await tools.shelf.change(report.key, (one) => {
    one.failingSince = since;
    one.tries += 1;
    one.notBefore = tools.now() + backOff(one.tries, answer.retryAfter, tools.random);
    one.waitsFor = null;
  });
  tools.tell({ kind: "later", key: report.key });
  return "stuck";
}

/** The receipt of a 201 that is ours; a page of a hotel's network is not. */
function received(answer: Answer | null): MyReport | null {
  if (answer?.status !== 201) return null;
  const told = answer.body as { reference?: unknown; createdAt?: unknown; category?: { name?: unknown } | null; tracking?: { token?: unknown } } | null;
  const { reference, createdAt, category, tracking } = told ?? {};
  if (typeof reference !== "string" || typeof tracking?.token !== "string") return null;
  return {
    reference,
    token: tracking.token,
    subject: typeof category?.name === "string" ? category.name : "",
    createdAt: typeof createdAt === "string" ? createdAt : "",
  };
}

/** A refusal for good, as our server words it; null for everything that may go well another time. */
function refusal(answer: Answer | null): Problem | null {
  if (!answer || answer.status < 400 || answer.status >= 500 || [401, 407, 408, 425, 429].includes(answer.status)) return null;
  const told = answer.body as { status?: unknown; code?: unknown; type?: unknown; detail?: unknown; title?: unknown; errors?: unknown } | null;
  if (told?.status !== answer.status) return null; // Not our server speaking.
  const errors = Array.isArray(told.errors) ? (told.errors as Record<string, unknown>[]) : [];
  const code = typeof told.code === "string" ? told.code : typeof told.type === "string" ? (told.type.split(/[/:#]/).at(-1) ?? "") : "";
  return {
    status: answer.status,
    code,
    detail: String(told.detail ?? told.title ?? ""),
    errors: errors.map((one) => ({ field: String(one["field"] ?? ""), code: String(one["code"] ?? ""), detail: String(one["detail"] ?? "") })),
  };
}

const UNSURE: Problem = { status: 0, code: "unsure", detail: "", errors: [] };
const STUCK: Problem = { status: 0, code: "stuck", detail: "", errors: [] };

function photoProblem(place: number, code: string, detail: string): Problem {
  return { status: 0, code, detail, errors: [{ field: "photos", code, detail }, ...photoNumber(place)] };
}

function photoNumber(place: number): Problem["errors"] {
  return [{ field: `photos.${place}`, code: "this-one", detail: "" }];
}
