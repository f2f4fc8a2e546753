/** Walking a round with the network, the device's storage and the clock played. */
import { beforeEach, describe, expect, it } from "vitest";
import { type Api, Problem, type Sending, Unreachable } from "../../src/desk/api";
import { type Kept, keepable, type Owed, type Shelf } from "../../src/desk/round/kept";
import { distance, geoAddress, references } from "../../src/desk/round/places";
import { type Round, type Stop } from "../../src/desk/round/shapes";
import { Walk } from "../../src/desk/round/walk";
import { row } from "./world";

const NOON = Date.parse("2026-11-18T11:00:00.000Z");

function stop(reference: string, changes: Partial<Stop> = {}): Stop {
  return { reference, state: "open", at: null, case: row(reference), photos: [], ...changes };
}

function round(...stops: Stop[]): Round {
  return { id: 5, name: "", createdAt: "", finishedAt: null, total: stops.length, marked: 0, metres: 900, stops };
}

class PlayedShelf implements Shelf {
  kept = new Map<number, Kept>();
  deeds = new Map<string, Owed>();

  async rounds(owner: number): Promise<Kept[]> {
    return [...this.kept.values()].filter((one) => one.owner === owner);
  }
  async save(kept: Kept): Promise<void> {
    this.kept.set(kept.round.id, structuredClone(kept));
  }
  async drop(id: number): Promise<void> {
    this.kept.delete(id);
  }
  async owed(owner: number): Promise<Owed[]> {
    return [...this.deeds.values()].filter((one) => one.owner === owner);
  }
  async owe(deed: Owed): Promise<void> {
    this.deeds.set(deed.key, structuredClone(deed));
  }
  async settle(key: string): Promise<void> {
    this.deeds.delete(key);
  }
  async wipe(exceptOwner?: number): Promise<void> {
    for (const [id, { owner }] of this.kept) if (owner !== exceptOwner) this.kept.delete(id);
    for (const [key, { owner }] of this.deeds) if (owner !== exceptOwner) this.deeds.delete(key);
  }
}

class PlayedApi implements Api {
  online = true;
  server: Round = round(stop("M-1"), stop("M-2"), stop("M-3"));
  sent: Sending[] = [];
  /** The answer to the next deed gets lost on the way back. */
  losesAnswer = false;
  refuses: Problem | null = null;

  async get<T>(): Promise<T> {
    if (!this.online) throw new Unreachable();
    return structuredClone(this.server) as T;
  }

  async send<T>(sending: Sending): Promise<T | null> {
    if (!this.online) throw new Unreachable();
    if (this.refuses) throw this.refuses;
    const first = !this.sent.some((one) => one.key === sending.key);
    this.sent.push(sending);
    const reference = /stops\/(.+)$/.exec(sending.path)?.[1];
    if (first && reference) this.server = { ...this.server, stops: this.server.stops.map((one) => (one.reference === reference ? { ...one, ...(sending.body as object) } : one)) };
    if (this.losesAnswer) {
      this.losesAnswer = false;
      throw new Unreachable();
    }
    return structuredClone(this.server) as T;
  }
}

let api: PlayedApi;
let shelf: PlayedShelf;
let keys: number;
let photos: string[];

function device(owner = 1, now = NOON): Walk {
  return new Walk({ api, shelf, owner, now: () => now, newKey: () => `key-${(keys += 1)}`, keepPhotos: async (all) => void (photos = [...all]) });
}

beforeEach(() => {
  api = new PlayedApi();
  shelf = new PlayedShelf();
  keys = 0;
  photos = [];
});

