/**
 * The panel "Tone" beside Wagtail's page editor: reads the form while it is typed in, asks the server what to remark,
 * and puts other words in the field when the editor chooses them. It says nothing of its own: texts come from the server.
 */
import "../styles/tone.css";

interface Found {
  html: string;
  count: number;
  said: string;
}

/** One text of the form and the field it stands in; of rich text each paragraph is one. */
interface Piece {
  name: string;
  text: string;
  field: HTMLInputElement | HTMLTextAreaElement;
  block?: string;
}

/* What we use of Draft.js, by way of Wagtail's rich text editor. */
interface DraftBlock {
  getText(): string;
  getCharacterList(): DraftList;
  merge(values: object): DraftBlock;
}
interface DraftList {
  get(at: number): unknown;
  slice(from: number, to?: number): DraftList;
  concat(other: unknown): DraftList;
}
interface DraftContent {
  getBlockForKey(key: string): DraftBlock | undefined;
  getBlockMap(): { set(key: string, block: DraftBlock): unknown };
  merge(values: object): DraftContent;
}
interface DraftState {
  constructor: { push(state: DraftState, content: DraftContent, why: string): DraftState; forceSelection(state: DraftState, selection: unknown): DraftState };
  getCurrentContent(): DraftContent;
  getSelection(): { merge(values: object): unknown };
}
interface DraftInput extends HTMLInputElement {
  draftailEditor?: { getEditorState(): DraftState; onChange(state: DraftState): void };
}

/** Milliseconds between two looks at the form; of rest before the server is asked; and before trying again. */
const LOOK = 500;
const REST = 700;
const AGAIN = 15_000;

const CONTROLS = "input[type=text], textarea, input[type=hidden]";

/** Whether this control belongs to a block or a row that was taken out of the form. */
function isDeleted(form: HTMLFormElement, name: string): boolean {
  const parts = name.split("-");
  return parts.some((part, at) => {
    if (!/^\d+$/.test(part)) return false;
    const before = parts.slice(0, at + 1).join("-");
    const deleted = form.elements.namedItem(`${before}-deleted`) ?? form.elements.namedItem(`${before}-DELETE`);
    return deleted instanceof HTMLInputElement && (deleted.type === "checkbox" ? deleted.checked : Boolean(deleted.value));
  });
}

function pieces(form: HTMLFormElement, names: readonly string[]): Piece[] {
  const found: Piece[] = [];
  for (const field of form.querySelectorAll<DraftInput | HTMLTextAreaElement>(CONTROLS)) {
    const name = field.name;
    if (!names.some((one) => name === one || name.startsWith(`${one}-`)) || field.closest("[data-side-panel]")) continue;
    if (field.type === "hidden") {
      if (!(field as DraftInput).draftailEditor || isDeleted(form, name)) continue;
      const { blocks = [] } = (JSON.parse(field.value || "null") ?? {}) as { blocks?: Array<{ key: string; text: string }> };
      for (const block of blocks) if (block.text.trim()) found.push({ name, text: block.text, field, block: block.key });
    } else if (field.value.trim() && !isDeleted(form, name)) found.push({ name, text: field.value, field });
  }
  return found;
}

class TonePanel {
  private readonly form: HTMLFormElement;
  private readonly names: readonly string[];
  private readonly found: HTMLElement;
  private readonly said: HTMLElement;
  private readonly trouble: HTMLElement;
  private read: Piece[] = [];
  private seen = "";
  private asked = "";
  private since = 0;
  private waitUntil = 0;
  private busy = false;
  private count: number;

  constructor(private readonly place: HTMLElement) {
    this.form = document.querySelector<HTMLFormElement>("form[data-edit-form]")!;
    this.names = JSON.parse(place.querySelector("#tone-names")!.textContent!) as string[];
    this.found = place.querySelector("[data-tone-found]")!;
    this.said = place.querySelector("[data-tone-said]")!;
    this.trouble = place.querySelector("[data-tone-trouble]")!;
    this.count = this.found.querySelectorAll(".tone-marks > li").length;
    this.found.addEventListener("click", (event) => void this.deed(event));
    setInterval(() => this.look(), LOOK);
  }

  /** The form has changed and its writer pauses: ask. */
  private look(): void {
    if (document.hidden || this.busy) return;
    const now = Date.now();
    const state = this.state();
    if (state !== this.seen) {
      this.seen = state;
      this.since = now;
    }
    if (this.seen !== this.asked && now - this.since >= REST && now >= this.waitUntil) void this.ask();
  }

  /** By this two looks at the form are the same. */
  private state(read = pieces(this.form, this.names)): string {
    return JSON.stringify([this.address(), ...read.map((one) => [one.name, one.text])]);
  }

  /** A page that was just made has an address of its own by now. */
  private address(): string {
    const pk = /\/pages\/(\d+)\/edit\//.exec(location.pathname)?.[1];
    const edit = this.place.dataset["toneEdit"]!;
    return pk ? edit.replace(/\d+\/$/, `${pk}/`) : (this.place.dataset["toneAdd"] ?? edit);
  }

