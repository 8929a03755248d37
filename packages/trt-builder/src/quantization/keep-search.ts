import { bytesFromModel, type ModelProto } from '@trt-fairmot/onnx-export';
import { inputOf, type OpenNetwork } from './calibrate.js';
import { type HeadValues, headErrors, worstError } from './head-error.js';
import { insertQuantization, type RangeOfValues } from './insert-quantization.js';

/** What a search measured so far; plain data. */
export interface KeepMeasurements {
  /** Error where a layer alone is quantised, by its name. */
  readonly alone: Readonly<Record<string, number>>;
  /** Error where the worst so many layers are kept and all others quantised, by their number. */
  readonly kept: Readonly<Record<string, number>>;
}

/** What {@link keptLayers} is told. */
export interface KeepSearchOptions {
  readonly open: OpenNetwork;
  /** Images to measure on, as the network takes them. */
  readonly tensors: readonly Float32Array[];
  /** Names of the layers to choose from. */
  readonly layers: readonly string[];
  readonly rangeOf: RangeOfValues;
  /** Largest relative error of a head to allow, as `headErrors` measures it. */
  readonly target: number;
  /** Time to spend at most; what is being measured at its end is finished. */
  readonly seconds: number;
  /** Measurements of an earlier search of the same kind. */
  readonly known?: KeepMeasurements | null;
  readonly onProgress?: (progress: { readonly step: number; readonly steps: number; readonly what: string }) => void;
  readonly onCheckpoint?: (measurements: KeepMeasurements) => Promise<void>;
  readonly signal?: AbortSignal;
  /** Milliseconds; for tests. */
  readonly now?: () => number;
}

/** What a search found. */
export interface KeptLayers {
  /** Layers to keep in floating point, worst first. */
  readonly layers: readonly string[];
  /** Error with them kept; null where time ran out before it was measured. */
  readonly error: number | null;
  /** Error with every layer quantised. */
  readonly errorOfAll: number;
  /** Whether everything was measured that the search wanted to. */
  readonly complete: boolean;
}

/** The share of the time for measuring layers one by one; the rest is for the number to keep. */
const shareForLayers = 0.8;

/**
 * Finds the layers whose quantisation does most damage: measures the error of the heads with each layer alone quantised,
 * then, by bisection, how many of the worst must stay in floating point for the rest to meet the target.
 *
 * @example
 * const { layers: keep } = await keptLayers(model, { open, tensors, layers, rangeOf, target: 0.03, seconds: 600 });
 */
export async function keptLayers(model: ModelProto, options: KeepSearchOptions): Promise<KeptLayers> {
  const search = new KeepSearch(model, options);
  const errorOfAll = await search.errorKeeping(0);
  if (errorOfAll <= options.target) return { layers: [], error: errorOfAll, errorOfAll, complete: true };
  const ranked = await search.rank();
  return { ...(await search.fewest(ranked)), errorOfAll };
}

class KeepSearch {
  readonly #model: ModelProto;
  readonly #options: KeepSearchOptions;
  readonly #now: () => number;
  readonly #begin: number;
  readonly #alone: Record<string, number>;
  readonly #kept: Record<string, number>;
  #expected: Promise<HeadValues[]> | null = null;

  constructor(model: ModelProto, options: KeepSearchOptions) {
    this.#model = model;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#begin = this.#now();
    this.#alone = { ...options.known?.alone };
    this.#kept = { ...options.known?.kept };
  }

  /** Layers by the error each causes alone, worst first; those not measured in time come last. */
  async rank(): Promise<string[]> {
    const { layers, onProgress } = this.#options;
    for (const [step, layer] of layers.entries()) {
      if (this.#alone[layer] === undefined && this.#spent(shareForLayers)) break;
      this.#alone[layer] ??= await this.#measure([layer]);
      onProgress?.({ step: step + 1, steps: layers.length, what: layer });
      await this.#save();
    }
    return layers.toSorted((a, b) => (this.#alone[b] ?? -1) - (this.#alone[a] ?? -1));
  }

  /** The fewest of the worst layers to keep so that the target is met, as far as time allows. */
  async fewest(ranked: readonly string[]): Promise<Omit<KeptLayers, 'errorOfAll'>> {
    // keeping `fails` is too few; keeping `meets` is enough: all kept is the network as it was
    let [fails, meets] = [0, ranked.length];
    let complete = ranked.every((layer) => this.#alone[layer] !== undefined);
    while (meets - fails > 1) {
      const middle = (fails + meets) >> 1;
      if (this.#kept[middle] === undefined && this.#spent(1)) {
        complete = false;
        break;
      }
      const error = await this.errorKeeping(middle, ranked);
      if (error <= this.#options.target) meets = middle;
      else fails = middle;
    }
    const error = meets === ranked.length ? 0 : (this.#kept[meets] ?? null);
    return { layers: ranked.slice(0, meets), error, complete };
  }

  async errorKeeping(count: number, ranked: readonly string[] = this.#options.layers): Promise<number> {
    const known = this.#kept[count];
    if (known !== undefined) return known;
    const error = await this.#measure(ranked.slice(count));
    this.#kept[count] = error;
    this.#options.onProgress?.({ step: count, steps: ranked.length, what: `${count} kept: error ${error.toFixed(4)}` });
    await this.#save();
    return error;
  }

  #spent(share: number): boolean {
    return this.#now() - this.#begin >= 1000 * this.#options.seconds * share;
  }

  async #measure(layers: readonly string[]): Promise<number> {
    this.#expected ??= this.#run(this.#model);
    const expected = await this.#expected;
    const { model } = insertQuantization(this.#model, { layers, rangeOf: this.#options.rangeOf });
    return worstError(headErrors(expected, await this.#run(model)));
  }

  async #run(model: ModelProto): Promise<HeadValues[]> {
    const { open, tensors, signal } = this.#options;
    const { name, dims } = inputOf(model);
    const network = await open(bytesFromModel(model));
    const results: HeadValues[] = [];
    try {
      for (const data of tensors) {
        signal?.throwIfAborted();
        const outputs = Object.entries(await network.run({ [name]: { data, dims } }));
        results.push(Object.fromEntries(outputs.map(([head, tensor]) => [head, tensor.data as Float32Array])));
      }
    } finally {
      await network.close();
    }
    return results;
  }

  async #save(): Promise<void> {
    await this.#options.onCheckpoint?.({ alone: { ...this.#alone }, kept: { ...this.#kept } });
  }
}