describe("without a network", () => {
  it("shows the round as it was, and says when that was", async () => {
    await device().begin(5);
    api.online = false;
    const later = device(1, NOON + 3_600_000);
    await later.begin(5);
    expect([later.where, later.offline, later.toldAt]).toEqual(["round", true, NOON]);
    expect(later.round?.stops.map((one) => one.reference)).toEqual(["M-1", "M-2", "M-3"]);
  });

  it("keeps what was ticked off through a restart and sends it once, in order", async () => {
    const walk = device();
    await walk.begin(5);
    api.online = false;
    await walk.mark("M-1", "done");
    await walk.note("M-2", "Kapot");
    await walk.mark("M-2", "skipped");
    expect(walk.next?.reference).toBe("M-3");
    const again = device();
    await again.begin(5);
    expect([again.waiting.length, again.next?.reference]).toEqual([3, "M-3"]);
    api.online = true;
    await again.refresh();
    expect(again.waiting).toEqual([]);
    expect(api.sent.map((one) => one.path)).toEqual(["rounds/5/stops/M-1", "cases/M-2/notes", "rounds/5/stops/M-2"]);
    await again.refresh();
    expect(api.sent.length).toBe(3);
  });

  it("sends a deed whose answer got lost again under the same key", async () => {
    const walk = device();
    await walk.begin(5);
    api.losesAnswer = true;
    await walk.mark("M-1", "done");
    expect(walk.waiting.length).toBe(1);
    await walk.refresh();
    expect(walk.waiting).toEqual([]);
    expect(new Set(api.sent.map((one) => one.key)).size).toBe(1);
  });

  it("shows a round it never had as missing", async () => {
    api.online = false;
    const walk = device();
    await walk.begin(5);
    expect([walk.where, walk.offline]).toEqual(["missing", true]);
  });
});

describe("what the server says", () => {
  it("keeps a refused deed with the reason until it was read, and goes on with the next", async () => {
    const walk = device();
    await walk.begin(5);
    api.refuses = new Problem(409, "conflict", "This case is closed.");
    await walk.step("M-1", "start", "");
    api.refuses = null;
    await walk.mark("M-1", "done");
    expect(walk.refused.map((one) => one.refused)).toEqual(["This case is closed."]);
    expect(walk.waiting).toEqual([]);
    await walk.dismiss(walk.refused[0]?.key ?? "");
    expect([walk.refused, shelf.deeds.size]).toEqual([[], 0]);
  });

  it("keeps everything when the session has ended", async () => {
    const walk = device();
    await walk.begin(5);
    api.refuses = new Problem(401, "signed-out", "Sign in.");
    await walk.mark("M-1", "done");
    expect([walk.signedOut, walk.waiting.length]).toEqual([true, 1]);
    api.refuses = null;
    await walk.refresh();
    expect([walk.signedOut, walk.waiting.length]).toEqual([false, 0]);
  });

  it("throws a finished round off the device", async () => {
    await device().begin(5);
    expect(shelf.kept.size).toBe(1);
    api.server = { ...api.server, finishedAt: "2026-11-18T12:00:00Z" };
    await device().begin(5);
    expect(shelf.kept.size).toBe(0);
  });
});

describe("whose and what", () => {
  it("never keeps anything of a confidential case, photos included", async () => {
    const photo = { id: "p", width: 1, height: 1, fromResident: true, fromSupporter: false, thumbnailUrl: "/photos/p/thumb", url: "", duplicate: null, forResident: true, stage: "" as const, by: null };
    const secret = stop("M-9", { case: row("M-9", { visibility: "confidential", address: "Molenweg 3" }), photos: [photo] });
    api.server = round(stop("M-1"), secret);
    const walk = device();
    await walk.begin(5);
    expect(walk.round?.stops[1]?.case?.address).toBe("Molenweg 3");
    const kept = JSON.stringify([...shelf.kept.values()]);
    expect(kept).not.toContain("M-9");
    expect(kept).not.toContain("Molenweg");
    expect(photos).toEqual([]);
    expect(keepable(api.server).stops[1]).toEqual({ reference: "", state: "open", at: null, case: null, photos: [], withheld: true });
  });

  it("leaves nothing of who used the device before", async () => {
    await device(1).begin(5);
    api.online = false;
    const other = device(2);
    await other.begin(5);
    expect([other.where, shelf.kept.size]).toEqual(["missing", 0]);
  });
});

describe("places", () => {
  it("says distances in round numbers", () => {
    expect(distance(20)).toBe("about 50 m");
    expect(distance(730)).toBe("about 750 m");
    expect(distance(1340)).toMatch(/^about 1[.,]3 km$/);
  });

  it("opens the phone's map with the address as label", () => {
    const place = { reference: "M-1", address: "Molenweg 3 & 5", location: { type: "Point" as const, coordinates: [4.3, 52.05] as [number, number] } };
    expect(geoAddress(place)).toBe("geo:52.050000,4.300000?q=52.050000,4.300000(Molenweg%203%20%26%205)");
    expect(geoAddress({ ...place, location: null })).toBeNull();
  });

  it("reads references from an address, each once and nothing else", () => {
    expect(references("M-7K3Q9A,M-7K3Q9A,<b>,I-000000")).toEqual(["M-7K3Q9A", "I-000000"]);
    expect(references(null)).toEqual([]);
  });
});
