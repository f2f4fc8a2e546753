/** The map of cases without its looks: filters from the address, what lies in view, what is chosen. */
import { t, tn } from "../../i18n";
import { asQuery, type Filters, NO_FILTERS, readFilters } from "../address";
import { type Api, Problem } from "../api";
import { type Me, type Page, type Row } from "../shapes";
import { type Box, boxAround, contains, type Point, written } from "./ground";
import { type AreaChoice, type OnMap } from "./shapes";

export interface Surroundings {
  api: Api;
  newKey(): string;
  showAddress(address: string): void;
}

const PAGES = 5;
const PER_PAGE = "200";
export const MOST_IN_ROUND = 40;
const NOTHING: OnMap = { total: 0, capped: false, clusters: [], rows: [] };

export class Atlas {
  me: Me | null = null;
  filters: Filters = { ...NO_FILTERS };
  found: OnMap = NOTHING;
  state: "loading" | "ready" | "failed" = "loading";
  trouble = "";
  signedOut = false;
  areas: AreaChoice[] = [];
  /** Chosen by hand or by a drawn area, by reference; in the order of choosing. */
  readonly chosen = new Map<string, Row>();
  /** The one pointed at, in the list or on the map. */
  lit: string | null = null;
  /** Corners of the area that is being drawn; null when none is. */
  drawing: Point[] | null = null;
  spoken = "";
  private view: { box: Box; zoom: number } | null = null;
  private asked = 0;
  private readonly watchers = new Set<() => void>();

  constructor(private readonly world: Surroundings) {}

  watch(watcher: () => void): void {
    this.watchers.add(watcher);
  }

  async begin(search: string): Promise<void> {
    this.filters = readFilters(new URLSearchParams(search));
    try {
      this.me = await this.world.api.get<Me>("desk");
      this.changed();
      await this.loadAreas();
    } catch (error) {
      this.fail(error);
    }
    this.changed();
  }

  /** The inbox with the same filters; `search` is what this page's own address says. */
  get search(): string {
    const said = new URLSearchParams(Object.entries(this.filters).filter(([name, value]) => value !== NO_FILTERS[name as keyof Filters]));
    return said.size ? `?${said}` : "";
  }

  filter(change: Partial<Filters>): void {
    this.filters = { ...this.filters, ...change };
    this.world.showAddress(`/werk/kaart/${this.search}`);
    this.changed();
    void this.load();
  }

  async look(box: Box, zoom: number): Promise<void> {
    this.view = { box, zoom: Math.round(zoom) };
    await this.load();
  }

  /** What lies in view now; an answer that was overtaken is thrown away. */
  async load(): Promise<void> {
    if (!this.view || !this.me) return;
    const turn = (this.asked += 1);
    this.state = this.state === "ready" ? "ready" : "loading";
    const { ordering: _ordering, ...asked } = asQuery(this.filters);
    const query = new URLSearchParams({ ...asked, bbox: written(this.view.box), zoom: String(this.view.zoom) });
    try {
      const found = await this.world.api.get<OnMap>(`cases/_map?${query}`);
      if (turn !== this.asked) return;
      this.found = found;
      this.state = "ready";
      this.trouble = "";
      for (const row of found.rows) if (this.chosen.has(row.reference)) this.chosen.set(row.reference, row);
      this.say(tn("{n} case on this part of the map", "{n} cases on this part of the map", found.total));
    } catch (error) {
      if (turn !== this.asked) return;
      this.fail(error);
    }
    this.changed();
  }

  light(reference: string | null): void {
    if (this.lit === reference) return;
    this.lit = reference;
    this.changed();
  }

  // --- choosing ---------------------------------------------------------------------------------

  toggle(row: Row): void {
    if (!this.chosen.delete(row.reference)) this.chosen.set(row.reference, row);
    this.changed();
  }

  clear(): void {
    this.chosen.clear();
    this.changed();
  }

  startDrawing(): void {
    this.drawing = [];
    this.say(t("Click the corners of the area. Or move the map with the arrow keys and press Enter for each corner."));
    this.changed();
  }

