// Means over the last seconds.

interface Sample {
  readonly at: number;
  readonly values: Readonly<Record<string, number>>;
}

/** Fewer samples than these are taken from before the last seconds. */
const fewest = 5;

/** Keeps what was measured in the last `seconds`, at most `most` samples; times are milliseconds of one clock. */
export class Meter {
  readonly #span: number;
  readonly #most: number;
  #samples: Sample[] = [];

  constructor(seconds = 3, most = 600) {
    this.#span = seconds * 1000;
    this.#most = most;
  }

  add(values: Sample['values'], at: number): void {
    this.#samples.push({ at, values });
    if (this.#samples.length >= 2 * this.#most) this.#samples = this.#samples.slice(-this.#most);
  }

  /** Samples a second; 0 with fewer than two. */
  rate(now: number): number {
    const recent = this.#recent(now);
    const [first, last] = [recent[0], recent.at(-1)];
    if (!first || !last || recent.length < 2) return 0;
    // A pause after the last sample slows the rate down only once it is longer than usual.
    const usual = (last.at - first.at) / (recent.length - 1);
    return (1000 * (recent.length - 1)) / (last.at - first.at + Math.max(0, now - last.at - usual) || 1);
  }

  /** Mean of each value over the samples that have it. */
  means(now: number): Record<string, number> {
    const sums: Record<string, { sum: number; count: number }> = {};
    for (const { values } of this.#recent(now)) {
      for (const [name, value] of Object.entries(values)) {
        sums[name] ??= { sum: 0, count: 0 };
        sums[name].sum += value;
        sums[name].count++;
      }
    }
    return Object.fromEntries(Object.entries(sums).map(([name, { sum, count }]) => [name, sum / count]));
  }

  clear(): void {
    this.#samples = [];
  }

  #recent(now: number): readonly Sample[] {
    const from = this.#samples.findIndex(({ at }) => at > now - this.#span);
    const { length } = this.#samples;
    const count = Math.min(this.#most, Math.max(fewest, from < 0 ? 0 : length - from));
    return this.#samples.slice(-count);
  }
}
