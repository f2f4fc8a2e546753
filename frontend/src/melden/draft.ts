/**
 * What is typed and the photos chosen, kept on this device until they go to the outbox: they survive a reload, a crash
 * and a new version of the site. Each tab has a draft of its own; one that no tab holds any more is taken up again.
 */
import { answered, transact } from "../device";
import { newKey } from "../desk/new-key";
import { language } from "../i18n";
import type { PhotoBytes } from "../outbox/shelf";
import type { QueuedPhoto, QueuedReport } from "../outbox/shapes";
import { isRow, photosNamed, soundPhotos } from "../outbox/sound";

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
  /** The draft of the server, and its moment, that this one went on with. */
  taken: string;
}

/** As long as the server keeps what is typed without a script: it is personal, and the phone may be shared. */
export const KEPT_FOR = 24 * 3600_000;
const SAVE_AFTER = 200;
const TAB = "melden-draft";
/** Hidden fields are the server's, but for these. */
const HIDDEN = new Set(["lon", "lat", "spot", "proposed"]);
/** A reload lets go of its draft a moment later than the new page asks for it. */
const LETTING_GO = 2_000;
const TAKEN = "melden-taken";

/** A draft that can be taken up: what is missing in it is filled in. Null for one that is too old, or none. */
export function soundDraft(found: unknown, now: number): Draft | null {
  if (!isRow(found)) return null;
  const { id, updatedAt, values, step, corrects, taken } = found;
  if (typeof id !== "string" || typeof updatedAt !== "number" || !(Math.abs(now - updatedAt) < KEPT_FOR)) return null;
  const isPair = (one: unknown): one is [string, string] => Array.isArray(one) && one.length === 2 && one.every((part) => typeof part === "string");
  return {
    id,
    updatedAt,
    values: Array.isArray(values) ? values.filter(isPair) : [],
    step: typeof step === "string" ? step : "",
    photos: soundPhotos(found["photos"]),
    corrects: typeof corrects === "string" ? corrects : null,
    taken: typeof taken === "string" ? taken : "",
  };
}

async function drafts(): Promise<Draft[]> {
  const found: unknown[] = await transact(["drafts"], "readonly", (store) => answered(store("drafts").getAll()));
  const sound = found.map((one) => soundDraft(one, Date.now())).filter((one) => one !== null);
  return sound.sort((one, other) => other.updatedAt - one.updatedAt);
}

function emptyDraft(): Draft {
  return { id: newKey(), updatedAt: Date.now(), values: [], step: "", photos: [], corrects: null, taken: "" };
}

/** Ask that what is in the form now is kept; for changes that a script makes in hidden fields. */
export function save(form: HTMLFormElement): void {
  form.dispatchEvent(new Event("keep"));
}

export function read(form: HTMLFormElement): Values {
  const values: Values = [];
  for (const field of form.elements) {
    if (!isField(field) || field.disabled) continue;
    if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio") && !field.checked) continue;
    // Nobody chose the language that the page has: it goes along with the page.
    if (field.name === "language" && field.value === language()) continue;
    if (field.value !== "") values.push([field.name, field.value]);
  }
  return values;
}

