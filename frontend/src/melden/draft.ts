/**
 * What is typed and the photos chosen, kept on this device until they go to the outbox: they survive a reload, a crash
 * and a new version of the site. Each tab has a draft of its own; one that no tab holds any more is taken up again.
 */
import { answered, transact } from "../device";
import { newKey } from "../desk/new-key";
import type { PhotoBytes } from "../outbox/shelf";
import type { QueuedPhoto, QueuedReport } from "../outbox/shapes";

export type Values = [name: string, value: string][];

export interface Draft {
  id: string;
  /** Milliseconds since 1970. */
  updatedAt: number;
  values: Values;
  step: string;
  photos: QueuedPhoto[];
  /** The key of the report in the outbox that this one is to replace. */
  corrects: string | null;
}

/** As long as the server keeps what is typed without a script: it is personal, and the phone may be shared. */
export const KEPT_FOR = 24 * 3600_000;
const SAVE_AFTER = 200;
const TAB = "melden-draft";
/** Hidden fields are the server's, but for these. */
const HIDDEN = new Set(["lon", "lat", "spot"]);
/** A reload lets go of its draft a moment later than the new page asks for it. */
const LETTING_GO = 2_000;

/** Ask that what is in the form now is kept; for changes that a script makes in hidden fields. */
export function save(form: HTMLFormElement): void {
  form.dispatchEvent(new Event("keep"));
}

export function read(form: HTMLFormElement): Values {
  const values: Values = [];
  for (const field of form.elements) {
    if (!isField(field) || field.disabled) continue;
    if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio") && !field.checked) continue;
    if (field.value !== "") values.push([field.name, field.value]);
  }
  return values;
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** What a person fills in; not what the server put there for itself, nor what only a robot sees. */
function isField(element: Element): element is Field {
  if (element instanceof HTMLInputElement) return element.name !== "" && (HIDDEN.has(element.name) || !["hidden", "file", "submit", "button", "search"].includes(element.type));
  return (element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement) && element.name !== "";
}

/** Put the values in the fields that are there; choices that are not in `values` are taken out. */
export function fill(root: ParentNode, values: Values): void {
  for (const field of root.querySelectorAll("input, select, textarea")) {
    if (!isField(field)) continue;
    const given = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")) field.checked = given.includes(field.value);
    else if (given[0] !== undefined) field.value = given[0];
  }
}

export class DraftKeeper {
  private timer: number | undefined;
  private writing: Promise<void> = Promise.resolve();
  private done = false;
  /** Said when it cannot be kept. */
  trouble: (error: unknown) => void = () => undefined;

  private constructor(
    private readonly form: HTMLFormElement,
    readonly draft: Draft,
  ) {
    const soon = (): void => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.keep(), SAVE_AFTER);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("keep", soon);
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && void this.keep());
    window.addEventListener("pagehide", () => void this.keep());
  }

  /** This tab's draft, else the newest that no tab holds, else a new one. Fails where nothing can be kept. */
  static async begin(form: HTMLFormElement): Promise<DraftKeeper> {
    const found = (await transact(["drafts"], "readonly", (store) => answered(store("drafts").getAll()))) as Draft[];
    const fresh = found.filter(({ updatedAt }) => Date.now() - updatedAt < KEPT_FOR).sort((one, other) => other.updatedAt - one.updatedAt);
    const own = readTab();
    for (const draft of [...fresh.filter(({ id }) => id === own), ...fresh.filter(({ id }) => id !== own)]) {
      if (await hold(draft.id, draft.id === own ? LETTING_GO : 0)) return DraftKeeper.of(form, draft);
    }
    const draft: Draft = { id: newKey(), updatedAt: Date.now(), values: [], step: "", photos: [], corrects: null };
    await hold(draft.id, 0);
    return DraftKeeper.of(form, draft);
  }

  private static of(form: HTMLFormElement, draft: Draft): DraftKeeper {
    writeTab(draft.id);
    return new DraftKeeper(form, draft);
  }

  /** Open a refused report again: the form gets what was in it. */
  correct(report: QueuedReport): void {
    const { values, step } = report.form as { values: Values; step: string };
    Object.assign(this.draft, { values, step, photos: structuredClone(report.photos), corrects: report.key });
  }

  isEmpty(): boolean {
    return this.draft.values.every(([name]) => !["text", "address", "name", "email", "phone"].includes(name)) && this.draft.photos.length === 0;
  }

  async setStep(step: string): Promise<void> {
    if (this.draft.step === step) return;
    this.draft.step = step;
    await this.keep();
  }

  async addPhoto(photo: QueuedPhoto, bytes: ArrayBuffer): Promise<void> {
    this.draft.photos.push(photo);
    try {
      await this.write({ id: photo.id, bytes });
    } catch (error) {
      this.draft.photos = this.draft.photos.filter((one) => one !== photo);
      throw error;
    }
  }

  async removePhoto(id: string): Promise<void> {
    this.draft.photos = this.draft.photos.filter((photo) => photo.id !== id);
    await this.keep();
    await sweep();
  }

  /** Whatever was typed since. */
  async keep(): Promise<void> {
    window.clearTimeout(this.timer);
    if (this.done) return;
    this.draft.values = read(this.form);
    try {
      await this.write();
    } catch (error) {
      this.trouble(error);
    }
  }

  /** It went to the outbox: what comes now is another. */
  restart(): void {
    window.clearTimeout(this.timer);
    Object.assign(this.draft, { id: newKey(), values: [], step: "", photos: [], corrects: null });
    writeTab(this.draft.id);
    void hold(this.draft.id, 0);
    this.done = false;
  }

  /** Nothing is written after this, so that what was sent does not come back as a draft. */
  stop(): Promise<void> {
    this.done = true;
    window.clearTimeout(this.timer);
    return this.writing;
  }

  goOn(): void {
    this.done = false;
  }

  private write(photo?: PhotoBytes): Promise<void> {
    const next = this.writing.then(async () => {
      this.draft.updatedAt = Date.now();
      const empty = this.isEmpty() && this.draft.corrects === null;
      await transact(
        ["drafts", "photos"],
        "readwrite",
        (store) => {
          if (photo) store("photos").put(photo);
          if (empty) store("drafts").delete(this.draft.id);
          else store("drafts").put(this.draft);
        },
        photo ? "strict" : "relaxed",
      );
    });
    this.writing = next.catch(() => undefined);
    return next;
  }
}

