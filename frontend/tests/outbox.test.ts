import { beforeEach, describe, expect, test } from "vitest";
import type { MyReport } from "../src/device";
import { backOff, KEY_LIVES, LONGEST_FAILING, nextTry, sendAll, UPLOAD_LIVES, type Shelf } from "../src/outbox/send";
import type { Answer, News, QueuedReport, Transport } from "../src/outbox/shapes";

const BEGIN = 1_800_000_000_000;
let now = BEGIN;

function photo(id: string): QueuedReport["photos"][number] {
  return { id, name: `${id}.jpg`, type: "image/jpeg", size: 3, sha256: null, upload: null, uploadedAt: null };
}

function report(key: string, photos: string[] = [], more: Partial<QueuedReport> = {}): QueuedReport {
  return {
    key,
    createdAt: now,
    title: key,
    fields: { text: `about ${key}`, location: { type: "Point", coordinates: [4.3, 52.05] }, language: "nl" },
    photos: photos.map(photo),
    form: null,
    state: "waiting",
    problem: null,
    bodies: [],
    fixed: false,
    unsureSince: null,
    momentless: false,
    tries: 0,
    notBefore: 0,
    waitsFor: null,
    failingSince: null,
    ...more,
  };
}

class Memory implements Shelf {
  reports = new Map<string, QueuedReport>();
  mine: MyReport[] = [];

  constructor(...reports: QueuedReport[]) {
    for (const one of reports) this.reports.set(one.key, one);
  }
  list(): Promise<QueuedReport[]> {
    return Promise.resolve([...this.reports.values()].map((one) => structuredClone(one)));
  }
  bytes(id: string): Promise<ArrayBuffer | null> {
    return Promise.resolve(new TextEncoder().encode(id).buffer as ArrayBuffer);
  }
  change(key: string, act: (report: QueuedReport) => void): Promise<QueuedReport | null> {
    const found = this.reports.get(key);
    if (!found) return Promise.resolve(null);
    act(found);
    return Promise.resolve(structuredClone(found));
  }
  settle(key: string, mine: MyReport): Promise<void> {
    this.reports.delete(key);
    this.mine.push(mine);
    return Promise.resolve();
  }
  postpone(until: number, waitsFor: "network" | "server"): Promise<void> {
    for (const one of this.reports.values()) if (one.state === "waiting") Object.assign(one, { notBefore: until, waitsFor });
    return Promise.resolve();
  }
}

/** Keeps the server's promise: one report per key, a repeat gets the first answer, another body a 409. */
class Server implements Transport {
  made = new Map<string, string>();
  uploads = new Map<string, string>();
  posts: { key: string; body: string }[] = [];
  /** What happens to the next requests, in order; then all goes well. */
  weather: ("ok" | "nothing-arrives" | "offline" | "answer-lost" | Answer)[] = [];

  upload(bytes: ArrayBuffer): Promise<Answer | null> {
    const id = `up-${this.uploads.size + 1}`;
    return this.through(() => {
      this.uploads.set(id, new TextDecoder().decode(bytes));
      return { status: 201, body: { id }, retryAfter: null };
    });
  }
  post(body: string, key: string): Promise<Answer | null> {
    return this.through(() => {
      this.posts.push({ key, body });
      const earlier = this.made.get(key);
      if (earlier !== undefined && earlier !== body) return problem(409, "idempotency-key-reused");
      if (earlier === undefined) {
        const { photos } = JSON.parse(body) as { photos: string[] };
        if (!photos.every((id) => this.uploads.has(id))) return problem(400, "invalid", [{ field: "photos", code: "unknown-photo", detail: "gone" }]);
        this.made.set(key, body);
      }
      const reference = `M-${[...this.made.keys()].indexOf(key) + 1}`;
      return { status: 201, body: { reference, createdAt: "2026-11-22T03:00:00Z", category: { name: "Bank" }, tracking: { token: `token-${key}` } }, retryAfter: null };
    });
  }
  reachable(): Promise<boolean> {
    return Promise.resolve(this.weather[0] !== "offline");
  }
  private through(act: () => Answer): Promise<Answer | null> {
    const now = this.weather.shift() ?? "ok";
    if (now === "nothing-arrives" || now === "offline") return Promise.resolve(null);
    if (now === "answer-lost") {
      act();
      return Promise.resolve(null);
    }
    return Promise.resolve(now === "ok" ? act() : now);
  }
}

function problem(status: number, code: string, errors: { field: string; code: string; detail: string }[] = []): Answer {
  return { status, body: { type: `urn:problem-type:wijkplatform:${code}`, status, detail: "No.", errors }, retryAfter: null };
}