/** As if nobody typed anything yet, whatever the page came with. */
export function empty(form: HTMLFormElement): void {
  for (const field of form.elements) {
    if (!isField(field)) continue;
    if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")) field.checked = false;
    else field.value = field.name === "language" ? language() : "";
  }
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
  /** What was in the form when another report was opened for correction: it comes back after that. */
  private readonly aside: Draft[] = [];
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

  /**
   * This tab's draft, else the newest that no tab holds, else a new one. `server`: what the server kept from before the
   * script was there comes first when no draft went on with it yet. `anew`: a person asked for an empty form. Fails
   * where nothing can be kept.
   */
  static async begin(form: HTMLFormElement, server: string, anew: boolean): Promise<DraftKeeper> {
    const fresh = await drafts();
    const own = readTab();
    const isNew = server !== "" && !wasTaken(server) && !fresh.some(({ taken }) => taken === server);
    const order = isNew || anew ? [] : [...fresh.filter(({ id }) => id === own), ...fresh.filter(({ id }) => id !== own)];
    for (const draft of order) {
      if (!(await hold(draft.id, draft.id === own ? LETTING_GO : 0))) continue;
      if (draft.corrects) await hold(draft.corrects, LETTING_GO);
      return DraftKeeper.of(form, draft);
    }
    const draft = { ...emptyDraft(), taken: isNew ? server : "" };
    await hold(draft.id, 0);
    return DraftKeeper.of(form, draft);
  }

  private static of(form: HTMLFormElement, draft: Draft): DraftKeeper {
    writeTab(draft.id);
    return new DraftKeeper(form, draft);
  }

  /** Go on with what the page has from the server; the bytes of photos that were sent without a script are there. */
  async takeOver(photos: QueuedPhoto[]): Promise<void> {
    if (!this.draft.taken || wasTaken(this.draft.taken)) return;
    this.draft.photos.push(...photos);
    await this.keep();
    markTaken(this.draft.taken);
  }

  /**
   * Open a refused report again: the form gets what was in it, or how far its correction had come, and what is in the
   * form now is laid aside. False when another tab has it open.
   */
  async correct(report: QueuedReport): Promise<boolean> {
    if (this.draft.corrects === report.key) return true;
    if (!(await hold(report.key, 0))) return false;
    await this.keep();
    const begun = (await drafts()).find(({ corrects }) => corrects === report.key);
    if (this.isEmpty() && this.draft.corrects === null) release(this.draft.id);
    else this.aside.push(structuredClone(this.draft));
    const old = this.aside.findIndex(({ corrects }) => corrects === report.key);
    if (old >= 0) this.aside.splice(old, 1);
    const { values, step } = asFilled(report.form);
    this.become(begun ?? { ...emptyDraft(), values, step, photos: structuredClone(report.photos), corrects: report.key });
    return true;
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

  /** It went to the outbox: what comes now is what was laid aside for it, or another. */
  restart(): void {
    window.clearTimeout(this.timer);
    release(this.draft.id);
    if (this.draft.corrects) release(this.draft.corrects);
    this.become(this.aside.pop() ?? emptyDraft());
    this.done = false;
  }

  private become(draft: Draft): void {
    Object.assign(this.draft, draft);
    writeTab(draft.id);
    void hold(draft.id, 0);
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
    const found: unknown[] = await answered(store("drafts").getAll());
    const kept = found.filter((one) => soundDraft(one, now) !== null);
    for (const one of found) if (!kept.includes(one) && isRow(one)) store("drafts").delete(one["id"] as string);
    const reports: unknown[] = await answered(store("outbox").getAll());
    const wanted = new Set([...kept, ...reports].flatMap(photosNamed));
    for (const id of (await answered(store("photos").getAllKeys())) as string[]) if (!wanted.has(id)) store("photos").delete(id);
  });
}

function asFilled(form: unknown): { values: Values; step: string } {
  const { values, step } = soundDraft({ ...(isRow(form) ? form : {}), id: "", updatedAt: 0 }, 0)!;
  return { values, step };
}

const held = new Map<string, () => void>();

/** Whether this draft, or this correction, is this tab's from now on: until it lets go, or is closed. */
async function hold(id: string, patience: number): Promise<boolean> {
  const locks = navigator.locks as LockManager | undefined;
  if (!locks || held.has(id)) return true;
  return new Promise((done) => {
    const taken = (lock: Lock | null): Promise<void> | undefined => {
      const kept = lock ? new Promise<void>((letGo) => held.set(id, letGo)) : undefined;
      done(lock !== null);
      return kept;
    };
    const options: LockOptions = patience ? { signal: timeout(patience) } : { ifAvailable: true };
    locks.request(`${TAB}-${id}`, options, taken).catch(() => done(false));
  });
}

function release(id: string): void {
  held.get(id)?.();
  held.delete(id);
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

/** Drafts of the server that were gone on with here; also after they were sent, for the server keeps them a day. */
export function wasTaken(server: string): boolean {
  return takenOnes().includes(server);
}

function markTaken(server: string): void {
  try {
    localStorage.setItem(TAKEN, JSON.stringify([...takenOnes().filter((one) => one !== server), server].slice(-8)));
  } catch {
    // Then it may be offered once more.
  }
}

function takenOnes(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(TAKEN) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}
