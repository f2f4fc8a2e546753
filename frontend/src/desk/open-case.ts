/** The case that is open: what is shown of it, the deed under way, and what stands in its way. */
import { t } from "../i18n";
import { type Audience } from "./drafts";
import { type Case, type HistoryLine, type Move } from "./shapes";

/** Where on the page a deed was done; its errors are shown there. */
export type Place = "composer" | "status" | "assign" | "details" | "together";

/** One thing a person does to a case. `key` stays the same for every attempt at it. */
export interface Deed {
  readonly reference: string;
  readonly place: Place;
  readonly method: "POST" | "PATCH";
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly key: string;
  /** Whose draft this was; cleared when it is done. */
  readonly audience?: Audience;
  readonly done: string;
  /** Refuse when the case changed meanwhile. A note disturbs nobody. */
  readonly checked: boolean;
}

export interface Trouble {
  place: Place;
  words: string;
  /** The deed to try again, with its own key; null when it must be mended first. */
  again: Deed | null;
}

/** Someone was first: what happened since the version this person saw, and what they wanted to do. */
export interface Conflict {
  deed: Deed;
  happened: HistoryLine[];
}

export class OpenCase {
  state: "loading" | "ready" | "gone" | "failed" = "loading";
  case: Case | null = null;
  busy: Deed | null = null;
  trouble: Trouble | null = null;
  conflict: Conflict | null = null;
  /** What others did while this person was looking, newest last; until they wave it away. */
  meanwhile: HistoryLine[] = [];
  people: string[] = [];
  composing: Audience = "resident";
  /** The step that waits for its message in the composer. */
  move: Move | null = null;
  /** Why the case is no longer here, in words. */
  gone = "";

  constructor(readonly reference: string) {}

  /** Show the case as it is now; false when what is shown is newer. `mine`: this person's own doing. */
  show(found: Case, mine: boolean): boolean {
    const shown = this.case;
    if (shown && found.version < shown.version) return false;
    if (shown && !mine) this.meanwhile = [...this.meanwhile, ...since(found, shown)];
    this.case = found;
    this.state = "ready";
    if (this.move && !found.moves.some((one) => one.move === this.move)) this.move = null;
    return true;
  }

  /** The deed was refused because the case had changed: keep it, and say what changed. */
  refuse(deed: Deed, fresh: Case): void {
    this.conflict = { deed, happened: since(fresh, this.case ?? fresh) };
    this.case = fresh;
    this.meanwhile = [];
  }

  leave(words: string): void {
    this.state = "gone";
    this.gone = words;
    this.busy = null;
  }

  /** Whether the step of a kept deed is still possible. */
  get canRetry(): boolean {
    const { move, step } = this.conflict?.deed.body ?? {};
    if (step !== undefined) return (this.case?.initiative ?? this.case?.poll)?.steps.some((one: { step: string }) => one.step === step) ?? false;
    return move === undefined || (this.case?.moves.some((one) => one.move === move) ?? false);
  }
}

/** What happened since a case was seen. The lines of its initiative count by the version of that. */
export function since(found: Case, seen: Case): HistoryLine[] {
  const version = (line: HistoryLine): number => (line.type.startsWith("initiative.") ? (seen.initiative?.version ?? Infinity) : line.type.startsWith("poll.") ? (seen.poll?.version ?? Infinity) : seen.version);
  return found.history.filter((line) => line.version > version(line));
}

/** A step as a verb on its button. */
export function moveWords(move: Move): string {
  return {
    accept: t("Accept"),
    start: t("Start"),
    plan: t("Plan"),
    ask: t("Ask"),
    resolve: t("Resolve"),
    decline: t("Cannot solve"),
    reopen: t("Reopen"),
  }[move];
}

/** The button that sends the message and takes the step. */
export function moveSubmit(move: Move): string {
  switch (move) {
    case "plan":
      return t("Send and plan");
    case "ask":
      return t("Send question");
    case "resolve":
      return t("Send and resolve");
    case "decline":
      return t("Send and close");
    default:
      return t("Send to resident");
  }
}

/** What the resident should hear with this step. */
export function moveQuestion(move: Move): string {
  switch (move) {
    case "plan":
      return t("Tell the resident when it will be done.");
    case "ask":
      return t("What do you need to know from the resident?");
    case "resolve":
      return t("Tell the resident what was done.");
    case "decline":
      return t("Tell the resident why it cannot be solved, and what they can do.");
    default:
      return t("Write to the resident (not required).");
  }
}
