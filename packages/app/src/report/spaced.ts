/**
 * Keeps items at even distances of a series whose length nobody knows: every one at first, then every second, every fourth and so
 * on, so that never more than `limit` are held.
 *
 * @example
 * const kept = new Spaced<number>(8);
 * for (let i = 0; i < 100; i++) if (kept.wants()) kept.add(i);
 * kept.items; // [0, 16, 32, 48, 64, 80, 96]
 */
export class Spaced<T> {
  readonly #limit: number;
  #items: T[] = [];
  #step = 1;
  #seen = 0;

  /** @param limit 2 or more */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether the next item is to be kept; call it once for each, and `add` where it says so. */
  wants(): boolean {
    return this.#seen++ % this.#step === 0;
  }

  /** Keeps the item that `wants` was asked for. */
  add(item: T): void {
    this.#items.push(item);
    if (this.#items.length <= this.#limit) return;
    this.#items = this.#items.filter((_, index) => index % 2 === 0);
    this.#step *= 2;
  }

  get items(): readonly T[] {
    return this.#items;
  }
}
