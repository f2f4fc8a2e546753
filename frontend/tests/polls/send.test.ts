import { beforeEach, expect, test } from "vitest";
import type { Shelf, Waiting } from "../../src/polls/box";
import { after, backOff, canWait, dropOld, KEPT, sendAll, type Answer } from "../../src/polls/send";

let rows: Map<string, Waiting>;
let now = 1_000_000;

const shelf: Shelf = {
  list: async () => [...rows.values()],
  put: async (one) => void rows.set(one.key, one),
  remove: async (key) => void rows.delete(key),
};

function waiting(key: string, more: Partial<Waiting> = {}): Waiting {
  return { key, slug: "boom", title: "Boom", state: "waiting", createdAt: now, triedAt: now, language: "nl", body: { choices: { 1: 2 }, order: 0, declared: false, code: "ABC" }, entries: [["q1", "2"]], problem: null, receipt: "", tries: 0, notBefore: 0, ...more };
}

const answer = (status: number, body: unknown = { status }, retryAfter: number | null = null): Answer => ({ status, body, retryAfter });

beforeEach(() => {
  rows = new Map();
});

test("of a ballot that is in only the receipt stays on the device", async () => {
  rows.set("k", waiting("k"));
  expect(await sendAll(shelf, async () => answer(201, { receipt: "AAAAA-BBBBB" }), () => now)).toBeNull();
  const kept = rows.get("k")!;
  expect([kept.state, kept.receipt, kept.body, kept.entries]).toEqual(["sent", "AAAAA-BBBBB", null, []]);
});

test("without an answer it waits longer each time, under the same key", async () => {
  rows.set("k", waiting("k"));
  const keys: string[] = [];
  const post = async (one: Waiting): Promise<null> => (keys.push(one.key), null);
  const next = await sendAll(shelf, post, () => now);
  expect(next).toBe(now + backOff(0, null));
  await sendAll(shelf, post, () => now); // not due yet
  now += backOff(0, null);
  await sendAll(shelf, post, () => now);
  expect(keys).toEqual(["k", "k"]);
  expect(rows.get("k")!.tries).toBe(2);
});

test("only a ballot that stays its voter's, whoever signs in here, may wait", () => {
  expect(["device", "letter", "confirmed", "resident", ""].map(canWait)).toEqual([true, true, false, false, false]);
});

test("a refusal stays with its reason and what was chosen, without the letter's code, and does not stop the others", async () => {
  rows.set("a", waiting("a"));
  rows.set("b", waiting("b"));
  await sendAll(shelf, async ({ key }) => (key === "a" ? answer(400, { status: 400, type: "urn:problem-type:wijkplatform:invalid", errors: [{ code: "wrong", detail: "Wrong." }] }) : answer(201, { receipt: "R" })), () => now);
  expect(rows.get("a")).toMatchObject({ state: "refused", problem: { code: "invalid", detail: "Wrong." }, entries: [["q1", "2"]] });
  expect(rows.get("a")!.body).toEqual({ choices: { 1: 2 }, order: 0, declared: false });
  expect(rows.get("b")!.state).toBe("sent");
});

test("of a ballot that can never go in nothing stays but why", () => {
  const type = (code: string): string => `urn:problem-type:wijkplatform:${code}`;
  const refusals: [number, object][] = [
    [409, { type: type("already-voted") }],
    [409, { type: type("not-open") }],
    [404, { type: type("not-found") }],
    [401, { type: type("not-signed-in") }],
    [400, { type: type("invalid"), errors: [{ field: "code", code: "voided", detail: "Old." }] }],
  ];
  for (const [status, told] of refusals) expect(after(waiting("k"), answer(status, { status, ...told }), now)).toMatchObject({ state: "refused", body: null, entries: [] });
});

test("what waits or was refused goes seven days after its last try; a receipt stays", async () => {
  rows.set("waits", waiting("waits"));
  rows.set("refused", waiting("refused", { state: "refused" }));
  rows.set("tried", waiting("tried", { triedAt: now + 1, notBefore: now + 2 * KEPT }));
  rows.set("sent", waiting("sent", { state: "sent", body: null, receipt: "R" }));
  await dropOld(shelf, now + KEPT - 1);
  expect(rows.size).toBe(4);
  const posted: string[] = [];
  await sendAll(shelf, async ({ key }) => (posted.push(key), null), () => now + KEPT);
  expect([[...rows.keys()], posted]).toEqual([["tried", "sent"], []]);
  expect(after(waiting("k"), null, now + 5).triedAt).toBe(now + 5);
});

test("a page of a hotel's network, a busy server and too many tries are no refusal", () => {
  for (const [status, body] of [[403, "<html>"], [503, { status: 503 }], [429, { status: 429 }], [201, "<html>"]] as const) expect(after(waiting("k"), answer(status, body), now).state).toBe("waiting");
  expect(after(waiting("k"), answer(429, { status: 429 }, 600), now).notBefore).toBe(now + 600_000);
});

test("one that was taken back meanwhile does not come back", async () => {
  rows.set("k", waiting("k"));
  await sendAll(shelf, async () => (rows.delete("k"), answer(201, { receipt: "R" })), () => now);
  expect(rows.size).toBe(0);
});
