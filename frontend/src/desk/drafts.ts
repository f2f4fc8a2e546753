/**
 * What was typed and not yet sent, per case and per reader. A note for colleagues and a message to
 * the resident have separate drafts: text can never move from one to the other by itself.
 */

import { type Upload } from "./case/asking";

export type Audience = "resident" | "colleagues";

/** What of a browser's Storage is used; it may be full or forbidden. */
export interface Keep {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export class Drafts {
  private readonly held = new Map<string, string>();
  private readonly shown = new Map<string, readonly Upload[]>();

  /** `person`: so that the next one at this computer finds nothing of the one before. */
  constructor(
    private readonly keep: Keep,
    private readonly person: number,
  ) {}

  get(reference: string, audience: Audience): string {
    const key = this.key(reference, audience);
    const held = this.held.get(key);
    if (held !== undefined) return held;
    try {
      return this.keep.getItem(key) ?? "";
    } catch {
      return "";
    }
  }

  set(reference: string, audience: Audience, text: string): void {
    const key = this.key(reference, audience);
    this.held.set(key, text);
    try {
      if (text) this.keep.setItem(key, text);
      else this.keep.removeItem(key);
    } catch {
      // Storage is full or off: the draft then lives as long as the page.
    }
  }

  /** Photos that go with the next message; they were sent already, and are gone with the page. */
  photos(reference: string): readonly Upload[] {
    return this.shown.get(reference) ?? [];
  }

  setPhotos(reference: string, photos: readonly Upload[]): void {
    this.shown.set(reference, photos);
  }

  private key(reference: string, audience: Audience): string {
    return `desk.draft.${this.person}.${reference}.${audience}`;
  }
}
