/**
 * Walking a round, without its looks. Every deed is first written down on the device and then sent, with a network
 * or without: what was tapped is never lost, and the key of each makes it happen once.
 */
import { t } from "../../i18n";
import { type Api, Problem, Unreachable } from "../api";
import { type Kept, keepable, type Owed, type Shelf } from "./kept";
import { type Round, type RoundRow, type Stop, type StopState } from "./shapes";

export interface Surroundings {
  api: Api;
  shelf: Shelf;
  owner: number;
  now(): number;
  newKey(): string;
  /** Photos to keep for when there is no network. */
  keepPhotos(addresses: readonly string[]): Promise<void>;
}

export type Where = "loading" | "list" | "round" | "missing";

export class Walk {
  where: Where = "loading";
  rounds: RoundRow[] = [];
  round: Round | null = null;
  /** When the server last said how it is; older than a moment means: from the device. */
  toldAt: number | null = null;
  offline = false;
  signedOut = false;
  owed: Owed[] = [];
  trouble = "";
  private sending: Promise<void> | null = null;
  private readonly watchers = new Set<() => void>();

  constructor(private readonly world: Surroundings) {}

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  get waiting(): Owed[] {
    return this.owed.filter((one) => one.refused === null);
  }

  get refused(): Owed[] {
    return this.owed.filter((one) => one.refused !== null);
  }

  get next(): Stop | null {
    return this.round?.stops.find((stop) => stop.state === "open") ?? null;
  }

  /** Whoever else used this device leaves nothing behind; then what waits goes out. */
  async begin(round: number | null): Promise<void> {
    await this.quietly(() => this.world.shelf.wipe(this.world.owner));
    await this.readOwed();
    await this.send();
    await (round === null ? this.showRounds() : this.show(round));
  }

  async showRounds(): Promise<void> {
    this.where = "loading";
    this.changed();
    try {
      this.rounds = (await this.world.api.get<{ results: RoundRow[] }>("rounds")).results;
      this.reached();
      this.toldAt = this.world.now();
    } catch (error) {
      this.failed(error);
      const kept = await this.keptRounds();
      this.rounds = kept.map(({ round }) => round);
      this.toldAt = kept.length ? Math.min(...kept.map(({ at }) => at)) : null;
    }
    this.round = null;
    this.where = "list";
    this.changed();
  }

  async show(id: number): Promise<void> {
    this.where = "loading";
    this.changed();
    const known = (await this.keptRounds()).find(({ round }) => round.id === id);
    try {
      await this.accept(await this.world.api.get<Round>(`rounds/${id}`));
    } catch (error) {
      this.failed(error);
      if (error instanceof Problem && error.status === 404) {
        await this.quietly(() => this.world.shelf.drop(id));
        this.where = "missing";
      } else if (known) {
        this.round = this.withOwed(known.round);
        this.toldAt = known.at;
        this.where = "round";
      } else {
        this.where = "missing";
      }
    }
    this.changed();
  }

  /** Ask again, without a blank screen in between. */
  async refresh(): Promise<void> {
    await this.send();
    if (!this.round) return;
    try {
      await this.accept(await this.world.api.get<Round>(`rounds/${this.round.id}`));
    } catch (error) {
      this.failed(error);
    }
    this.changed();
  }

  // --- deeds ------------------------------------------------------------------------------------

  async mark(reference: string, state: StopState): Promise<void> {
    const { round } = this;
    if (!round || !reference) return;
    const at = new Date(this.world.now()).toISOString();
    this.round = { ...round, stops: round.stops.map((stop) => (stop.reference === reference ? { ...stop, state, at } : stop)) };
    this.changed();
    await this.owe(reference, `rounds/${round.id}/stops/${encodeURIComponent(reference)}`, { state, at });
  }

  /** For colleagues, by the case's ordinary deed. */
  async note(reference: string, text: string): Promise<void> {
    await this.owe(reference, `cases/${encodeURIComponent(reference)}/notes`, { text });
  }

  /** A step of the case's workflow; the resident reads `message`. */
  async step(reference: string, move: string, message: string): Promise<void> {
    await this.owe(reference, `cases/${encodeURIComponent(reference)}/transitions`, message ? { move, message } : { move });
  }

  /** Another order, from here on the server's; needs the network. */
  async reorder(references: readonly string[]): Promise<void> {
    const { round } = this;
    if (!round) return;
    const before = round.stops;
    this.round = { ...round, stops: references.map((one) => before.find((stop) => stop.reference === one)).filter((stop): stop is Stop => stop !== undefined) };
    this.changed();
    await this.change({ order: references });
  }