/** Throw away old drafts, and photos that belong to nothing any more. */
export async function sweep(now = Date.now()): Promise<void> {
  await transact(["drafts", "outbox", "photos"], "readwrite", async (store) => {
    const drafts = (await answered(store("drafts").getAll())) as Draft[];
    const old = drafts.filter(({ updatedAt }) => now - updatedAt >= KEPT_FOR);
    for (const { id } of old) store("drafts").delete(id);
    const reports = (await answered(store("outbox").getAll())) as QueuedReport[];
    const wanted = new Set([...drafts.filter((one) => !old.includes(one)), ...reports].flatMap(({ photos }) => photos.map(({ id }) => id)));
    for (const id of (await answered(store("photos").getAllKeys())) as string[]) if (!wanted.has(id)) store("photos").delete(id);
  });
}

/** Whether the draft is this tab's from now on, for as long as the tab lives. */
async function hold(id: string, patience: number): Promise<boolean> {
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return true;
  return new Promise((done) => {
    const held = (lock: Lock | null): Promise<void> | undefined => {
      done(lock !== null);
      return lock ? new Promise<void>(() => undefined) : undefined;
    };
    const options: LockOptions = patience ? { signal: timeout(patience) } : { ifAvailable: true };
    locks.request(`${TAB}-${id}`, options, held).catch(() => done(false));
  });
}

function timeout(milliseconds: number): AbortSignal {
  const stop = new AbortController();
  window.setTimeout(() => stop.abort(), milliseconds);
  return stop.signal;
}

function readTab(): string | null {
  try {
    return sessionStorage.getItem(TAB);
  } catch {
    return null;
  }
}

function writeTab(id: string): void {
  try {
    sessionStorage.setItem(TAB, id);
  } catch {
    // Without it the newest free draft is taken.
  }
}
