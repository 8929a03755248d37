/** Random numbers that a seed repeats. */
export class Random {
  #state: number;

  /** @param seed a whole number; its low 32 bits count */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1. A counter whose bits are mixed (Steele and Flood's SplitMix, with 32 bits). */
  uniform(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  }

  /** About normal, mean 0, standard deviation 1; never beyond 6. */
  normal(): number {
    let sum = -6;
    for (let k = 0; k < 12; k++) sum += this.uniform();
    return sum;
  }

  /** One of them. */
  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.uniform() * values.length)]!;
  }
}