let server: Server;
const heard: News[] = [];
const run = (shelf: Memory): Promise<void> => sendAll({ shelf, transport: server, now: () => now, tell: (news) => heard.push(news), random: () => 0.5 });
/** Try, and try again when it is time, until nothing waits. */
async function persist(shelf: Memory): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) {
    await run(shelf);
    const next = nextTry([...shelf.reports.values()]);
    if (next === null) return;
    now = Math.max(now + 1, next);
  }
  throw new Error("it never ended");
}

beforeEach(() => {
  now = BEGIN;
  server = new Server();
  heard.length = 0;
});

describe("the outbox", () => {
  test("sends the photos, then the report that names them, and keeps the token", async () => {
    const shelf = new Memory(report("a", ["p1", "p2"]));
    await run(shelf);
    expect([...server.uploads.values()]).toEqual(["p1", "p2"]);
    expect(JSON.parse(server.made.get("a") ?? "{}")).toMatchObject({ text: "about a", photos: ["up-1", "up-2"] });
    expect(shelf.reports.size).toBe(0);
    expect(shelf.mine).toEqual([{ reference: "M-1", token: "token-a", subject: "Bank", createdAt: "2026-11-22T03:00:00Z" }]);
    expect(heard.at(-1)).toEqual({ kind: "sent", key: "a", reference: "M-1" });
  });

  test("makes one report of each, whatever happens to any request", async () => {
    const fates = ["ok", "nothing-arrives", "answer-lost", { status: 503, body: null, retryAfter: 1 }] as const;
    for (let seed = 0; seed < 256; seed += 1) {
      server = new Server();
      now = BEGIN;
      server.weather = [0, 2, 4, 6].flatMap((shift) => [fates[(seed >> shift) & 3] ?? "ok", fates[(seed >> ((shift + 2) % 8)) & 3] ?? "ok"]);
      const shelf = new Memory(report("a", ["p1"]), report("b", ["p2", "p3"]), report("c"));
      await persist(shelf);
      expect([...server.made.keys()].sort()).toEqual(["a", "b", "c"]);
      expect(shelf.mine.length).toBe(3);
      const photosOf = (key: string): (string | undefined)[] => (JSON.parse(server.made.get(key) ?? "{}") as { photos: string[] }).photos.map((id) => server.uploads.get(id));
      expect([photosOf("a"), photosOf("b"), photosOf("c")]).toEqual([["p1"], ["p2", "p3"], []]);
    }
  });

  test("repeats to the letter what was posted before", async () => {
    const shelf = new Memory(report("a", ["p1"]));
    server.weather = ["ok", "answer-lost", "answer-lost"];
    await persist(shelf);
    expect(server.posts.length).toBe(3);
    expect(new Set(server.posts.map(({ body }) => body)).size).toBe(1);
    expect(server.made.size).toBe(1);
  });

  test("sends photos again that the server threw away, under the same key", async () => {
    const shelf = new Memory(report("a", ["p1"]));
    server.weather = ["ok", "nothing-arrives"];
    await run(shelf);
    server.uploads.clear();
    server.uploads.set("of-somebody-else", "x");
    now += UPLOAD_LIVES * 2;
    await persist(shelf);
    expect([...server.made.keys()]).toEqual(["a"]);
    expect((JSON.parse(server.made.get("a") ?? "{}") as { photos: string[] }).photos).toEqual(["up-2"]);
  });

  test("finds the report that was made after all when the repeat had to be another one", async () => {
    const first = JSON.stringify({ photos: [] });
    const shelf = new Memory(report("a", [], { bodies: [first] }));
    server.made.set("a", first);
    await run(shelf);
    expect(shelf.mine.map(({ token }) => token)).toEqual(["token-a"]);
    expect(server.made.get("a")).toBe(first);
  });

  test("keeps what is refused and says why", async () => {
    const shelf = new Memory(report("a"), report("b"));
    server.weather = [problem(400, "invalid", [{ field: "location", code: "outside", detail: "That is in the sea." }])];
    await run(shelf);
    const kept = shelf.reports.get("a");
    expect(kept).toMatchObject({ state: "refused", unsureSince: null, problem: { errors: [{ field: "location", detail: "That is in the sea." }] } });
    expect([...server.made.keys()]).toEqual(["b"]);
    now += 3600_000;
    await run(shelf);
    expect(server.posts.filter(({ key }) => key === "a").length).toBe(0);
  });

  test("names the photo that was refused", async () => {
    const shelf = new Memory(report("a", ["p1", "p2"]));
    server.weather = ["ok", problem(400, "invalid", [{ field: "file", code: "not-a-photo", detail: "This is not a photo." }])];
    await run(shelf);
    expect(shelf.reports.get("a")?.problem?.errors).toEqual([
      { field: "photos", code: "refused", detail: "This is not a photo." },
      { field: "photos.1", code: "this-one", detail: "" },
    ]);
  });

  test("corrected, it goes under the key it had", async () => {
    const shelf = new Memory(report("a"));
    server.weather = [problem(400, "invalid", [{ field: "text", code: "too-long", detail: "Shorter." }])];
    await run(shelf);
    await shelf.change("a", (one) => {
      one.state = "waiting";
      one.fields.text = "short";
    });
    await run(shelf);
    expect(JSON.parse(server.made.get("a") ?? "{}")).toMatchObject({ text: "short" });
  });

  test("waits as long as the server asks, with everything", async () => {
    const shelf = new Memory(report("a"), report("b"));
    server.weather = [{ status: 429, body: null, retryAfter: 600 }];
    await run(shelf);
    expect([...shelf.reports.values()].map(({ notBefore, waitsFor }) => [notBefore - now, waitsFor])).toEqual([
      [600_000, "server"],
      [600_000, "server"],
    ]);
    expect(server.posts.length).toBe(0);
  });

  test("takes the page of a hotel's network for no answer", async () => {
    const shelf = new Memory(report("a"));
    server.weather = [
      { status: 200, body: null, retryAfter: null },
      { status: 404, body: null, retryAfter: null },
      { status: 201, body: { hello: "guest" }, retryAfter: null },
    ];
    await persist(shelf);
    expect(server.made.size).toBe(1);
    expect(shelf.mine.length).toBe(1);
  });

  test("says when it was seen, unless the device's clock is wrong", async () => {
    const shelf = new Memory(report("a"));
    now += 3600_000;
    server.weather = [problem(400, "invalid", [{ field: "observedAt", code: "future", detail: "Not yet." }])];
    await run(shelf);
    expect(JSON.parse(server.made.get("a") ?? "{}")).not.toHaveProperty("observedAt");
    const other = new Memory(report("b", [], { createdAt: now - 3600_000 }));
    await run(other);
    expect(JSON.parse(server.made.get("b") ?? "{}")).toMatchObject({ observedAt: new Date(now - 3600_000).toISOString() });
  });

  test("does not repeat by itself what the server can no longer tell apart", async () => {
    const shelf = new Memory(report("a", [], { unsureSince: now - KEY_LIVES - 1, bodies: ["{}"], fixed: true }));
    await run(shelf);
    expect(server.posts).toEqual([]);
    expect(shelf.reports.get("a")?.problem?.code).toBe("unsure");
  });

  test("what surely never left the device can still be changed", async () => {
    const shelf = new Memory(report("a"));
    server.weather = ["offline"];
    await run(shelf);
    expect(shelf.reports.get("a")).toMatchObject({ state: "waiting", unsureSince: null, waitsFor: "network" });
    expect(server.posts).toEqual([]);
    server.weather = ["nothing-arrives"];
    now += 3600_000;
    await run(shelf);
    expect(shelf.reports.get("a")?.unsureSince).toBe(now);
  });

  test("one that goes wrong on the device does not hold up the others", async () => {
    const shelf = new Memory(report("a", ["p1"]), report("b"));
    shelf.bytes = () => Promise.reject(new Error("disk"));
    await run(shelf);
    expect([...server.made.keys()]).toEqual(["b"]);
    expect(shelf.reports.get("a")).toMatchObject({ state: "waiting", tries: 1 });
    expect(nextTry([...shelf.reports.values()])).toBeGreaterThan(now);
  });

  test("one on which the server always fails lets the others go first, and is given back after a day", async () => {
    const shelf = new Memory(report("a"), report("b", [], { createdAt: now + 1 }));
    const failing = { status: 500, body: null, retryAfter: null };
    server.weather = [failing];
    await run(shelf);
    expect([...server.made.keys()]).toEqual(["b"]);
    expect(shelf.reports.get("a")).toMatchObject({ state: "waiting", failingSince: now, waitsFor: null });
    now += LONGEST_FAILING + 1;
    server.weather = [{ status: 413, body: null, retryAfter: null }];
    await run(shelf);
    expect(shelf.reports.get("a")).toMatchObject({ state: "refused", problem: { code: "stuck", status: 413 } });
  });

  test("without a line it is tried again within half a minute or so, however often it failed", async () => {
    const shelf = new Memory(report("a", [], { tries: 28 }));
    server.weather = ["nothing-arrives"];
    await run(shelf);
    expect((shelf.reports.get("a")?.notBefore ?? 0) - now).toBeLessThan(45_000);
  });

  test("one that was deleted meanwhile is not sent", async () => {
    const shelf = new Memory(report("a", ["p1"]));
    const bytes = shelf.bytes.bind(shelf);
    shelf.bytes = (id) => {
      shelf.reports.clear();
      return bytes(id);
    };
    await run(shelf);
    expect(server.posts).toEqual([]);
  });
});

test("waits double, at most five minutes, and never less than asked", () => {
  const half = (): number => 0.5;
  expect([0, 1, 2, 20].map((tries) => backOff(tries, null, half))).toEqual([2_000, 4_000, 8_000, 300_000]);
  expect(backOff(0, 30, half)).toBe(30_000);
});
