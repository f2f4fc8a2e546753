/**
 * The workplace without its looks: what is shown and what happens to it. Knows no DOM; the network,
 * the live channel and storage are given, so that tests can play all of them.
 */
import { t, tn } from "../i18n";
import type { LiveEvent, LiveHandlers, LiveState } from "../live";
import { type Address, listQuery, NO_FILTERS, sameList, type Filters } from "./address";
import { type Api, Problem } from "./api";
import { type Audience, Drafts, type Keep } from "./drafts";
import { Asking } from "./case/asking";
import { Deeds } from "./deeds";
import { Inbox } from "./inbox";
import { Bulk } from "./inbox/bulk";
import { Exports } from "./inbox/exports";
import { type AreaNode, asTree, type Chip, chipsOf, without } from "./inbox/filters";
import { maySound, type SoundSettings } from "./inbox/quiet";
import { SavedViews } from "./inbox/saved-views";
import { Selection } from "./inbox/selection";
import { Notices } from "./notices";
import { OpenCase } from "./open-case";
import { type Case, type Category, type Counts, type Me, type Move, type Page, type Row } from "./shapes";

export interface World {
  api: Api;
  /** Sends a frame on the live channel; nothing happens while it is away. */
  tell(frame: Record<string, unknown>): void;
  /** Drafts: as long as the tab. */
  session: Keep;
  /** What is kept on this device. */
  local: Keep;
  now(): Date;
  after(milliseconds: number, run: () => void): unknown;
  cancel(timer: unknown): void;
  newKey(): string;
  /** Someone looks at the list just now: it must not move. */
  isReading(): boolean;
  showAddress(address: Address, replace: boolean): void;
  /** A short tone: something came in. */
  chime(): void;
}

const GATHER = 150;
const GATHER_COUNTS = 1_200;
const AT_ONCE = 100;
const FAREWELL = 5_000;
/** Counting the saved views costs more than counting the groups. */
const GATHER_VIEWS = 6_000;
const PAGE = "50";

interface AreaRow {
  code: string;
  name: string;
  level: string;
  parent: string | null;
}

export class Desk extends Notices {
  me: Me | null = null;
  address: Address = { reference: null, filters: NO_FILTERS };
  inbox = new Inbox();
  list: "loading" | "ready" | "failed" | "more" = "loading";
  listTrouble = "";
  counts: Counts | null = null;
  open: OpenCase | null = null;
  live: LiveState = "connecting";
  categories: Category[] | null = null;
  areas: AreaNode[] | null = null;
  /** Nothing found: each of these filters, left out alone, brings cases. */
  loosen: Chip[] | null = null;
  sound: SoundSettings | null = null;
  closedDays: ReadonlySet<string> = new Set();
  drafts: Drafts;
  readonly deeds: Deeds;
  readonly asking: Asking;
  readonly selection = new Selection();
  readonly bulk: Bulk;
  readonly views: SavedViews;
  readonly exports: Exports;
  private readonly nudged = new Set<string>();
  private gathering: unknown = null;
  private counting: unknown = null;
  private countingViews: unknown = null;
  private told = false;
  private behind = false;

  constructor(world: World) {
    super(world);
    this.deeds = new Deeds(this, world);
    this.asking = new Asking(this, world);
    this.bulk = new Bulk(this, world);
    this.views = new SavedViews(this, world);
    this.exports = new Exports(this, world);
    this.drafts = new Drafts(world.session, 0);
  }

  get now(): Date {
    return this.world.now();
  }

  // --- beginning and moving about ---------------------------------------------------------------

  async start(address: Address): Promise<void> {
    this.address = address;
    this.list = "loading";
    try {
      this.me = await this.world.api.get<Me>("desk");
    } catch (error) {
      this.list = "failed";
      this.listTrouble = this.explain(error);
      this.changed();
      return;
    }
    this.drafts = new Drafts(this.world.session, this.me.me.id);
    this.closedDays = new Set(this.me.closedDays);
    this.changed();
    await Promise.all([this.loadList(), this.count(), address.reference ? this.openCase(address.reference) : undefined, this.views.load(), this.loadSound()]);
    if (chipsOf(address.filters, this).some((chip) => chip.name === "area" || chip.name === "category")) void this.loadChoices();
  }

  /** Go to an address; `push` is false when the browser is there already. */
  goTo(address: Address, push: "push" | "replace" | "none" = "push"): void {
    const before = this.address;
    this.address = address;
    if (push !== "none") this.world.showAddress(address, push === "replace");
    if (!sameList(before.filters, address.filters)) {
      this.selection.clear();
      void this.loadList();
    }
    if (before.reference !== address.reference) {
      if (address.reference) void this.openCase(address.reference);
      else this.closeCase();
    }
    this.changed();
  }

