import { expect, test } from "vitest";
import { NO_FILTERS } from "../../src/desk/address";
import { Problem } from "../../src/desk/api";
import { filtersOf, type SavedView } from "../../src/desk/inbox/saved-views";
import { settle, Stage } from "./world";

function view(id: number, name: string, changes: Partial<SavedView> = {}): SavedView {
  return { id, name, query: { view: "late", area: "WK1" }, team: null, mine: true, by: "Bram", count: 3, capped: false, ...changes };
}

test("a view opens its filters, and knows when they were changed since", async () => {
  const stage = new Stage();
  stage.server.views = [view(1, "Oost te laat")];
  const { views } = await stage.start();
  const filters = filtersOf(views.all[0] as SavedView);
  expect(filters).toMatchObject({ view: "late", area: "WK1", saved: "1" });
  expect(views.current(filters)?.name).toBe("Oost te laat");
  expect(views.differs(views.all[0] as SavedView, filters)).toBe(false);
  expect(views.differs(views.all[0] as SavedView, { ...filters, priority: "high" })).toBe(true);
  expect(views.current(NO_FILTERS)).toBeNull();
});

test("a view keeps group, order and filters, and may be the team's", async () => {
  const stage = new Stage();
  const { views } = await stage.start();
  stage.server.answers = [view(2, "Nieuw") as never];
  await views.create("Nieuw", { ...NO_FILTERS, view: "new", category: "schoon", saved: "9" }, 7);
  expect(stage.server.sent[0]).toMatchObject({ path: "saved-views", body: { name: "Nieuw", team: 7, query: { view: "new", ordering: "-createdAt", category: "schoon" } } });
});

test("a view that was deleted comes back at its place", async () => {
  const stage = new Stage();
  stage.server.views = [view(1, "Een"), view(2, "Twee"), view(3, "Drie", { mine: false })];
  const { views } = await stage.start();
  await views.remove(views.all[1] as SavedView);
  expect(views.all.map((one) => one.name)).toEqual(["Een", "Drie"]);
  stage.server.views = [view(1, "Een"), view(4, "Twee"), view(3, "Drie", { mine: false })];
  await stage.desk.takeBack();
  expect(stage.server.sent.map((one) => [one.method, one.path])).toEqual([
    ["DELETE", "saved-views/2"],
    ["POST", "saved-views"],
    ["PATCH", "saved-views/1"],
    ["PATCH", "saved-views/4"],
  ]);
  expect(stage.server.sent[1]?.body).toMatchObject({ name: "Twee", position: 1 });
});

test("a delete that is refused leaves the view", async () => {
  const stage = new Stage();
  stage.server.views = [view(1, "Een")];
  const { views, undo } = await stage.start();
  stage.server.answers = [new Problem(403, "not-allowed", "Only its maker may")];
  await views.remove(views.all[0] as SavedView);
  expect(views.all).toHaveLength(1);
  expect(undo).toBeNull();
  expect(stage.desk.toast).toBe("Only its maker may");
});

test("one's own views change places; a colleague's stays where its maker put it", async () => {
  const stage = new Stage();
  stage.server.views = [view(1, "Een"), view(2, "Twee")];
  const { views } = await stage.start();
  await views.move(views.all[1] as SavedView, -1);
  await settle();
  expect(views.all.map((one) => one.id)).toEqual([2, 1]);
  expect(stage.server.sent.map((one) => one.body)).toEqual([{ position: 0 }, { position: 1 }]);
});
