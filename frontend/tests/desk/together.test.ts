import { expect, test } from "vitest";
import { Problem } from "../../src/desk/api";
import { type Part } from "../../src/desk/shapes";
import { row, settle, Stage, whole } from "./world";

async function opened(): Promise<Stage> {
  const stage = new Stage();
  stage.server.cases.set("M-111111", whole("M-111111"));
  await stage.start("M-111111");
  await settle();
  return stage;
}

const part: Part = {
  reference: "M-222222",
  team: row("M-222222").team,
  status: "received",
  statusLabel: "Received",
  mayOpen: true,
  assignee: null,
  instruction: "Bel de buren",
  late: false,
  resolveBy: null,
  closedAt: null,
  open: true,
};

test("an offer can be taken back, also when another case is open by then", async () => {
  const stage = await opened();
  stage.server.answers = [whole("M-111111", { version: 2 }), whole("M-111111", { version: 3 })];
  const done = await stage.desk.deeds.together("forwardings", { team: 9, reason: "Van jullie" }, "Offered", { verb: "forwardings/_withdraw", body: {} });
  expect([done, stage.desk.undo?.words]).toEqual([true, "Offered"]);
  stage.desk.goTo({ ...stage.desk.address, reference: null });
  await stage.desk.takeBack();
  expect(stage.server.sent.map((one) => one.path)).toEqual(["cases/M-111111/forwardings", "cases/M-111111/forwardings/_withdraw"]);
  expect(stage.desk.undo).toBeNull();
});

test("what takes a part back is found in what the case became", async () => {
  const stage = await opened();
  stage.server.answers = [whole("M-111111", { version: 2, parts: [part] }), whole("M-111111", { version: 3 })];
  await stage.desk.deeds.together("parts", { team: 7, instruction: "Bel de buren" }, "Asked", (now) => ({ verb: "parts/_withdraw", body: { part: now.parts.at(-1)?.reference } }));
  await stage.desk.takeBack();
  expect(stage.server.sent[1]).toMatchObject({ path: "cases/M-111111/parts/_withdraw", body: { part: "M-222222" } });
});

test("a refusal is said, leaves nothing to undo, and the case as it was", async () => {
  const stage = await opened();
  stage.server.answers = [new Problem(409, "linked", "M-333333 is linked to M-444444. Use M-444444.")];
  const done = await stage.desk.deeds.together("duplicates", { of: "M-333333" }, "Linked", { verb: "duplicates/_undo", body: {} });
  expect(done).toBe(false);
  expect(stage.desk.open?.trouble).toMatchObject({ place: "together", words: "M-333333 is linked to M-444444. Use M-444444." });
  expect(stage.desk.undo).toBeNull();
});

test("a case that was given back is no longer here", async () => {
  const stage = await opened();
  stage.server.answers = [null];
  expect(await stage.desk.deeds.together("forwardings/_return", { reason: "Niet van ons" }, "Given back")).toBe(true);
  expect(stage.desk.open?.state).toBe("gone");
});