  filter(change: Partial<Filters>, push: "push" | "replace" = "push"): void {
    this.goTo({ ...this.address, filters: { ...this.address.filters, ...change } }, push);
  }

  // --- the list ---------------------------------------------------------------------------------

  async loadList(): Promise<void> {
    if (!this.me) return this.start(this.address);
    const { filters } = this.address;
    this.inbox = new Inbox(filters.ordering);
    const inbox = this.inbox;
    this.list = "loading";
    this.loosen = null;
    this.changed();
    try {
      const page = await this.world.api.get<Page>(listQuery(filters, { limit: PAGE }));
      if (inbox !== this.inbox) return;
      inbox.replace(page);
      this.list = "ready";
      if (inbox.rows.length === 0) void this.findLooser(inbox);
      if (this.behind) void this.catchUp();
    } catch (error) {
      if (inbox !== this.inbox) return;
      this.list = "failed";
      this.listTrouble = this.explain(error);
    }
    this.changed();
  }

  /** Nothing found: which single filter is it that leaves everything out? */
  private async findLooser(inbox: Inbox): Promise<void> {
    const { filters } = this.address;
    const chips = chipsOf(filters, this);
    if (chips.length === 0) return;
    const found = await Promise.all(
      chips.map(async (chip) => {
        try {
          const { results } = await this.world.api.get<Page>(listQuery({ ...filters, ...without(filters, chip) }, { limit: "1" }));
          return results.length > 0;
        } catch {
          return false;
        }
      }),
    );
    if (inbox !== this.inbox) return;
    this.loosen = chips.filter((_chip, place) => found[place]);
    this.changed();
  }

  async loadMore(): Promise<void> {
    const inbox = this.inbox;
    if (this.list !== "ready" || inbox.next === null) return;
    this.list = "more";
    this.changed();
    try {
      const page = await this.world.api.get<Page>(inbox.next);
      if (inbox !== this.inbox) return;
      inbox.append(page);
      this.say(tn("{n} more case loaded", "{n} more cases loaded", page.results.length));
    } catch (error) {
      this.showToast(this.explain(error));
    }
    if (inbox === this.inbox) this.list = "ready";
    this.changed();
  }

  letIn(): string | null {
    const rows = this.inbox.letIn();
    this.changed();
    return rows[0]?.reference ?? null;
  }

  /** Everything up to now counts as read. */
  async seeAll(): Promise<void> {
    try {
      await this.world.api.send({ method: "POST", path: "cases/_read", body: { all: true } });
      this.markLocally(this.inbox.rows.map((row) => row.reference), false);
      this.showToast(t("Everything is marked as read"));
      this.countSoon();
    } catch (error) {
      this.showToast(this.explain(error));
    }
  }

  /** One row read or unread, at once on the screen. */
  async mark(reference: string, unread: boolean): Promise<void> {
    this.markLocally([reference], unread);
    try {
      await this.world.api.send({ method: "POST", path: unread ? "cases/_unread" : "cases/_read", body: { references: [reference] } });
      this.say(unread ? t("Marked as unread") : t("Marked as read"));
      this.countSoon();
    } catch (error) {
      this.markLocally([reference], !unread);
      this.showToast(this.explain(error));
    }
  }

  markLocally(references: readonly string[], unread: boolean): void {
    this.inbox.mark(new Set(references), unread);
    this.changed();
  }

  private async loadSound(): Promise<void> {
    try {
      this.sound = await this.world.api.get<SoundSettings>("desk/settings");
    } catch {
      // Without settings it stays silent.
    }
  }

  private async count(): Promise<void> {
    try {
      this.counts = await this.world.api.get<Counts>("cases/_count");
      this.changed();
    } catch (error) {
      this.explain(error);
    }
  }

  countSoon(): void {
    this.world.cancel(this.counting);
    this.counting = this.world.after(GATHER_COUNTS, () => void this.count());
    this.countingViews ??= this.world.after(GATHER_VIEWS, () => {
      this.countingViews = null;
      if (this.views.all.length) void this.views.load();
    });
  }

  // --- the live channel -------------------------------------------------------------------------

