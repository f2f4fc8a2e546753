import { expect, test } from "vitest";
import { Problem, Unreachable } from "../../src/desk/api";
import { line, LOTTE, settle, Stage, whole } from "./world";

async function opened(changes: Parameters<typeof whole>[1] = {}): Promise<Stage> {
  const stage = new Stage();
  stage.server.cases.set("M-111111", whole("M-111111", changes));
  await stage.start("M-111111");
  await settle();
  return stage;
}

const stale = () => new Problem(412, "stale", "Changed meanwhile");

test("opening says so on the channel, and again after a reconnect", async () => {
  const stage = await opened();
  expect(stage.frames).toContainEqual({ type: "presence", case: "M-111111" });
  stage.frames.length = 0;
  stage.desk.hears.welcome?.({}, false);
  expect(stage.frames).toEqual([{ type: "presence", case: "M-111111" }]);
  stage.desk.hears.other?.({ type: "presence", case: "M-111111", people: [{ name: "Lotte" }] });
  stage.desk.hears.other?.({ type: "presence", case: "M-222222", people: [{ name: "Carla" }] });
  expect(stage.desk.open?.people).toEqual(["Lotte"]);
});

test("a message and a note have drafts of their own, which survive a reload", async () => {
  const stage = await opened();
  stage.desk.drafts.set("M-111111", "colleagues", "Ze heeft schulden, voorzichtig");
  expect(stage.desk.drafts.get("M-111111", "resident")).toBe("");
  const later = new Stage();
  for (const [key, value] of stage.session.held) later.session.setItem(key, value);
  later.server.cases.set("M-111111", whole("M-111111"));
  const desk = await later.start("M-111111");
  expect(desk.drafts.get("M-111111", "colleagues")).toBe("Ze heeft schulden, voorzichtig");
  expect(desk.drafts.get("M-111111", "resident")).toBe("");
  expect(desk.open?.composing).toBe("colleagues");
});

test("a step that needs a message asks for it first, and then goes with it", async () => {
  const stage = await opened();
  await stage.desk.deeds.take("resolve");
  expect(stage.server.sent).toHaveLength(0);
  expect([stage.desk.open?.composing, stage.desk.open?.move]).toEqual(["resident", "resolve"]);
  stage.server.answers = [whole("M-111111", { version: 2, status: "resolved", moves: [] })];
  await stage.desk.deeds.take("resolve", "Het is opgehaald.");
  expect(stage.server.sent[0]).toMatchObject({ path: "cases/M-111111/transitions", version: 1, body: { move: "resolve", message: "Het is opgehaald." } });
  expect(stage.desk.open?.move).toBeNull();
});

test("someone was first: nothing is lost, what happened is said, and trying again uses the new version", async () => {
  const stage = await opened();
  stage.desk.drafts.set("M-111111", "resident", "Wij komen morgen");
  const fresh = whole("M-111111", { version: 3, assignee: LOTTE, history: [line(1, "Report received"), line(2, "Given to Lotte"), line(3, "Internal note")] });
  stage.server.cases.set("M-111111", fresh);
  stage.server.answers = [stale(), whole("M-111111", { version: 4 })];
  await stage.desk.deeds.sendMessage("Wij komen morgen");
  const conflict = stage.desk.open?.conflict;
  expect(conflict?.happened.map((one) => one.text)).toEqual(["Given to Lotte", "Internal note"]);
  expect(stage.desk.drafts.get("M-111111", "resident")).toBe("Wij komen morgen");
  if (conflict) await stage.desk.deeds.again(conflict.deed);
  expect(stage.server.sent.map((one) => one.version)).toEqual([1, 3]);
  expect(new Set(stage.server.sent.map((one) => one.key)).size).toBe(1);
  expect(stage.desk.open?.conflict).toBeNull();
  expect(stage.desk.drafts.get("M-111111", "resident")).toBe("");
});

test("what was rewritten after the conflict is what goes out", async () => {
  const stage = await opened();
  stage.desk.drafts.set("M-111111", "resident", "Wij komen morgen");
  stage.server.cases.set("M-111111", whole("M-111111", { version: 2 }));
  stage.server.answers = [stale(), whole("M-111111", { version: 3 })];
  await stage.desk.deeds.sendMessage("Wij komen morgen");
  stage.desk.drafts.set("M-111111", "resident", "Lotte komt vanmiddag");
  const deed = stage.desk.open?.conflict?.deed;
  if (deed) await stage.desk.deeds.again(deed);
  expect(stage.server.sent[1]).toMatchObject({ body: { text: "Lotte komt vanmiddag" }, version: 2 });
  expect(stage.server.sent[1]?.key).not.toBe(stage.server.sent[0]?.key);
});

