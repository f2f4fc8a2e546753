/** What a person does to a case: each deed once, checked against the version they saw, and never lost. */
import { t } from "../i18n";
import { Problem, Unreachable } from "./api";
import { type Desk, type World } from "./desk";
import { type Audience } from "./drafts";
import { type Deed, moveWords, type OpenCase, type Place } from "./open-case";
import { type Case, type Colleague, type Move } from "./shapes";

/** Uploads that go with a message, and whether they show the place before or after the work. */
export interface Photos {
  ids: readonly string[];
  stage: string;
}

const NO_PHOTOS: Photos = { ids: [], stage: "" };

function withPhotos({ ids, stage }: Photos): { photos?: readonly string[]; stage?: string } {
  return ids.length ? { photos: ids, stage } : {};
}

/** A deed that takes another back. */
interface Back {
  verb: string;
  body: Record<string, unknown>;
}

export class Deeds {
  constructor(
    private readonly desk: Desk,
    private readonly world: World,
  ) {}

  sendMessage(text: string, photos: Photos = NO_PHOTOS): Promise<void> {
    return this.perform("composer", "messages", { text, ...withPhotos(photos) }, t("Sent to the resident"), { audience: "resident" });
  }

  addNote(text: string): Promise<void> {
    return this.perform("composer", "notes", { text }, t("Note kept for colleagues"), { audience: "colleagues", checked: false });
  }

  /** A step of the workflow; one that needs a message opens the composer first. */
  async take(move: Move, message = "", photos: Photos = NO_PHOTOS): Promise<void> {
    const option = this.desk.open?.case?.moves.find((one) => one.move === move);
    if (!option) return;
    if (option.needsMessage && !message.trim()) {
      this.desk.compose("resident", move);
      return;
    }
    const place = message ? "composer" : "status";
    await this.perform(place, "transitions", { move, message, ...withPhotos(photos) }, t("Done: {step}", { step: moveWords(move) }), message ? { audience: "resident" } : {});
  }

  /** To a team or a person; someone away is replaced, and who gives hears so. */
  async assign(teamId: number, person: Colleague | null): Promise<void> {
    const current = this.desk.open?.case;
    const body = { ...(current?.team.id === teamId ? {} : { team: teamId }), professional: person?.id ?? null };
    const team = this.desk.me?.teams.find((one) => one.id === teamId);
    await this.perform("assign", "assignments", body, t("Given to {name}", { name: person?.name ?? team?.name ?? "" }));
    const now = this.desk.open?.case;
    const done = now && current && now.reference === current.reference && now.version > current.version;
    if (done && person && now.assignee && now.assignee.id !== person.id) {
      this.desk.showToast(t("{name} is away. {instead} has it now.", { name: person.name, instead: now.assignee.name }));
    }
  }

  /** The case is for me. */
  takeIt(): Promise<void> {
    const team = this.desk.open?.case?.team.id;
    const me = this.desk.me;
    if (team === undefined || !me) return Promise.resolve();
    return this.assign(team, me.me);
  }

  /**
   * A deed between cases or teams; whether it was done. `undo`: the deed that takes it back, or how to find it in what
   * the case became.
   */
  async together(verb: string, body: Record<string, unknown>, done: string, undo: Back | ((now: Case) => Back | null) | null = null): Promise<boolean> {
    const open = this.desk.open;
    if (!open?.case || open.busy) return false;
    const version = open.case.version;
    await this.perform("together", verb, body, done);
    const happened = open.trouble === null && open.conflict === null && (open.state === "gone" || (open.case?.version ?? 0) > version);
    const back = happened && open.case ? (typeof undo === "function" ? undo(open.case) : undo) : null;
    if (back) this.desk.offerUndo(done, () => this.takeBack(open.reference, back));
    return happened;
  }

  /** A deed on the initiative behind the open case; whether it was done. `checked`: refused when the case changed. */
  async initiative(verb: string, body: Record<string, unknown>, done: string, checked = true): Promise<boolean> {
    const open = this.desk.open;
    const about = open?.case?.initiative;
    if (!open || !about || open.busy) return false;
    const seen = about.version;
    await this.perform("together", verb, body, done, { checked, path: `initiatives/${about.slug}/${verb}` });
    return open.trouble === null && open.conflict === null && (open.state === "gone" || (open.case?.initiative?.version ?? 0) > seen);
  }

  /** A deed on the poll behind the open case; whether it was done. */
  async poll(verb: string, body: Record<string, unknown>, done: string): Promise<boolean> {
    const open = this.desk.open;
    const about = open?.case?.poll;
    if (!open || !about || open.busy) return false;
    const seen = about.version;
    await this.perform("together", verb, body, done, { checked: true, path: `polls/${about.slug}/${verb}` });
    return open.trouble === null && open.conflict === null && (open.state === "gone" || (open.case?.poll?.version ?? 0) > seen);
  }

