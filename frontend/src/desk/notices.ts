/** What the desk tells the person: a word at the edge, the way back, what is read out, and trouble in plain words. */
import { t } from "../i18n";
import { Problem, Unreachable } from "./api";
import { type World } from "./desk";

const TOAST = 6_000;

export class Notices {
  /** The last deed that can be undone; stays until the next one, or until it is waved away. */
  undo: { words: string; run: (() => Promise<void>) | null; busy: boolean } | null = null;
  /** A short word at the edge of the screen. */
  toast = "";
  /** What a screen reader is told. */
  announcement = "";
  signedOut = false;
  private readonly watchers = new Set<() => void>();
  private toasting: unknown = null;

  constructor(protected readonly world: World) {}

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Everything that is shown, drawn again at the next frame. */
  changed(): void {
    for (const watcher of this.watchers) watcher();
  }

  /** The way back from a deed: stays on the screen, within reach of the keyboard. */
  offerUndo(words: string, run: (() => Promise<void>) | null): void {
    this.undo = { words, run, busy: false };
    this.say(run ? t("{done}. Press z to undo.", { done: words }) : words);
    if (!run) this.world.after(TOAST, () => this.undo?.words === words && this.dropUndo());
    this.changed();
  }

  async takeBack(): Promise<void> {
    const undo = this.undo;
    if (!undo?.run || undo.busy) return;
    undo.busy = true;
    this.changed();
    await undo.run();
    if (this.undo === undo) this.dropUndo();
  }

  dropUndo(): void {
    this.undo = null;
    this.changed();
  }

  say(words: string): void {
    // The same words twice in a row are read out only when they differ.
    this.announcement = this.announcement === words ? `${words}\u00a0` : words;
    this.changed();
  }

  showToast(words: string): void {
    this.toast = words;
    this.world.cancel(this.toasting);
    this.toasting = this.world.after(TOAST, () => {
      this.toast = "";
      this.changed();
    });
    this.changed();
  }

  /** What went wrong, for people; notes when the session has ended. */
  explain(error: unknown): string {
    if (error instanceof Problem) {
      if (error.status === 401) {
        this.signedOut = true;
        this.changed();
        return t("You are signed out. What you typed is kept in this tab.");
      }
      return error.words;
    }
    if (error instanceof Unreachable) return t("There is no connection with the server. Try again in a moment.");
    throw error;
  }
}
