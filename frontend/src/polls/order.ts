/** An order that somebody makes: options with a place, and those without. Knows no browser. */

export class Order {
  /** Options with a place, the first before others. */
  placed: string[];

  constructor(
    readonly options: readonly string[],
    readonly most: number,
    placed: readonly string[] = [],
  ) {
    this.placed = placed.filter((one, at) => options.includes(one) && placed.indexOf(one) === at).slice(0, most);
  }

  /** Placed ones in order, then the rest as they were. */
  get all(): string[] {
    return [...this.placed, ...this.options.filter((one) => !this.placed.includes(one))];
  }

  get isFull(): boolean {
    return this.placed.length >= this.most;
  }

  /** 1 for the first; 0 for one without a place. */
  placeOf(option: string): number {
    return this.placed.indexOf(option) + 1;
  }

  /** Give it the next place; false when there is none left. */
  add(option: string): boolean {
    if (this.placeOf(option) || this.isFull || !this.options.includes(option)) return false;
    this.placed.push(option);
    return true;
  }

  take(option: string): boolean {
    const before = this.placed.length;
    this.placed = this.placed.filter((one) => one !== option);
    return this.placed.length < before;
  }

  /** One place up (-1) or down (1); false at the end. */
  move(option: string, by: -1 | 1): boolean {
    const at = this.placed.indexOf(option);
    const to = at + by;
    if (at < 0 || to < 0 || to >= this.placed.length) return false;
    this.placed.splice(at, 1);
    this.placed.splice(to, 0, option);
    return true;
  }

  /** Where another one stands; that one and those behind it make room. */
  putAt(option: string, other: string): boolean {
    if (option === other) return false;
    const had = this.placeOf(option) > 0;
    const to = this.placeOf(other);
    if (!to) return had ? this.take(option) : this.add(option);
    if (!had && this.isFull) return false;
    this.placed = this.placed.filter((one) => one !== option);
    this.placed.splice(to - 1, 0, option);
    return true;
  }
}
