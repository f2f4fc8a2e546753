import { expect, test } from "vitest";
import { Unreachable } from "../../src/desk/api";
import { type BulkAnswer, changeWords, portionKey } from "../../src/desk/inbox/bulk";
import { Selection } from "../../src/desk/inbox/selection";
import { PORTION, Windowed } from "../../src/desk/inbox/windowed";
import { LOTTE, row, settle, Stage } from "./world";

const order = ["M-1", "M-2", "M-3", "M-4", "M-5"];
const wish = { deed: "priority" as const, values: { priority: "high" }, words: "High priority" };

function answer(references: string[], changes: Partial<BulkAnswer> = {}): BulkAnswer {
  const results = references.map((reference) => ({ reference, ok: true, change: null, error: null, version: 2 }));
  return { id: "bulk-1", undoable: true, results, done: results.length, refused: 0, ...changes };
}

test("a range goes from the row chosen last, up or down, and adds to what was chosen", () => {
  const selection = new Selection();
  selection.toggle("M-4");
  selection.extend("M-2", order);
  expect(selection.references.sort()).toEqual(["M-2", "M-3", "M-4"]);
  selection.extend("M-1", order);
  expect(selection.size).toBe(4);
  selection.toggle("M-3");
  expect(selection.has("M-3")).toBe(false);
  selection.keep(new Set(["M-1", "M-5"]));
  expect(selection.references).toEqual(["M-1"]);
});

test("a deed on many is shown first, done once, and can be taken back", async () => {
  const stage = new Stage();
  stage.server.rows = [row("M-1"), row("M-2")];
  const { bulk, selection } = await stage.start();
  selection.all(["M-1", "M-2"]);
  const refused = { ...answer(["M-1"]), results: [...answer(["M-1"]).results, { reference: "M-2", ok: false, change: null, error: { code: "closed", detail: "This case is closed." }, version: null }] };
  stage.server.bulk = [refused, answer(["M-1"]), answer(["M-1"])];

  await bulk.preview(wish, ["M-1", "M-2"]);
  expect(bulk.state.step).toBe("preview");
  expect(stage.server.sent[0]).toMatchObject({ path: "cases/_bulk", body: { deed: "priority", priority: "high", dryRun: true } });
  expect(stage.server.sent[0]?.key).toBeUndefined();

  await bulk.run(wish, ["M-1"], "6f1e3a52-1111-4111-8111-000000000abc");
  expect(bulk.state.step).toBe("done");
  expect(selection.references).toEqual(["M-2"]);
  expect(stage.desk.undo?.run).not.toBeNull();
  await stage.desk.takeBack();
  expect(stage.server.sent.at(-1)?.path).toBe("cases/_bulk/bulk-1/_undo");
  expect(stage.desk.undo).toBeNull();
});

test("a lost answer is tried again with the same key", async () => {
  const stage = new Stage();
  const { bulk } = await stage.start();
  stage.server.answers = [new Unreachable()];
  await bulk.run(wish, ["M-1"], "6f1e3a52-1111-4111-8111-000000000abc");
  const { state } = bulk;
  if (state.step !== "failed") throw new Error(state.step);
  stage.server.bulk = [answer(["M-1"])];
  await bulk.run(state.wish, state.references, state.key);
  expect(stage.server.sent.map((one) => one.key)).toEqual(["6f1e3a52-1111-4111-8111-000000000abc", "6f1e3a52-1111-4111-8111-000000000abc"]);
});

test("more than one request may hold goes in portions, each with a key of its own", async () => {
  const stage = new Stage();
  const { bulk } = await stage.start();
  const many = Array.from({ length: 450 }, (_unused, n) => `M-${n}`);
  stage.server.bulk = [answer(many.slice(0, 200)), answer(many.slice(200, 400)), answer(many.slice(400))];
  await bulk.run(wish, many, "6f1e3a52-1111-4111-8111-000000000abc");
  expect(stage.server.sent.map((one) => (one.body as { references: string[] }).references.length)).toEqual([200, 200, 50]);
  expect(new Set(stage.server.sent.map((one) => one.key)).size).toBe(3);
  expect(portionKey("6f1e3a52-1111-4111-8111-000000000abc", 2)).toBe("6f1e3a52-1111-4111-8111-000000000002");
});

test("what changes reads as before and after", () => {
  expect(changeWords({ from: { assignee: null, priority: "normal" }, to: { assignee: LOTTE, priority: "high" } })).toEqual(["nobody → Lotte", "Normal → High"]);
});

test("of a long list only what is near, or has the focus, is drawn; a short one is drawn whole", () => {
  const windowed = new Windowed(() => undefined);
  const rows = Array.from({ length: 10_000 }, (_unused, n) => n);
  const drawn = windowed.chunks(rows, (one) => one === 5_000).filter((chunk) => chunk.drawn);
  expect(drawn.map((chunk) => chunk.first)).toEqual([0, 5_000]);
  expect(windowed.chunks(rows.slice(0, 2 * PORTION), () => false).every((chunk) => chunk.drawn)).toBe(true);
});

test("reading is told to the server, and shown at once; a refusal puts it back", async () => {
  const stage = new Stage();
  stage.server.rows = [row("M-1", { unread: true }), row("M-2", { unread: true })];
  const { desk } = stage;
  await stage.start();
  await desk.mark("M-1", false);
  expect(desk.inbox.rows.map((one) => one.unread)).toEqual([false, true]);
  expect(stage.server.sent.at(-1)).toMatchObject({ path: "cases/_read", body: { references: ["M-1"] } });
  stage.server.answers = [new Unreachable()];
  await desk.mark("M-2", false);
  expect(desk.inbox.rows[1]?.unread).toBe(true);
  await desk.seeAll();
  expect(stage.server.sent.at(-1)?.body).toEqual({ all: true });
  expect(desk.inbox.rows.some((one) => one.unread)).toBe(false);
});

test("a tone sounds for new work only when the settings say so, and not in quiet hours", async () => {
  // It is noon in Amsterdam.
  for (const [sound, quietFrom, quietUntil, chimes] of [[true, null, null, 1], [false, null, null, 0], [true, "11:30", "13:00", 0], [true, "18:00", "08:30", 1], [true, "22:00", "12:30", 0]] as const) {
    const stage = new Stage();
    stage.server.sound = { sound, quietFrom, quietUntil };
    await stage.start();
    stage.server.rows = [row("M-9", { unread: true })];
    await stage.hear(["M-9", 1]);
    expect(stage.chimes).toBe(chimes);
  }
});

test("while rows are selected a new one waits behind the button", async () => {
  const stage = new Stage();
  stage.server.rows = [row("M-1")];
  await stage.start();
  stage.desk.selection.toggle("M-1");
  stage.reading = stage.desk.selection.size > 0;
  stage.server.rows = [row("M-2"), row("M-1")];
  await stage.hear(["M-2", 1]);
  await settle();
  expect(stage.desk.inbox.held.map((one) => one.reference)).toEqual(["M-2"]);
});
