/** One deed on many cases: first what will happen to each, then the doing, the result, and the way back. */
import { t, tn } from "../../i18n";
import { type Desk, type World } from "../desk";
import { type Colleague, type Priority, type Status, type Team } from "../shapes";
import { MOST } from "./selection";

export type BulkDeed = "assign" | "priority" | "move" | "read" | "unread";

export interface BulkChange {
  team?: Team;
  assignee?: Colleague | null;
  priority?: Priority;
  status?: Status;
  statusLabel?: string;
}

export interface BulkLine {
  reference: string;
  ok: boolean;
  change: { from: BulkChange; to: BulkChange } | null;
  error: { code: string; detail: string } | null;
  version: number | null;
}

export interface BulkAnswer {
  id: string | null;
  undoable: boolean;
  results: BulkLine[];
  done: number;
  refused: number;
}

/** What the person asks: the deed, its values, and how it reads on the button. */
export interface BulkWish {
  deed: BulkDeed;
  values: Record<string, unknown>;
  /** "Give to Fatima" */
  words: string;
}

export type BulkState =
  | { step: "idle" }
  | { step: "previewing" | "running"; wish: BulkWish; references: string[]; sofar: number }
  | { step: "preview"; wish: BulkWish; references: string[]; lines: BulkLine[] }
  | { step: "done"; wish: BulkWish; lines: BulkLine[]; undo: string[] }
  | { step: "failed"; wish: BulkWish; references: string[]; words: string; key: string; ran: boolean };

export class Bulk {
  state: BulkState = { step: "idle" };

  constructor(
    private readonly desk: Desk,
    private readonly world: World,
  ) {}

  /** What would happen to each of these, without doing it. */
  async preview(wish: BulkWish, references: string[]): Promise<void> {
    this.to({ step: "previewing", wish, references, sofar: 0 });
    try {
      const { lines } = await this.ask(wish, references, true, "");
      this.to({ step: "preview", wish, references, lines });
    } catch (error) {
      this.to({ step: "failed", wish, references, words: this.desk.explain(error), key: "", ran: false });
    }
  }

  /** Do it, to all that can be done; `key` of an attempt whose answer was lost makes it happen once. */
  async run(wish: BulkWish, references: string[], key: string = this.world.newKey()): Promise<void> {
    this.to({ step: "running", wish, references, sofar: 0 });
    try {
      const { lines, undo } = await this.ask(wish, references, false, key);
      this.to({ step: "done", wish, lines, undo });
      this.finish(wish, lines, undo);
    } catch (error) {
      this.to({ step: "failed", wish, references, words: this.desk.explain(error), key, ran: true });
    }
  }

  close(): void {
    this.to({ step: "idle" });
  }

  private finish(wish: BulkWish, lines: readonly BulkLine[], undo: readonly string[]): void {
    const done = lines.filter((line) => line.ok).map((line) => line.reference);
    for (const reference of done) this.desk.selection.drop(reference);
    if (wish.deed === "read" || wish.deed === "unread") this.desk.markLocally(done, wish.deed === "unread");
    const words = tn("{n} case: {deed}", "{n} cases: {deed}", done.length, { deed: wish.words });
    if (done.length) this.desk.offerUndo(words, undo.length ? () => this.undo(undo) : null);
    void this.desk.fetch(done);
    this.desk.countSoon();
  }

  private async undo(ids: readonly string[]): Promise<void> {
    let back = 0;
    let stayed = 0;
    const references: string[] = [];
    try {
      for (const id of ids) {
        const answer = await this.world.api.send<BulkAnswer>({ method: "POST", path: `cases/_bulk/${id}/_undo`, body: {}, key: this.world.newKey() });
        back += answer?.done ?? 0;
        stayed += answer?.refused ?? 0;
        references.push(...(answer?.results ?? []).map((line) => line.reference));
      }
      const words = tn("{n} case is as it was", "{n} cases are as they were", back);
      this.desk.showToast(stayed ? `${words}. ${tn("{n} was changed since and stays", "{n} were changed since and stay", stayed)}` : words);
    } catch (error) {
      this.desk.showToast(this.desk.explain(error));
    }
    void this.desk.fetch(references);
    this.desk.countSoon();
  }

  /** In portions that one request may hold; each portion has its own key made of the first. */
  private async ask(wish: BulkWish, references: readonly string[], dryRun: boolean, key: string): Promise<{ lines: BulkLine[]; undo: string[] }> {
    const lines: BulkLine[] = [];
    const undo: string[] = [];
    for (let start = 0; start < references.length; start += MOST) {
      const portion = references.slice(start, start + MOST);
      const answer = await this.world.api.send<BulkAnswer>({
        method: "POST",
        path: "cases/_bulk",
        body: { references: portion, deed: wish.deed, dryRun, ...wish.values },
        ...(dryRun ? {} : { key: portionKey(key, start / MOST) }),
      });
      if (!answer) continue;
      lines.push(...answer.results);
      if (answer.undoable && answer.id) undo.push(answer.id);
      if (this.state.step === "running" || this.state.step === "previewing") this.to({ ...this.state, sofar: start + portion.length });
    }
    return { lines, undo };
  }

  private to(state: BulkState): void {
    this.state = state;
    this.desk.changed();
  }
}

/** A UUID that differs per portion and is the same at every attempt. */
export function portionKey(key: string, portion: number): string {
  return portion === 0 ? key : key.slice(0, -3) + portion.toString(16).padStart(3, "0");
}

/** What changes to a case, in words: "Nobody → Fatima". */
export function changeWords({ from, to }: { from: BulkChange; to: BulkChange }): string[] {
  const priorities: Record<Priority, string> = { low: t("Low"), normal: t("Normal"), high: t("High") };
  const words: string[] = [];
  const arrow = (before: string, after: string) => words.push(t("{before} → {after}", { before, after }));
  if (to.team) arrow(from.team?.name ?? "", to.team.name);
  if ("assignee" in to) arrow(from.assignee?.name ?? t("nobody"), to.assignee?.name ?? t("nobody"));
  if (to.priority) arrow(priorities[from.priority ?? "normal"], priorities[to.priority]);
  if (to.statusLabel) arrow(from.statusLabel ?? "", to.statusLabel);
  return words;
}