  addCorner(corner: Point): void {
    if (!this.drawing) return;
    this.drawing = [...this.drawing, corner];
    this.say(tn("{n} corner", "{n} corners", this.drawing.length));
    this.changed();
  }

  removeCorner(): void {
    if (this.drawing) this.drawing = this.drawing.slice(0, -1);
    this.changed();
  }

  stopDrawing(): void {
    this.drawing = null;
    this.changed();
  }

  /** Choose every case in this area that fits the filters. */
  async chooseWithin(area: readonly Point[]): Promise<void> {
    const box = boxAround(area);
    this.drawing = null;
    if (!box) return;
    let next: string | null = `cases?${new URLSearchParams({ ...asQuery(this.filters), ordering: "-createdAt", bbox: written(box), limit: PER_PAGE })}`;
    let many = 0;
    try {
      for (let page = 0; next !== null && page < PAGES; page += 1) {
        const answer: Page = await this.world.api.get<Page>(next);
        for (const row of answer.results) {
          const at = row.location?.coordinates;
          if (!at || !contains(area, at)) continue;
          this.chosen.set(row.reference, row);
          many += 1;
        }
        next = answer.next;
      }
      const words = tn("{n} case chosen", "{n} cases chosen", many);
      this.say(next === null ? words : `${words}. ${t("There are more; only the newest are chosen.")}`);
    } catch (error) {
      this.fail(error);
    }
    this.changed();
  }

  // --- deeds ------------------------------------------------------------------------------------

  /** The chosen cases become this person's; answers what to say, and how to undo it. */
  async takeChosen(): Promise<{ words: string; undo: (() => Promise<void>) | null }> {
    const references = [...this.chosen.keys()].slice(0, Number(PER_PAGE));
    const professional = this.me?.me.id ?? null;
    try {
      const answer = await this.world.api.send<{ id: string | null; undoable: boolean; done: number; refused: number }>({
        method: "POST",
        path: "cases/_bulk",
        body: { references, deed: "assign", professional },
        key: this.world.newKey(),
      });
      const { id = null, undoable = false, done = 0, refused = 0 } = answer ?? {};
      void this.load();
      const words = [tn("{n} case is now yours", "{n} cases are now yours", done), ...(refused ? [tn("{n} could not be given to you", "{n} could not be given to you", refused)] : [])].join(". ");
      return { words, undo: id && undoable ? () => this.undo(id) : null };
    } catch (error) {
      return { words: this.explain(error), undo: null };
    }
  }

  private async undo(id: string): Promise<void> {
    try {
      await this.world.api.send({ method: "POST", path: `cases/_bulk/${id}/_undo`, body: {}, key: this.world.newKey() });
    } catch (error) {
      this.trouble = this.explain(error);
    }
    void this.load();
  }

  // --- the rest ---------------------------------------------------------------------------------

  /** The wijken of the municipality, also where stadsdelen lie in between, each followed by its buurten. */
  private async loadAreas(): Promise<void> {
    const below = async (code: string): Promise<AreaChoice[]> => (await this.world.api.get<{ results: AreaChoice[] }>(`areas?limit=200&parent=${encodeURIComponent(code)}`)).results;
    const first = await below(this.me?.gemeente.code ?? "");
    const wijken = (await Promise.all(first.map((area) => (area.level === "stadsdeel" ? below(area.code) : Promise.resolve([area]))))).flat();
    this.areas = wijken.sort((one, other) => one.name.localeCompare(other.name));
    this.changed();
    if (wijken.length > 60) return;
    const all: AreaChoice[] = [];
    for (const wijk of this.areas) all.push(wijk, ...(await below(wijk.code)));
    this.areas = all;
  }

  say(words: string): void {
    this.spoken = words;
  }

  explain(error: unknown): string {
    if (!(error instanceof Problem)) return t("There is no connection with the server. Try again in a moment.");
    return error.words;
  }

  private fail(error: unknown): void {
    this.state = "failed";
    this.signedOut = error instanceof Problem && error.status === 401;
    this.trouble = this.explain(error);
  }

  changed(): void {
    for (const watcher of this.watchers) watcher();
  }
}
