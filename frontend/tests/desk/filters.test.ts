import { expect, test } from "vitest";
import { asQuery, listQuery, narrowedBy, NO_FILTERS, readAddress, sameList, writeAddress } from "../../src/desk/address";
import { asTree, chipsOf, findArea, marked, matching, without } from "../../src/desk/inbox/filters";
import { row, settle, Stage } from "./world";

const known = { me: null, categories: [{ slug: "schoon", name: "Schoon", children: [{ slug: "grofvuil", name: "Grofvuil" }] }], areas: asTree([{ code: "WK1", name: "De Hoven", level: "wijk", parent: "GM1" }]) };

test("what the address says comes back the same, with group, order, every filter and the case", () => {
  const search = "?view=late&ordering=dueAt&status=received%2Creopened&area=WK1&createdAfter=2026-11-01&late=true&supporters=5&saved=12";
  const address = readAddress("/werk/M-ABC234/", search);
  expect(address.filters).toMatchObject({ view: "late", ordering: "dueAt", status: "received,reopened", supporters: "5", saved: "12" });
  expect(readAddress("/werk/M-ABC234/", new URL(writeAddress(address), "http://desk").search)).toEqual(address);
});

test("nonsense in the address is left out", () => {
  const { filters, reference } = readAddress("/werk/%3Cscript%3E/", "?view=every&ordering=name&saved=one&unknown=1");
  expect(filters).toEqual(NO_FILTERS);
  expect(reference).toBeNull();
});

test("the saved view of an address is a name for people, not part of the question", () => {
  const filters = { ...NO_FILTERS, saved: "12", late: "true" };
  expect(asQuery(filters)).toEqual({ view: "team", ordering: "-createdAt", late: "true" });
  expect(sameList(filters, { ...filters, saved: "" })).toBe(true);
  expect(listQuery(filters, { limit: "1" })).toBe("cases?view=team&ordering=-createdAt&late=true&limit=1");
});

test("each filter that is on reads as words, and goes by itself", () => {
  const filters = { ...NO_FILTERS, q: "bank", status: "received,reopened", category: "grofvuil", area: "WK1", assignee: "none", supporters: "1" };
  expect(chipsOf(filters, known).map((chip) => chip.words)).toEqual(["“bank”", "Received", "Reopened", "Grofvuil", "De Hoven", "With nobody yet", "1 supporter or more"]);
  expect(without(filters, { name: "status", value: "received" })).toEqual({ status: "reopened" });
  expect(without(filters, { name: "area", value: "WK1" })).toEqual({ area: "" });
  expect(narrowedBy(filters)).toBe(5);
});

test("areas make a tree, whatever the order; a search keeps the way to what it finds", () => {
  const tree = asTree([
    { code: "BU12", name: "Zeeheldenbuurt", level: "buurt", parent: "WK1" },
    { code: "WK1", name: "Oost", level: "wijk", parent: "GM1" },
    { code: "BU11", name: "Café-kwartier", level: "buurt", parent: "WK1" },
    { code: "WK2", name: "West", level: "wijk", parent: "GM1" },
  ]);
  expect(tree.map((node) => [node.name, node.children.map((child) => child.name)])).toEqual([
    ["Oost", ["Café-kwartier", "Zeeheldenbuurt"]],
    ["West", []],
  ]);
  expect(matching(tree, "cafe").map((node) => [node.name, node.children.length])).toEqual([["Oost", 1]]);
  expect(matching(tree, "oost")[0]?.children).toHaveLength(2);
  expect(findArea(tree, "BU12")?.name).toBe("Zeeheldenbuurt");
});

test("what was searched is marked where a word begins", () => {
  expect(marked("Oude bank bij de voetbank", "ban")).toEqual([
    { text: "Oude ", hit: false },
    { text: "ban", hit: true },
    { text: "k bij de voetbank", hit: false },
  ]);
  expect(marked("Wat? (a+b)", "( [x* ?")).toEqual([{ text: "Wat? (a+b)", hit: false }]);
});

test("when nothing is found, the desk knows which filter alone is in the way", async () => {
  const stage = new Stage();
  await stage.start();
  stage.server.found = (path) => !path.includes("priority=high") && path.includes("area=WK1");
  stage.server.rows = [row("M-1")];
  stage.desk.filter({ area: "WK1", priority: "high" });
  await settle();
  expect(stage.desk.loosen?.map((chip) => chip.words)).toEqual(["High priority"]);
});

test("all cases is a list without a group", () => {
  const { filters } = readAddress("/werk/", "?view=all&q=bank");
  expect(listQuery(filters)).toBe("cases?ordering=-createdAt&q=bank");
  expect(writeAddress({ reference: null, filters })).toBe("/werk/?view=all&q=bank");
});