  /** Also when another case is open by now. */
  private async takeBack(reference: string, { verb, body }: Back): Promise<void> {
    try {
      await this.world.api.send<Case>({ method: "POST", path: `cases/${reference}/${verb}`, body, key: this.world.newKey() });
      this.desk.showToast(t("Undone"));
    } catch (error) {
      this.desk.showToast(this.desk.explain(error));
    }
    if (this.desk.open?.reference === reference) await this.desk.refreshCase();
    if (this.desk.inbox.has(reference)) void this.desk.fetch([reference]);
    this.desk.countSoon();
  }

  change(changes: { category?: string; priority?: string; address?: string }): Promise<void> {
    return this.perform("details", "", changes, t("Changed"), { method: "PATCH" });
  }

  private perform(
    place: Place,
    verb: string,
    body: Record<string, unknown>,
    done: string,
    { audience, checked = true, method = "POST", path: elsewhere }: { audience?: Audience; checked?: boolean; method?: "POST" | "PATCH"; path?: string } = {},
  ): Promise<void> {
    const open = this.desk.open;
    if (!open?.case || open.busy) return Promise.resolve();
    const path = elsewhere ?? `cases/${open.reference}${verb ? `/${verb}` : ""}`;
    // The same text sent again after a lost answer is the same deed.
    const before = open.trouble?.again;
    const same = before && before.path === path && JSON.stringify(before.body) === JSON.stringify(body);
    const key = same ? before.key : this.world.newKey();
    return this.attempt(open, { reference: open.reference, place, method, path, body, key, done, checked, ...(audience ? { audience } : {}) });
  }

  /** Try a deed that met a conflict or a bad connection once more; it happens once. What was typed since goes along. */
  async again(deed: Deed): Promise<void> {
    if (this.desk.open?.reference !== deed.reference || this.desk.open.busy) return;
    const field = "message" in deed.body ? "message" : "text";
    const typed = deed.audience ? this.desk.drafts.get(deed.reference, deed.audience) : "";
    const changed = typed.trim() !== "" && typed !== deed.body[field];
    await this.attempt(this.desk.open, changed ? { ...deed, body: { ...deed.body, [field]: typed }, key: this.world.newKey() } : deed);
  }

  /** Leave the deed for what it was; what was typed stays in the composer. */
  dropConflict(): void {
    if (this.desk.open) this.desk.open.conflict = null;
    this.desk.changed();
  }

  private async attempt(open: OpenCase, deed: Deed): Promise<void> {
    open.busy = deed;
    open.trouble = null;
    open.conflict = null;
    this.desk.changed();
    try {
      const version = deed.checked ? open.case?.version : undefined;
      const found = await this.world.api.send<Case>({
        method: deed.method,
        path: deed.path,
        body: deed.body,
        ...(version === undefined ? {} : { version }),
        ...(deed.method === "POST" ? { key: deed.key } : {}),
      });
      if (deed.audience) {
        // What was typed on while it was being sent stays.
        const text = deed.body["text"] ?? deed.body["message"];
        if (this.desk.drafts.get(deed.reference, deed.audience) === text) this.desk.drafts.set(deed.reference, deed.audience, "");
        const sent = deed.body["photos"];
        if (Array.isArray(sent)) this.desk.drafts.setPhotos(deed.reference, this.desk.drafts.photos(deed.reference).filter((one) => !sent.includes(one.id)));
      }
      open.busy = null;
      open.move = null;
      if (found) {
        open.show(found, true);
        open.meanwhile = [];
        this.desk.saw(found);
      } else {
        open.leave(t("You passed this case on. It is now with another team."));
        this.desk.leaveList(this.desk.inbox, deed.reference, t("Now with another team"));
      }
      this.desk.showToast(deed.done);
      this.desk.countSoon();
      if (this.desk.inbox.has(deed.reference)) void this.desk.fetch([deed.reference]);
    } catch (error) {
      open.busy = null;
      await this.refused(open, deed, error);
    }
    this.desk.changed();
  }

  private async refused(open: OpenCase, deed: Deed, error: unknown): Promise<void> {
    if (error instanceof Problem && (error.status === 412 || error.status === 428)) {
      try {
        const fresh = await this.world.api.get<Case>(`cases/${deed.reference}`);
        open.refuse(deed, fresh);
        this.desk.saw(fresh);
        this.desk.say(t("Someone else changed this case first. Nothing of yours is lost."));
        return;
      } catch (second) {
        error = second;
      }
    }
    if (error instanceof Problem && error.status === 404) {
      open.leave(t("This case is now with another team. What you typed is kept here until you close the tab."));
      return;
    }
    // The step no longer fits, or the like: show how it stands now beside the refusal.
    if (error instanceof Problem && error.status === 409) void this.desk.refreshCase();
    const words = error instanceof Unreachable ? t("Not sent: there is no connection. Your text is kept; try again.") : this.desk.explain(error);
    open.trouble = { place: deed.place, words, again: error instanceof Unreachable ? deed : null };
    this.desk.say(words);
  }
}
