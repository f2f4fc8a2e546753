import { expect, test } from "vitest";
import { row, settle, Stage } from "./world";

const shown = (stage: Stage) => stage.desk.inbox.rows.map((one) => one.reference);
const older = { createdAt: "2026-11-18T09:00:00.000Z" };
const newer = { createdAt: "2026-11-18T10:59:00.000Z" };

test("a new case enters the list at its place, drawn as just arrived", async () => {
  const stage = new Stage();
  stage.server.rows = [row("M-2"), row("M-1", older)];
  await stage.start();
  stage.server.rows = [row("M-3", newer), ...stage.server.rows];
  await stage.hear(["M-3", 1]);
  expect(shown(stage)).toEqual(["M-3", "M-2", "M-1"]);
  expect(stage.desk.inbox.arrived.has("M-3")).toBe(true);
});

test("while someone reads, a new case waits behind the button and nothing moves", async () => {
  const stage = new Stage();
  stage.server.rows = [row("M-1", older)];
  await stage.start();
  stage.reading = true;
  stage.server.rows = [row("M-3", newer), row("M-2"), ...stage.server.rows];
  await stage.hear(["M-2", 1], ["M-3", 1]);
  expect(shown(stage)).toEqual(["M-1"]);
  expect(stage.desk.inbox.held).toHaveLength(2);
  expect(stage.desk.letIn()).toBe("M-3");
  expect(shown(stage)).toEqual(["M-3", "M-2", "M-1"]);
});

test("many events are one request, and the echo of what is shown asks nothing", async () => {
  const stage = new Stage();
  stage.server.rows = [row("M-1"), row("M-2")];
  await stage.start();
  stage.server.asked = [];
  await stage.hear(["M-1", 1]);
  expect(stage.server.asked).toEqual([]);
  stage.server.rows = [row("M-1", { version: 3 }), row("M-2", { version: 2 })];
  await stage.hear(["M-1", 2], ["M-1", 3], ["M-2", 2]);
  expect(stage.server.asked.filter((path) => path.startsWith("cases?"))).toHaveLength(1);
  expect(stage.desk.inbox.rows.map((one) => one.version)).toEqual([3, 2]);
});

test("an answer older than what is shown changes nothing", async () => {
  const stage = new Stage();
  stage.server.rows = [row("M-1", { version: 5, subject: "now" })];
  await stage.start();
  stage.desk.inbox.merge([row("M-1", { version: 4, subject: "before" })], false);
  expect(stage.desk.inbox.rows[0]?.subject).toBe("now");
});

test("a case that went to another team says so, and leaves", async () => {
  const stage = new Stage();
  stage.server.rows = [row("M-1"), row("M-2", older)];
  await stage.start();
  stage.server.rows = [row("M-2", older)];
  await stage.hear(["M-1", 2]);
  expect(shown(stage)).toEqual(["M-1", "M-2"]);
  expect(stage.desk.inbox.leaving.get("M-1")).toBe("Now with another team");
  expect(stage.desk.inbox.beside(null, 0)).toBe("M-2");
  await stage.pass(5_000);
  expect(shown(stage)).toEqual(["M-2"]);
});

test("a case that no longer fits the group says its status; one that returns in time stays", async () => {
  const stage = new Stage();
  stage.server.rows = [row("M-1")];
  await stage.start();
  const closed = row("M-1", { version: 2, status: "resolved", statusLabel: "Resolved" });
  stage.server.rows = [];
  stage.server.elsewhere = [closed];
  await stage.hear(["M-1", 2]);
  expect(stage.desk.inbox.leaving.get("M-1")).toContain("Resolved");
  stage.server.rows = [row("M-1", { version: 3, status: "reopened" })];
  await stage.hear(["M-1", 3]);
  await stage.pass(5_000);
  expect(shown(stage)).toEqual(["M-1"]);
});

test("an older case that belongs after the last one loaded waits for its page", () => {
  const { inbox } = new Stage().desk;
  inbox.replace({ results: [row("M-2")], next: "/api/v1/cases?cursor=x" });
  inbox.merge([row("M-1", older)], false);
  expect(inbox.rows).toHaveLength(1);
  inbox.append({ results: [row("M-2"), row("M-1", older)], next: null });
  expect(inbox.rows.map((one) => one.reference)).toEqual(["M-2", "M-1"]);
});

test("after a reconnect the list is as the server has it", async () => {
  const stage = new Stage();
  stage.server.rows = [row("M-2"), row("M-1", older)];
  await stage.start();
  stage.server.rows = [row("M-3", newer), row("M-1", { ...older, version: 4 })];
  stage.desk.hears.welcome?.({ "team:7": 9 }, false);
  await stage.pass(200);
  await stage.pass(5_000);
  expect(shown(stage)).toEqual(["M-3", "M-1"]);
  expect(stage.desk.inbox.rows[1]?.version).toBe(4);
});

test("a welcome that comes while the list is on its way asks for it once more", async () => {
  const stage = new Stage();
  await stage.start();
  const loading = stage.desk.loadList();
  stage.desk.hears.welcome?.({ "team:7": 1 }, true);
  stage.server.asked = [];
  await loading;
  await settle();
  expect(stage.server.asked.filter((path) => path.startsWith("cases?view"))).toHaveLength(1);
});