test("a step that is no longer possible after the conflict is not offered again", async () => {
  const stage = await opened();
  stage.server.cases.set("M-111111", whole("M-111111", { version: 2, status: "resolved", moves: [{ move: "reopen", to: "reopened", needsMessage: false }] }));
  stage.server.answers = [stale()];
  await stage.desk.deeds.take("start");
  expect(stage.desk.open?.canRetry).toBe(false);
});

test("without an answer the deed keeps its key: sent again it happens once", async () => {
  const stage = await opened();
  stage.desk.drafts.set("M-111111", "colleagues", "Bel haar");
  stage.server.answers = [new Unreachable(), whole("M-111111", { version: 2 })];
  await stage.desk.deeds.addNote("Bel haar");
  expect(stage.desk.open?.trouble?.place).toBe("composer");
  expect(stage.desk.drafts.get("M-111111", "colleagues")).toBe("Bel haar");
  await stage.desk.deeds.addNote("Bel haar");
  expect(stage.server.sent).toHaveLength(2);
  expect(stage.server.sent[0]?.key).toBe(stage.server.sent[1]?.key);
  expect(stage.server.sent[0]?.version).toBeUndefined();
});

test("another text after a lost answer is another deed", async () => {
  const stage = await opened();
  stage.server.answers = [new Unreachable(), whole("M-111111", { version: 2 })];
  await stage.desk.deeds.addNote("Bel haar");
  await stage.desk.deeds.addNote("Mail haar");
  expect(stage.server.sent[0]?.key).not.toBe(stage.server.sent[1]?.key);
});

test("what is typed while the message is being sent stays", async () => {
  const stage = await opened();
  stage.server.answers = [whole("M-111111", { version: 2 })];
  stage.desk.drafts.set("M-111111", "resident", "Eerste");
  const sending = stage.desk.deeds.sendMessage("Eerste");
  stage.desk.drafts.set("M-111111", "resident", "Eerste en nog iets");
  await sending;
  expect(stage.desk.drafts.get("M-111111", "resident")).toBe("Eerste en nog iets");
});

test("what others do is shown without touching what is typed; my own doing is not news", async () => {
  const stage = await opened();
  stage.desk.drafts.set("M-111111", "resident", "Half af");
  stage.server.cases.set("M-111111", whole("M-111111", { version: 2, history: [line(1, "Report received"), line(2, "Given to Lotte")] }));
  await stage.hear(["M-111111", 2]);
  expect(stage.desk.open?.meanwhile.map((one) => one.text)).toEqual(["Given to Lotte"]);
  expect(stage.desk.drafts.get("M-111111", "resident")).toBe("Half af");
  stage.server.answers = [whole("M-111111", { version: 3, history: [line(3, "Internal note", "Bram")] })];
  await stage.desk.deeds.addNote("Klaar");
  expect(stage.desk.open?.meanwhile).toEqual([]);
});

test("a case that went away shows why, and keeps what was typed", async () => {
  const stage = await opened();
  stage.desk.drafts.set("M-111111", "resident", "Half af");
  stage.server.cases.clear();
  await stage.hear(["M-111111", 2]);
  expect(stage.desk.open?.state).toBe("gone");
  expect(stage.desk.drafts.get("M-111111", "resident")).toBe("Half af");
});

test("passing a case on to a team I cannot see closes it", async () => {
  const stage = await opened();
  stage.server.answers = [null];
  await stage.desk.deeds.assign(99, null);
  expect(stage.server.sent[0]?.body).toEqual({ team: 99, professional: null });
  expect(stage.desk.open?.state).toBe("gone");
});

test("taking it is one deed, with the version that was seen", async () => {
  const stage = await opened({ version: 4 });
  stage.server.answers = [whole("M-111111", { version: 5 })];
  await stage.desk.deeds.takeIt();
  expect(stage.server.sent[0]).toMatchObject({ path: "cases/M-111111/assignments", version: 4, body: { professional: 1 } });
});

test("an ended session is said, and the draft is kept", async () => {
  const stage = await opened();
  stage.desk.drafts.set("M-111111", "resident", "Half af");
  stage.server.answers = [new Problem(401, "not-signed-in", "Sign in first")];
  await stage.desk.deeds.sendMessage("Half af");
  expect(stage.desk.signedOut).toBe(true);
  expect([...stage.session.held.values()]).toContain("Half af");
});

test("a refusal is shown where it was caused, in the server's words", async () => {
  const stage = await opened();
  stage.server.answers = [new Problem(400, "invalid", "Invalid", [{ field: "text", code: "too-long", detail: "Use at most 3000 characters." }])];
  await stage.desk.deeds.sendMessage("x");
  expect(stage.desk.open?.trouble).toMatchObject({ place: "composer", words: "Use at most 3000 characters.", again: null });
});