  readonly hears: LiveHandlers = {
    event: (_stream: string, event: LiveEvent) => this.nudge(event),
    reset: () => void this.catchUp(),
    closed: () => void this.catchUp(),
    welcome: () => {
      if (this.open) this.world.tell({ type: "presence", case: this.open.reference });
      // What happened between loading the list and this welcome came as no event.
      void this.catchUp();
    },
    state: (state: LiveState) => {
      const was = this.live;
      this.live = state;
      if (state === "offline" && was !== "offline") this.say(t("No connection. What you type is kept."));
      if (state === "live" && this.told) this.say(t("Connected again."));
      this.told = state === "offline" || (this.told && state !== "live");
      this.changed();
    },
    other: (frame: Record<string, unknown>) => this.presence(frame),
  };

  private nudge(event: LiveEvent): void {
    const reference = /^case\/(.+)$/.exec(event.subject)?.[1];
    const { initiative, poll }: Partial<Case> = this.open?.case ?? {};
    if (initiative && event.subject === `initiative/${initiative.slug}` && initiative.version < event.version) void this.refreshCase();
    if (poll && event.subject === `poll/${poll.slug}` && (event.type === "poll.ballots" || poll.version < event.version)) void this.refreshCase();
    if (!reference) return;
    const shown = this.inbox.rows.find((row) => row.reference === reference);
    // The echo of what this person did: the answer to the deed was shown already. Nobody's deed: that it became late.
    if (event.type !== "case.late" && shown && shown.version >= event.version && (this.open?.reference !== reference || (this.open.case?.version ?? 0) >= event.version)) {
      this.countSoon();
      return;
    }
    this.nudged.add(reference);
    this.gathering ??= this.world.after(GATHER, () => {
      this.gathering = null;
      const references = [...this.nudged];
      this.nudged.clear();
      void this.fetch(references);
    });
    this.countSoon();
  }

  /** The first page and the open case once more; the rest of the list where it is shown. */
  private async catchUp(): Promise<void> {
    if (!this.me) return this.list === "failed" ? this.start(this.address) : undefined;
    const inbox = this.inbox;
    this.countSoon();
    if (this.open) void this.refreshCase();
    if (this.list === "failed") return this.loadList();
    // A list that is on its way may have been read before the channel's welcome.
    this.behind = this.list === "loading";
    if (this.behind) return;
    try {
      const page = await this.world.api.get<Page>(listQuery(this.address.filters, { limit: PAGE }));
      if (inbox !== this.inbox) return;
      const fresh = new Set(page.results.map((row) => row.reference));
      this.enter(page.results);
      await this.fetch(inbox.rows.map((row) => row.reference).filter((reference) => !fresh.has(reference)));
    } catch (error) {
      this.explain(error);
    }
    this.changed();
  }

  /** Rows as they are now, for those this list shows or could show. */
  async fetch(references: readonly string[]): Promise<void> {
    const inbox = this.inbox;
    for (let start = 0; start < references.length; start += AT_ONCE) {
      const asked = references.slice(start, start + AT_ONCE);
      const many = { reference: asked.join(","), limit: String(AT_ONCE) };
      try {
        const { results } = await this.world.api.get<Page>(listQuery(this.address.filters, many));
        if (inbox !== this.inbox) return;
        this.enter(results);
        const missing = asked.filter((one) => inbox.has(one) && !results.some((row) => row.reference === one));
        if (missing.length) await this.seeOff(missing);
      } catch (error) {
        this.explain(error);
        return;
      }
      if (this.open && asked.includes(this.open.reference)) void this.refreshCase();
    }
    this.changed();
  }

  private enter(found: readonly Row[]): void {
    const { entered, held } = this.inbox.merge(found, this.world.isReading());
    if (entered.length === 1) this.say(t("New in the list: {subject}", { subject: (entered[0] as Row).subject || (entered[0] as Row).reference }));
    else if (entered.length || held.length) this.say(tn("{n} new case", "{n} new cases", entered.length || this.inbox.held.length));
    if ([...entered, ...held].some((row) => row.unread) && maySound(this.sound, this.now)) this.world.chime();
    this.changed();
  }

  /** Rows that are no longer in this list: say where they went, then let them go. */
  private async seeOff(references: readonly string[]): Promise<void> {
    const inbox = this.inbox;
    const { results } = await this.world.api.get<Page>(`cases?${new URLSearchParams({ reference: references.join(","), limit: String(AT_ONCE) })}`);
    for (const reference of references) {
      const row = results.find((one) => one.reference === reference);
      if (row) inbox.merge([row], false);
      this.leaveList(inbox, reference, row ? t("Now “{status}”, so no longer in this list", { status: row.statusLabel }) : t("Now with another team"));
    }
  }

