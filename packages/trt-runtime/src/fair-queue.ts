// A queue of several streams, none of which can hold up the others.

/** Whose turn it is: streams come round in turn, and each stream's items in their own order. */
export class FairQueue<Item> {
  readonly #streams = new Map<object, Item[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(stream: object, item: Item): void {
    const items = this.#streams.get(stream);
    if (items) items.push(item);
    else this.#streams.set(stream, [item]);
    this.#size += 1;
  }

  /** The next item; its stream goes to the end of the line. */
  shift(): Item | undefined {
    const [next] = this.#streams;
    if (!next) return undefined;
    const [stream, items] = next;
    const item = items.shift();
    this.#streams.delete(stream);
    if (items.length > 0) this.#streams.set(stream, items);
    this.#size -= 1;
    return item;
  }

  has(stream: object): boolean {
    return this.#streams.has(stream);
  }

  /** The oldest item of each stream. */
  heads(): Item[] {
    return [...this.#streams.values()].map(([item]) => item as Item);
  }

  /** Everything that waits, taken out. */
  clear(): Item[] {
    const all = [...this.#streams.values()].flat();
    this.#streams.clear();
    this.#size = 0;
    return all;
  }
}
