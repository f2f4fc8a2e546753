import { initiativeSide } from "../../src/desk/case/initiative/panel";
import { expect, test } from "vitest";
import { Problem } from "../../src/desk/api";
import { type Initiative } from "../../src/desk/case/initiative/shapes";
import { since } from "../../src/desk/open-case";
import { line, NOW, settle, Stage, whole } from "./world";

function about(changes: Partial<Initiative> = {}): Initiative {
  return {
    slug: "tuin",
    version: 4,
    title: "Een tuin",
    stage: "talking",
    stageLabel: "In conversation",
    stageSince: NOW.toISOString(),
    way: [],
    isPublic: true,
    url: null,
    why: "",
    who: "",
    wanted: "",
    when: "",
    theme: "",
    submittedAt: null,
    photos: [],
    members: [],
    role: "facilitate",
    rhythm: 30,
    signBy: null,
    stalledAt: null,
    coachings: [],
    checks: [],
    support: { count: 0, paper: 0, needed: 0 },
    followers: 0,
    comments: 0,
    lastStep: null,
    steps: [{ step: "gather", to: "gathering", toLabel: "Gathering support", reasoned: false }],
    deeds: ["step", "guide"],
    helpRequests: [],
    waitingComments: 0,
    ...changes,
  };
}

async function opened(): Promise<Stage> {
  const stage = new Stage();
  stage.server.cases.set("I-111111", whole("I-111111", { kind: "initiative", version: 9, initiative: about() }));
  await stage.start("I-111111");
  await settle();
  return stage;
}

function hear(stage: Stage, slug: string, version: number): void {
  stage.desk.hears.event("team:7", { type: "initiative.support", subject: `initiative/${slug}`, version, at: NOW.toISOString() }, version);
}

test("a step goes to the address of the initiative with the version of the case, and what came of it is shown", async () => {
  const stage = await opened();
  stage.server.answers = [whole("I-111111", { kind: "initiative", version: 10, initiative: about({ version: 5, stage: "gathering" }) })];
  expect(await stage.desk.deeds.initiative("steps", { step: "gather" }, "Done")).toBe(true);
  expect(stage.server.sent[0]).toMatchObject({ path: "initiatives/tuin/steps", version: 9, body: { step: "gather" } });
  expect(stage.desk.open?.case?.initiative?.stage).toBe("gathering");
});

test("what happens to the open initiative is fetched, what happens to another is not", async () => {
  const stage = await opened();
  const asked = () => stage.server.asked.filter((path) => path === "cases/I-111111").length;
  const before = asked();
  hear(stage, "other", 99);
  hear(stage, "tuin", 4);
  await settle();
  expect(asked()).toBe(before);
  hear(stage, "tuin", 5);
  await settle();
  expect(asked()).toBe(before + 1);
});

test("the lines of an initiative count by its own version, those of the case by the case's", () => {
  const step = { ...line(5, "The stage went on"), type: "initiative.step" };
  const old = { ...line(4, "Sent"), type: "initiative.step" };
  const found = whole("I-111111", { version: 10, history: [line(9, "Given to Lotte"), old, line(10, "Note"), step], initiative: about({ version: 5 }) });
  const seen = whole("I-111111", { version: 9, initiative: about({ version: 4 }) });
  expect(since(found, seen).map((one) => one.text)).toEqual(["Note", "The stage went on"]);
});

test("a step that somebody else took first cannot be done again", async () => {
  const stage = await opened();
  stage.server.answers = [new Problem(412, "stale", "Somebody was first")];
  stage.server.cases.set("I-111111", whole("I-111111", { kind: "initiative", version: 10, initiative: about({ version: 5, stage: "plan", steps: [] }) }));
  expect(await stage.desk.deeds.initiative("steps", { step: "gather" }, "Done")).toBe(false);
  expect(stage.desk.open?.conflict).not.toBeNull();
  expect(stage.desk.open?.canRetry).toBe(false);
});

/** What a template says, without a page to put it in. */
function words(one: unknown): string {
  if (Array.isArray(one)) return one.map(words).join("");
  if (typeof one !== "object" || one === null || !("strings" in one)) return String(one);
  const { strings, values } = one as { strings: string[]; values: unknown[] };
  return strings.map((part, place) => part + (place < values.length ? words(values[place]) : "")).join("");
}

test("what the desk may do in a stage is what the answer says, whatever the stage is called", async () => {
  const { desk } = await opened();
  const coachings = [{ by: null, role: "facilitate", since: NOW.toISOString(), until: null }] as unknown as Initiative["coachings"];
  const shown = (stage: string, deed: string): string => words(initiativeSide(desk, about({ coachings, stage, deeds: [deed] } as Partial<Initiative>)));
  for (const stage of ["talking", "done", "stopped"]) {
    expect(shown(stage, "agree")).toContain("Change what you agreed");
    expect(shown(stage, "guide")).not.toContain("Change what you agreed");
    expect(shown(stage, "thank")).toContain("/afloop/");
    expect(shown(stage, "moderate")).not.toContain("/afloop/");
  }
});