  leaveList(inbox: Inbox, reference: string, why: string): void {
    if (!inbox.leave(reference, why)) return;
    this.world.after(FAREWELL, () => {
      inbox.remove(reference);
      this.selection.keep(new Set(inbox.rows.map((row) => row.reference)));
      this.changed();
    });
    this.changed();
  }

  private presence(frame: Record<string, unknown>): void {
    const people = frame["people"];
    if (frame["type"] !== "presence" || !this.open || frame["case"] !== this.open.reference || !Array.isArray(people)) return;
    const names = people.map((one: { name?: unknown }) => (typeof one.name === "string" ? one.name : "")).filter(Boolean);
    const came = names.filter((name) => !this.open?.people.includes(name));
    this.open.people = names;
    if (came.length) this.say(tn("{names} is looking too", "{names} are looking too", came.length, { names: came.join(", ") }));
    this.changed();
  }

  // --- one case ---------------------------------------------------------------------------------

  private async openCase(reference: string): Promise<void> {
    const open = new OpenCase(reference);
    this.open = open;
    this.world.tell({ type: "presence", case: reference });
    if (this.drafts.get(reference, "colleagues") && !this.drafts.get(reference, "resident")) open.composing = "colleagues";
    this.changed();
    await this.refreshCase();
  }

  private closeCase(): void {
    this.open = null;
    this.world.tell({ type: "presence", case: null });
  }

  /** The open case as it is now, without touching what is being typed. */
  async refreshCase(): Promise<void> {
    const open = this.open;
    if (!open) return;
    try {
      const found = await this.world.api.get<Case>(`cases/${open.reference}`);
      if (open !== this.open) return;
      const before = open.case?.version;
      if (open.show(found, false) && before !== undefined && before < found.version) {
        this.say(t("This case changed: {what}", { what: open.meanwhile.map((line) => `${line.by}: ${line.text}`).join("; ") }));
      }
      this.saw(found);
    } catch (error) {
      if (open !== this.open) return;
      if (error instanceof Problem && error.status === 404) {
        open.leave(open.case ? t("This case is now with another team.") : t("This case does not exist, or it is not with your teams."));
      } else {
        const words = this.explain(error);
        if (!open.case) {
          open.state = "failed";
          open.gone = words;
        }
      }
    }
    this.changed();
  }

  saw(found: Case): void {
    this.inbox.refresh(found);
    // Opening it was reading it.
    this.inbox.mark(new Set([found.reference]), false);
  }

  compose(audience: Audience, move: Move | null = null): void {
    if (!this.open) return;
    this.open.composing = audience;
    this.open.move = audience === "resident" ? move : null;
    if (this.open.trouble?.place === "composer") this.open.trouble = null;
    this.changed();
  }

  // --- the rest ---------------------------------------------------------------------------------

  /** Single keys as shortcuts get in the way of speech control; everyone can switch them off, per device. */
  get shortcuts(): boolean {
    return this.world.local.getItem("desk.shortcuts") !== "off";
  }

  set shortcuts(on: boolean) {
    try {
      this.world.local.setItem("desk.shortcuts", on ? "on" : "off");
    } catch {
      // Without storage they stay on.
    }
    this.changed();
  }

  /** The lists behind the filters and the details; once. */
  async loadChoices(): Promise<void> {
    if (this.categories && this.areas) return;
    try {
      const code = encodeURIComponent(this.me?.gemeente.code ?? "");
      const number = code.slice(2);
      const [categories, ...areas] = await Promise.all([
        this.world.api.get<{ results: Category[] }>(`categories?gemeente=${code}`),
        ...[`parent=${code}`, `q=WK${number}`, `q=BU${number}`].map((wanted) => this.everyArea(`areas?limit=200&${wanted}`)),
      ]);
      this.categories = categories.results;
      this.areas = asTree([...new Map(areas.flat().map((one) => [one.code, one])).values()]);
    } catch (error) {
      this.showToast(this.explain(error));
    }
    this.changed();
  }

  private async everyArea(path: string): Promise<AreaRow[]> {
    const rows: AreaRow[] = [];
    for (let next: string | null = path; next !== null; ) {
      const page: { results: AreaRow[]; next: string | null } = await this.world.api.get(next);
      rows.push(...page.results);
      next = page.next;
    }
    return rows;
  }

  /** Something to show beside the case; null, with a word at the edge, when it did not come. */
  async ask<T>(path: string): Promise<T | null> {
    try {
      return await this.world.api.get<T>(path);
    } catch (error) {
      this.showToast(this.explain(error));
      return null;
    }
  }
}
