import { expectFinite } from '../checkpoint/non-finite.js';
import { FairmotError } from '../error.js';
import type { TensorSource } from '../graph/graph-builder.js';
import type { ConvolutionWeights } from '../graph/layers.js';
import { foldedConvolution } from './batch-norm.js';

/** A tensor of a state dict: `StateTensor` of `openCheckpoint`, or numbers from elsewhere. */
export interface WeightTensor {
  readonly shape: readonly number[];
  /** The numbers, row-major, converted to float32. */
  read(): Promise<Float32Array>;
}

/** Names and tensors of a network, in the order of the file. */
export type StateDict = ReadonlyMap<string, WeightTensor>;

/** Parameters of a batch normalisation, each [channels]. */
export interface BatchNorm {
  readonly weight: TensorSource;
  readonly bias: TensorSource;
  readonly mean: TensorSource;
  readonly variance: TensorSource;
}

/**
 * A state dict that is used up: every tensor asked for is checked by name and shape at once and by its numbers when
 * read, and what nobody asked for is known at the end.
 */
export class Weights {
  readonly #state: StateDict;
  readonly #left: Set<string>;
  readonly #dropped: string[] = [];

  constructor(state: StateDict) {
    this.#state = state;
    this.#left = new Set(state.keys());
  }

  has(name: string): boolean {
    return this.#state.has(name);
  }

  /** Shape of a tensor that must be there with this many dimensions. */
  shape(name: string, rank: number): readonly number[] {
    const shape = this.#existing(name).shape;
    if (shape.length === rank && shape.every((dimension) => dimension > 0)) return shape;
    throw new FairmotError(`Expected tensor ${name} with ${rank} dimensions but received shape [${shape}]`, hint);
  }

  /** A tensor of exactly this shape; its numbers must be finite. */
  tensor(name: string, shape: readonly number[]): TensorSource {
    const tensor = this.#existing(name);
    if (tensor.shape.length !== shape.length || tensor.shape.some((dimension, axis) => dimension !== shape[axis])) {
      throw new FairmotError(`Expected tensor ${name} of shape [${shape}] but received [${tensor.shape}]`, hint);
    }
    this.#left.delete(name);
    const read = async () => {
      const values = await tensor.read();
      expectFinite(name, values);
      return values;
    };
    return { shape, read };
  }

  /** A convolution's weight and, with `bias`, its bias. */
  conv(name: string, shape: readonly number[], bias: true): Required<ConvolutionWeights>;
  conv(name: string, shape: readonly number[], bias: boolean): ConvolutionWeights;
  conv(name: string, shape: readonly number[], bias: boolean): ConvolutionWeights {
    const weight = this.tensor(`${name}.weight`, shape);
    return bias ? { weight, bias: this.tensor(`${name}.bias`, [shape[0] ?? 0]) } : { weight };
  }

  /** A convolution with the batch normalisation after it folded in. */
  convWithNorm(name: string, norm: string, shape: readonly number[], bias = false): Required<ConvolutionWeights> {
    return foldedConvolution(this.conv(name, shape, bias), this.batchNorm(norm, shape[0] ?? 0));
  }

  batchNorm(name: string, channels: number): BatchNorm {
    this.#left.delete(`${name}.num_batches_tracked`);
    const vector = (suffix: string) => this.tensor(`${name}.${suffix}`, [channels]);
    return {
      weight: vector('weight'),
      bias: vector('bias'),
      mean: vector('running_mean'),
      variance: vector('running_var'),
    };
  }

  /** Leaves out tensors the network never uses: one name, or all below a prefix that ends in '.'. */
  drop(nameOrPrefix: string): void {
    for (const name of this.#left) {
      if (name !== nameOrPrefix && !(nameOrPrefix.endsWith('.') && name.startsWith(nameOrPrefix))) continue;
      this.#left.delete(name);
      this.#dropped.push(name);
    }
  }

  /** Names left out by {@link drop}. */
  get dropped(): readonly string[] {
    return this.#dropped;
  }

  /** @throws FairmotError naming the first tensor that nobody asked for */
  requireAllUsed(): void {
    const [first] = this.#left;
    if (first === undefined) return;
    const others = this.#left.size > 1 ? ` and ${this.#left.size - 1} more` : '';
    const shape = this.#state.get(first)?.shape ?? [];
    throw new FairmotError(
      `Expected only the tensors of FairMOT's DLA-34 but received an extra one, ${first} [${shape}]${others}`,
      hint,
    );
  }

  #existing(name: string): WeightTensor {
    const tensor = this.#state.get(name);
    if (tensor) return tensor;
    throw new FairmotError(`Expected tensor ${name} in the checkpoint but received none of that name`, hint);
  }
}

const hint = {
  hint: 'fairmot inspect CHECKPOINT lists the tensors; only FairMOT networks with the DLA-34 backbone are exported',
};
