/** The rows that are chosen for a deed on many at once. */

/** What one request may hold. */
export const MOST = 200;

export class Selection {
  private readonly chosen = new Set<string>();
  /** Where a range starts: the row chosen last. */
  private anchor: string | null = null;

  get size(): number {
    return this.chosen.size;
  }

  get references(): string[] {
    return [...this.chosen];
  }

  has(reference: string): boolean {
    return this.chosen.has(reference);
  }

  toggle(reference: string): void {
    if (!this.chosen.delete(reference)) this.chosen.add(reference);
    this.anchor = reference;
  }

  /** Everything from the row chosen last to this one, in the order of the list. */
  extend(reference: string, order: readonly string[]): void {
    const from = this.anchor === null ? -1 : order.indexOf(this.anchor);
    const to = order.indexOf(reference);
    if (from < 0 || to < 0) {
      if (!this.chosen.has(reference)) this.toggle(reference);
      return;
    }
    for (const one of order.slice(Math.min(from, to), Math.max(from, to) + 1)) this.chosen.add(one);
    this.anchor = reference;
  }

  all(order: readonly string[]): void {
    for (const one of order) this.chosen.add(one);
    this.anchor = order.at(-1) ?? null;
  }

  /** Let go of what is no longer in the list. */
  keep(shown: ReadonlySet<string>): void {
    for (const one of this.chosen) if (!shown.has(one)) this.chosen.delete(one);
  }

  drop(reference: string): void {
    this.chosen.delete(reference);
  }

  clear(): void {
    this.chosen.clear();
    this.anchor = null;
  }
}
