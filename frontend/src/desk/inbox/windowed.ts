/** A long list in portions, of which only those near the screen are drawn; the others keep their height. */

export const PORTION = 40;
/** Pixels beyond the screen that are drawn already. */
const AHEAD = "800px";
const GUESS = 128;

export interface Chunk<T> {
  place: number;
  first: number;
  rows: readonly T[];
  drawn: boolean;
}

export class Windowed {
  private readonly near = new Set<number>([0]);
  private readonly heights = new Map<number, number>();
  private watcher: IntersectionObserver | null = null;
  private watched = new WeakSet<Element>();
  private scroller: Element | null = null;

  constructor(private readonly changed: () => void) {}

  /** `keep`: a row that stays drawn wherever it is, such as the one with the focus. */
  chunks<T>(rows: readonly T[], keep: (row: T) => boolean): Chunk<T>[] {
    const chunks: Chunk<T>[] = [];
    // A short list is drawn whole.
    const whole = rows.length <= 2 * PORTION;
    for (let first = 0; first < rows.length; first += PORTION) {
      const place = first / PORTION;
      const portion = rows.slice(first, first + PORTION);
      chunks.push({ place, first, rows: portion, drawn: whole || this.near.has(place) || portion.some(keep) });
    }
    return chunks;
  }

  /** After drawing: note how high each portion is, and give the others that height. */
  measure(scroller: HTMLElement | null): void {
    if (!scroller) return;
    if (this.scroller !== scroller) this.watch(scroller);
    const portions = [...scroller.querySelectorAll<HTMLElement>("[data-chunk]")];
    const drawn = portions.filter((element) => element.childElementCount > 0);
    // First all heights are set, then read: a portion without one would pull the list up under the reader.
    for (const element of portions) {
      if (element.childElementCount > 0) element.style.removeProperty("block-size");
      else element.style.setProperty("block-size", `${this.heights.get(Number(element.dataset["chunk"])) ?? this.usual}px`);
    }
    for (const element of drawn) {
      const height = element.offsetHeight;
      if (height) this.heights.set(Number(element.dataset["chunk"]), height);
    }
    for (const element of portions) {
      if (this.watched.has(element)) continue;
      this.watched.add(element);
      this.watcher?.observe(element);
    }
  }

  /** How high a portion is that was never drawn: as the others. */
  private get usual(): number {
    const known = [...this.heights.values()];
    return known.length ? known.reduce((sum, one) => sum + one, 0) / known.length : PORTION * GUESS;
  }

  stop(): void {
    this.watcher?.disconnect();
    this.watcher = null;
    this.scroller = null;
  }

  private watch(scroller: HTMLElement): void {
    this.stop();
    this.scroller = scroller;
    this.watched = new WeakSet();
    this.watcher = new IntersectionObserver(
      (entries) => {
        let other = false;
        for (const { target, isIntersecting } of entries) {
          const place = Number((target as HTMLElement).dataset["chunk"]);
          if (isIntersecting === this.near.has(place)) continue;
          if (isIntersecting) this.near.add(place);
          else this.near.delete(place);
          other = true;
        }
        if (other) this.changed();
      },
      { root: scroller, rootMargin: AHEAD },
    );
  }
}
