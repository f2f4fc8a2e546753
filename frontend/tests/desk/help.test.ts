import { expect, test } from "vitest";
import { cents } from "../../src/desk/case/initiative/money";
import { type HelpCase } from "../../src/desk/case/initiative/shapes";
import { kindWords } from "../../src/desk/inbox/filters";
import { ofGroup } from "../../src/desk/shapes";
import { NOW, settle, Stage, whole } from "./world";

function about(changes: Partial<HelpCase> = {}): HelpCase {
  return {
    reference: "H-111111",
    kind: "money",
    kindLabel: "money",
    what: "Seeds and soil",
    by: "Ayşe",
    state: "received",
    stateLabel: "Received",
    seenBy: "group",
    neededOn: null,
    cents: 50000,
    lines: [{ id: 7, label: "Soil", cents: 20000, grantedCents: null }, { id: 8, label: "Plants", cents: 30000, grantedCents: null }],
    answerBy: null,
    team: { name: "Reiniging", organisation: "Gemeente" },
    decision: "",
    decidedAt: null,
    reasons: "",
    conditions: "",
    grantedCents: null,
    promisedOn: null,
    followUpOn: null,
    went: "",
    challenge: null,
    createdAt: NOW.toISOString(),
    mayDecide: true,
    mayExtend: false,
    longerWeeks: 6,
    initiative: { slug: "tuin", title: "A garden", what: "", stage: "plan", stageLabel: "Plan", url: null, reference: null },
    ...changes,
  };
}

async function opened(helpRequest: HelpCase): Promise<Stage> {
  const stage = new Stage();
  stage.server.cases.set("H-111111", whole("H-111111", { kind: "help-request", version: 9, helpRequest }));
  await stage.start("H-111111");
  await settle();
  return stage;
}

test("a decision goes to the case with the version that was seen, and its answer is shown", async () => {
  const stage = await opened(about());
  const decided = about({ decision: "partly", state: "partly", grantedCents: 1999, mayDecide: false });
  stage.server.answers = [whole("H-111111", { kind: "help-request", version: 10, helpRequest: decided })];
  const body = { decision: "partly", reasons: "Soil first", lines: [{ id: 7, grantedCents: 1999 }] };
  expect(await stage.desk.deeds.together("decision", body, "Done")).toBe(true);
  expect(stage.server.sent[0]).toMatchObject({ path: "cases/H-111111/decision", version: 9, body });
  expect(stage.desk.open?.case?.helpRequest?.decision).toBe("partly");
});

test("with a request for help one speaks with a group, and it has a word of its own", () => {
  expect(ofGroup(whole("H-111111", { kind: "help-request", helpRequest: about() }))).toBe(true);
  expect(ofGroup(whole("M-111111", {}))).toBe(false);
  expect(kindWords()["help-request"]).toBeTruthy();
});

test("amounts are typed in euros and sent in whole cents", () => {
  expect(["19.99", "0.29", "", "7"].map((one) => cents(one))).toEqual([1999, 29, 0, 700]);
});