  async change(body: { order?: readonly string[]; start?: readonly [number, number]; name?: string; finished?: boolean }): Promise<boolean> {
    const { round } = this;
    if (!round) return false;
    try {
      const changed = await this.world.api.send<Round>({ method: "PATCH", path: `rounds/${round.id}`, body, key: this.world.newKey() });
      if (changed) await this.accept(changed);
      return true;
    } catch (error) {
      this.failed(error);
      this.trouble = this.explain(error);
      await this.refresh();
      return false;
    } finally {
      this.changed();
    }
  }

  /** What the server refused, and this person has read. */
  async dismiss(key: string): Promise<void> {
    await this.quietly(() => this.world.shelf.settle(key));
    await this.readOwed();
    this.changed();
  }

  // --- sending ----------------------------------------------------------------------------------

  private async owe(reference: string, path: string, body: unknown): Promise<void> {
    const deed: Owed = {
      key: this.world.newKey(),
      owner: this.world.owner,
      round: this.round?.id ?? 0,
      reference,
      method: "POST",
      path,
      body,
      at: this.world.now(),
      refused: null,
    };
    this.owed = [...this.owed, deed];
    try {
      await this.world.shelf.owe(deed);
    } catch {
      this.trouble = t("This device keeps nothing. Stay connected until everything is sent.");
    }
    if (this.round && this.toldAt !== null) await this.keep(this.round, this.toldAt);
    this.changed();
    await this.send();
  }

  /** What waits, in order, one after the other; stops where there is no network. */
  send(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => (this.sending = null));
    return this.sending;
  }

  private async sendAll(): Promise<void> {
    for (let deed = this.waiting[0]; deed; deed = this.waiting[0]) {
      const { key, method, path, body } = deed;
      try {
        const answer = await this.world.api.send<unknown>({ method, path, body, key });
        this.reached();
        this.owed = this.owed.filter((one) => one.key !== key);
        await this.quietly(() => this.world.shelf.settle(key));
        if (isRound(answer) && this.round?.id === answer.id) await this.accept(answer);
      } catch (error) {
        this.failed(error);
        if (!(error instanceof Problem) || error.status === 401 || error.status === 429) break;
        const refused = { ...deed, refused: error.words };
        this.owed = this.owed.map((one) => (one.key === key ? refused : one));
        await this.quietly(() => this.world.shelf.owe(refused));
      }
      this.changed();
    }
    this.changed();
  }

  // --- keeping ----------------------------------------------------------------------------------

  private async accept(round: Round): Promise<void> {
    this.reached();
    this.toldAt = this.world.now();
    this.round = this.withOwed(round);
    this.where = "round";
    await this.keep(round, this.toldAt);
  }

  private async keep(round: Round, at: number): Promise<void> {
    if (round.finishedAt) {
      await this.quietly(() => this.world.shelf.drop(round.id));
      return;
    }
    const kept = keepable(round);
    await this.quietly(() => this.world.shelf.save({ round: kept, owner: this.world.owner, at }));
    await this.quietly(() => this.world.keepPhotos(kept.stops.flatMap((stop) => stop.photos.map((photo) => photo.thumbnailUrl))));
  }

  /** The marks that the server has not heard of yet lie over what it says. */
  private withOwed(round: Round): Round {
    const marks = this.waiting.filter((deed) => deed.path.startsWith(`rounds/${round.id}/stops/`));
    const stops = round.stops.map((stop) => {
      const mark = marks.filter((deed) => deed.reference === stop.reference).at(-1)?.body as { state: StopState; at: string } | undefined;
      return mark ? { ...stop, ...mark } : stop;
    });
    return { ...round, stops };
  }

  private async keptRounds(): Promise<Kept[]> {
    try {
      return await this.world.shelf.rounds(this.world.owner);
    } catch {
      return [];
    }
  }

  private async readOwed(): Promise<void> {
    try {
      this.owed = await this.world.shelf.owed(this.world.owner);
    } catch {
      this.owed = [];
    }
  }

  /** A browser without storage (private windows) is no reason to stop working. */
  private async quietly(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch {
      return;
    }
  }

  private reached(): void {
    this.offline = false;
    this.signedOut = false;
  }

  private failed(error: unknown): void {
    if (error instanceof Unreachable) this.offline = true;
    else if (error instanceof Problem) {
      this.offline = false;
      this.signedOut = error.status === 401;
    } else throw error;
  }

  explain(error: unknown): string {
    if (error instanceof Problem) return error.words;
    return t("There is no connection with the server. Try again in a moment.");
  }

  changed(): void {
    for (const watcher of this.watchers) watcher();
  }
}

function isRound(answer: unknown): answer is Round {
  return typeof answer === "object" && answer !== null && "stops" in answer && "metres" in answer;
}
