// Random search, then steps around the best: no gradient is needed, and counts such as IDSW have none.
import type { TrackerKind } from '@trt-fairmot/tracker';
import type { TrackerFlags } from '../tracker-flags.js';
import { Random } from './random.js';
import { type Dimension, placeOf, valueAt } from './search-space.js';

/** Settings and how good they were. */
export interface Trial {
  readonly settings: TrackerFlags;
  /** The metric; higher is better. */
  readonly score: number;
}

/** What is searched: for each tracker, where to begin and what may change. */
export interface SearchSpace {
  readonly kind: TrackerKind;
  readonly start: TrackerFlags;
  readonly dimensions: readonly Dimension[];
}

export interface SearchOptions {
  readonly trials: number;
  readonly seed: number;
}

const randomShare = 0.3;
const parents = 4;
const firstStep = 0.25;
const lastStep = 0.03;

/** Proposes settings one after the other and remembers how good they were. Deterministic. */
export class Search {
  readonly #spaces: readonly SearchSpace[];
  readonly #trials: number;
  readonly #random: Random;
  readonly #known = new Set<string>();
  readonly #ranking: Trial[] = [];
  #done = 0;

  constructor(spaces: readonly SearchSpace[], { trials, seed }: SearchOptions) {
    this.#spaces = spaces;
    this.#trials = trials;
    this.#random = new Random(seed);
  }

  /** All trials, best first; the earlier one among equals. */
  get ranking(): readonly Trial[] {
    return this.#ranking;
  }

  /** The next settings to try, which were not tried before; null when the trials are used up or nothing new is found. */
  next(): TrackerFlags | null {
    if (this.#done >= this.#trials) return null;
    for (let attempt = 0; attempt < 100; attempt++) {
      const settings = this.#proposal();
      const key = JSON.stringify(settings);
      if (this.#known.has(key)) continue;
      this.#known.add(key);
      return settings;
    }
    return null;
  }

  /** The best of each score, at most `count`: many settings differ in nothing that shows. */
  distinct(count: number): Trial[] {
    return this.#ranking.filter(({ score }, rank) => score !== this.#ranking[rank - 1]?.score).slice(0, count);
  }

  /** Says how good the last proposal was. */
  tell(settings: TrackerFlags, score: number): void {
    this.#done += 1;
    const place = this.#ranking.findIndex((trial) => trial.score < score);
    this.#ranking.splice(place === -1 ? this.#ranking.length : place, 0, { settings, score });
  }

  #proposal(): TrackerFlags {
    const start = this.#spaces[this.#known.size];
    if (start && this.#done === this.#known.size) return start.start;
    const progress = this.#done / this.#trials;
    if (progress < randomShare) return this.#anywhere(this.#random.pick(this.#spaces));
    const parent = this.#random.pick(this.#ranking.slice(0, parents));
    return this.#near(parent.settings, (progress - randomShare) / (1 - randomShare));
  }

  #anywhere({ start, dimensions }: SearchSpace): TrackerFlags {
    const values = dimensions.map((dimension) => [dimension.flag, valueAt(dimension, this.#random.uniform())]);
    return { ...start, ...Object.fromEntries(values) };
  }

  /** Some of the values moved, by less and less as `progress` goes from 0 to 1. */
  #near(settings: TrackerFlags, progress: number): TrackerFlags {
    const { dimensions } = this.#spaces.find(({ kind }) => kind === settings.tracker)!;
    const step = firstStep * (lastStep / firstStep) ** progress;
    const moved = dimensions.filter(() => this.#random.uniform() < 2 / dimensions.length);
    const values = (moved.length > 0 ? moved : [this.#random.pick(dimensions)]).map((dimension) => {
      const place = placeOf(dimension, settings[dimension.flag] ?? dimension.from) + step * this.#random.normal();
      return [dimension.flag, valueAt(dimension, Math.min(1, Math.max(0, place)))];
    });
    return { ...settings, ...Object.fromEntries(values) };
  }
}

/** The trial with every value back at the start that costs nothing there: what is left is what mattered. */
export function simplified(
  trial: Trial,
  spaces: readonly SearchSpace[],
  scoreOf: (settings: TrackerFlags) => number,
): Trial {
  const { start, dimensions } = spaces.find(({ kind }) => kind === trial.settings.tracker)!;
  let best = trial;
  for (const { flag } of dimensions) {
    if (best.settings[flag] === start[flag]) continue;
    const settings = { ...best.settings, [flag]: start[flag] };
    const score = scoreOf(settings);
    if (score >= best.score) best = { settings, score };
  }
  return best;
}
