/** Saved views: named filters, one's own or shared with a team, with how many cases each holds now. */
import { t } from "../../i18n";
import { asQuery, type Filters, NARROWING, readFilters, sameList } from "../address";
import { type Desk, type World } from "../desk";
import { type Team } from "../shapes";

export interface SavedView {
  id: number;
  name: string;
  query: Record<string, string>;
  team: Team | null;
  mine: boolean;
  by: string;
  count: number | null;
  capped: boolean;
}

export class SavedViews {
  all: SavedView[] = [];
  private loading = false;

  constructor(
    private readonly desk: Desk,
    private readonly world: World,
  ) {}

  /** With their counts. Trouble here is no reason to disturb anyone: the last counts stay. */
  async load(): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    try {
      const { results } = await this.world.api.get<{ results: SavedView[] }>("saved-views");
      this.all = results;
    } catch (error) {
      this.desk.explain(error);
    }
    this.loading = false;
    this.desk.changed();
  }

  /** The view that is shown: named in the address, or holding the very same filters. */
  current(filters: Filters): SavedView | null {
    if (filters.saved) return this.all.find((view) => String(view.id) === filters.saved) ?? null;
    return null;
  }

  /** Whether the filters of a shown view were changed since it was chosen. */
  differs(view: SavedView, filters: Filters): boolean {
    return !sameList(filtersOf(view), filters);
  }

  create(name: string, filters: Filters, team: number | null): Promise<SavedView | null> {
    return this.write("POST", "saved-views", { name, query: asQuery(filters), team, position: this.all.length });
  }

  change(view: SavedView, changes: { name?: string; team?: number | null; query?: Record<string, string> }): Promise<SavedView | null> {
    return this.write("PATCH", `saved-views/${view.id}`, changes);
  }

  /** The view from now on shows these filters. */
  keep(view: SavedView, filters: Filters): Promise<SavedView | null> {
    return this.change(view, { query: asQuery(filters) });
  }

  async remove(view: SavedView): Promise<void> {
    const before = this.all;
    this.all = this.all.filter((one) => one.id !== view.id);
    this.desk.changed();
    try {
      await this.world.api.send({ method: "DELETE", path: `saved-views/${view.id}`, body: {} });
    } catch (error) {
      this.all = before;
      this.desk.showToast(this.desk.explain(error));
      return;
    }
    const position = before.indexOf(view);
    this.desk.offerUndo(t("View “{name}” is gone", { name: view.name }), async () => {
      await this.write("POST", "saved-views", { name: view.name, query: view.query, team: view.team?.id ?? null, position });
      await this.load();
      await this.reorder();
    });
  }

  /** One place up or down. */
  async move(view: SavedView, steps: -1 | 1): Promise<void> {
    const from = this.all.indexOf(view);
    const to = from + steps;
    if (from < 0 || to < 0 || to >= this.all.length) return;
    const moved = this.all.filter((one) => one !== view);
    moved.splice(to, 0, view);
    this.all = moved;
    this.desk.changed();
    await this.reorder();
  }

  /** Tell the server the order of the views that are this person's. */
  private async reorder(): Promise<void> {
    try {
      for (const [position, view] of this.all.entries()) {
        if (view.mine) await this.world.api.send({ method: "PATCH", path: `saved-views/${view.id}`, body: { position } });
      }
    } catch (error) {
      this.desk.showToast(this.desk.explain(error));
      void this.load();
    }
  }

  /** Throws what the API refuses, so that the form can show it beside its field. */
  private async write(method: "POST" | "PATCH", path: string, body: Record<string, unknown>): Promise<SavedView | null> {
    const view = await this.world.api.send<SavedView>({ method, path, body });
    await this.load();
    return view;
  }
}

export function filtersOf(view: SavedView): Filters {
  // A view without a group looks through everything.
  return { ...readFilters(new URLSearchParams({ view: "all", ...view.query })), saved: String(view.id) };
}

/** Whether there is anything worth keeping in these filters. */
export function worthSaving(filters: Filters): boolean {
  return NARROWING.some((name) => filters[name] !== "");
}