  private async ask(deed: Record<string, string> = {}): Promise<void> {
    const read = pieces(this.form, this.names);
    const state = this.state(read);
    this.busy = true;
    try {
      const token = this.form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")!.value;
      const answer = await fetch(this.address(), {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ texts: read.map(({ name, text }) => ({ name, text })), ...deed }),
      });
      const found = (await answer.json()) as Found & { message?: string };
      if (!answer.ok) throw new Error(found.message ?? "");
      this.asked = this.seen = state;
      this.read = read;
      this.trouble.hidden = true;
      this.show(found);
    } catch (error) {
      // Advice is not worth a disturbance: it stays as it was, and is asked for again later.
      this.waitUntil = Date.now() + AGAIN;
      const words = error instanceof Error && !(error instanceof TypeError) && !(error instanceof SyntaxError) ? error.message : "";
      this.trouble.hidden = !words;
      this.trouble.textContent = words;
    } finally {
      this.busy = false;
    }
  }

  private show({ html, count, said }: Found): void {
    const focused = this.found.contains(document.activeElement) ? document.activeElement!.closest("li")?.id : undefined;
    const openFine = this.found.querySelector("details")?.open ?? false;
    this.found.innerHTML = html;
    const details = this.found.querySelector("details");
    if (details) details.open = openFine;
    if (focused !== undefined) {
      const place = document.getElementById(focused) ?? this.found.querySelector("li");
      (place?.querySelector("button") ?? this.found.querySelector<HTMLElement>("summary"))?.focus();
    }
    if (this.count !== count) this.said.textContent = said;
    this.count = count;
    const counter = document.querySelector<HTMLElement>('[data-side-panel-toggle="tone"] [data-side-panel-toggle-counter]');
    if (counter) {
      counter.textContent = String(count);
      counter.hidden = count === 0;
    }
  }

  private async deed(event: Event): Promise<void> {
    const button = (event.target as HTMLElement).closest<HTMLButtonElement>("button[data-tone-deed]");
    const line = button?.closest<HTMLLIElement>("li");
    if (!button || !line) return;
    const deed = button.dataset["toneDeed"]!;
    if (deed === "fine" || deed === "again") {
      await this.ask({ deed, kind: line.dataset["kind"] ?? "", words: line.dataset["words"] ?? "" });
      return;
    }
    const piece = this.read[Number(line.dataset["at"])];
    if (!piece) return;
    const [start, end] = [Number(line.dataset["start"]), Number(line.dataset["end"])];
    if (deed === "replace") {
      if (replace(piece, start, end, button.dataset["instead"]!)) await this.settle();
      else await this.ask();
    } else this.jump(piece, start, end);
  }

  /** The form holds the other words when its editor has written them down. */
  private async settle(): Promise<void> {
    const before = this.asked;
    for (let turn = 0; turn < 10; turn++) {
      await new Promise((done) => setTimeout(done, 100));
      if (this.state() !== before) break;
    }
    await this.ask();
  }

  private jump(piece: Piece, start: number, end: number): void {
    const side = document.querySelector<HTMLElement>("[data-form-side]");
    // On a phone the panel lies over the form.
    if (side && side.getBoundingClientRect().width > innerWidth * 0.8) document.querySelector<HTMLButtonElement>("[data-form-side-close-button]")?.click();
    document.querySelector<HTMLAnchorElement>(`a[role=tab][href="#${piece.field.closest("[role=tabpanel]")?.id ?? ""}"]`)?.click();
    const wrapper = piece.field.closest<HTMLElement>("[data-field]") ?? piece.field;
    wrapper.scrollIntoView({ block: "center" });
    const editor = (piece.field as DraftInput).draftailEditor;
    if (!editor || piece.block === undefined) {
      // Focus that comes after the selection brings it in sight, in a long line too.
      if (piece.field.value.slice(start, end)) piece.field.setSelectionRange(start, end);
      piece.field.blur();
      piece.field.focus();
      return;
    }
    const state = editor.getEditorState();
    const selection = state.getSelection().merge({ anchorKey: piece.block, focusKey: piece.block, anchorOffset: start, focusOffset: end, isBackward: false, hasFocus: true });
    editor.onChange(state.constructor.forceSelection(state, selection));
  }
}

/** Put other words there, unless the text changed meanwhile. */
function replace(piece: Piece, start: number, end: number, instead: string): boolean {
  const editor = (piece.field as DraftInput).draftailEditor;
  if (!editor || piece.block === undefined) {
    if (piece.field.value !== piece.text) return false;
    piece.field.value = piece.text.slice(0, start) + instead + piece.text.slice(end);
    for (const name of ["input", "change"]) piece.field.dispatchEvent(new Event(name, { bubbles: true }));
    return true;
  }
  const state = editor.getEditorState();
  const content = state.getCurrentContent();
  const block = content.getBlockForKey(piece.block);
  if (!block || block.getText() !== piece.text) return false;
  const signs = block.getCharacterList();
  let fresh = signs.slice(0, start);
  // The new words look (bold, a link) as the first sign of the old ones did.
  for (let at = 0; at < instead.length; at++) fresh = fresh.concat([signs.get(start)]);
  const text = piece.text.slice(0, start) + instead + piece.text.slice(end);
  const changed = block.merge({ text, characterList: fresh.concat(signs.slice(end)) });
  const next = content.merge({ blockMap: content.getBlockMap().set(piece.block, changed) });
  editor.onChange(state.constructor.push(state, next, "insert-characters"));
  return true;
}

for (const place of document.querySelectorAll<HTMLElement>("[data-tone]")) if (document.querySelector("form[data-edit-form]")) new TonePanel(place);
