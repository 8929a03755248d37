// A FairMOT DLA-34 of a few channels with random weights, its tensors listed from the published key table.
import type { StateDict, WeightTensor } from '../../src/index.js';

export interface TinyOptions {
  readonly widths?: readonly [number, number, number, number, number, number, number];
  readonly hidden?: number;
  readonly heads?: Readonly<Record<string, number>>;
  readonly seed?: number;
}

export type TinyState = Map<
  string,
  WeightTensor & { readonly shape: readonly number[]; readonly values: Float32Array }
>;

/** mulberry32: uniform numbers in [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers of about normal distribution. */
export function normals(count: number, random: () => number, deviation = 1): Float32Array {
  const sum = () => random() + random() + random() + random() - 2;
  return Float32Array.from({ length: count }, () => sum() * Math.sqrt(3) * deviation);
}

export function tensorOf(shape: readonly number[], values: Float32Array) {
  return { shape, values, read: async () => values.slice() };
}

/** widths: base_layer, then levels 0 to 5. */
export function tinyState({
  widths = [4, 4, 4, 6, 8, 10, 12],
  hidden = 8,
  heads = { hm: 1, wh: 4, id: 6, reg: 2 },
  seed = 1,
}: TinyOptions = {}): TinyState {
  const random = randomFrom(seed);
  const state: TinyState = new Map();
  const [stem, c0, c1, c2, c3, c4, c5] = widths;
  const put = (name: string, shape: number[], make: (count: number) => Float32Array) =>
    state.set(name, tensorOf(shape, make(shape.reduce((a, b) => a * b, 1))));
  const conv = (name: string, shape: number[], gain = 1.2) => {
    const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
    put(`${name}.weight`, shape, (count) => normals(count, random, gain / Math.sqrt(fanIn)));
  };
  const bias = (name: string, channels: number, mean = 0) =>
    put(`${name}.bias`, [channels], (count) => normals(count, random, 0.1).map((value) => value + mean));
  const norm = (name: string, channels: number) => {
    put(`${name}.weight`, [channels], (count) => normals(count, random, 0.1).map((value) => value + 1));
    put(`${name}.bias`, [channels], (count) => normals(count, random, 0.1));
    put(`${name}.running_mean`, [channels], (count) => normals(count, random, 0.1));
    put(`${name}.running_var`, [channels], (count) => Float32Array.from({ length: count }, () => 0.5 + random()));
    put(`${name}.num_batches_tracked`, [], () => Float32Array.of(7));
  };
  const block = (name: string, input: number, output: number) => {
    for (const [i, channels] of [input, output].entries()) {
      conv(`${name}.conv${i + 1}`, [output, channels, 3, 3]);
      norm(`${name}.bn${i + 1}`, output);
    }
  };
  const tree = (name: string, input: number, output: number, root: number) => {
    block(`${name}.tree1`, input, output);
    block(`${name}.tree2`, output, output);
    conv(`${name}.root.conv`, [output, root, 1, 1]);
    norm(`${name}.root.bn`, output);
    if (input !== output) project(name, input, output);
  };
  const project = (name: string, input: number, output: number) => {
    conv(`${name}.project.0`, [output, input, 1, 1]);
    norm(`${name}.project.1`, output);
  };
  const deform = (name: string, input: number, output: number) => {
    norm(`${name}.actf.0`, output);
    conv(`${name}.conv`, [output, input, 3, 3]);
    bias(`${name}.conv`, output);
    conv(`${name}.conv.conv_offset_mask`, [27, input, 3, 3]);
    bias(`${name}.conv.conv_offset_mask`, 27);
  };
  const ida = (name: string, output: number, inputs: number[], kernels: number[]) => {
    for (const [i, input] of inputs.entries()) {
      deform(`${name}.proj_${i + 1}`, input, output);
      conv(`${name}.up_${i + 1}`, [output, 1, kernels[i]!, kernels[i]!], 2);
      deform(`${name}.node_${i + 1}`, output, output);
    }
  };

  conv('base.base_layer.0', [stem, 3, 7, 7]);
  norm('base.base_layer.1', stem);
  conv('base.level0.0', [c0, stem, 3, 3]);
  norm('base.level0.1', c0);
  conv('base.level1.0', [c1, c0, 3, 3]);
  norm('base.level1.1', c1);
  tree('base.level2', c1, c2, 2 * c2);
  for (const [level, input, output] of [
    ['base.level3', c2, c3],
    ['base.level4', c3, c4],
  ] as const) {
    tree(`${level}.tree1`, input, output, 2 * output);
    tree(`${level}.tree2`, output, output, 3 * output + input);
    project(level, input, output);
  }
  tree('base.level5', c4, c5, 2 * c5 + c4);
  put('base.fc.weight', [10, c5, 1, 1], (count) => normals(count, random));
  bias('base.fc', 10);
  ida('dla_up.ida_0', c4, [c5], [4]);
  ida('dla_up.ida_1', c3, [c4, c4], [4, 4]);
  ida('dla_up.ida_2', c2, [c3, c3, c3], [4, 4, 4]);
  ida('ida_up', c2, [c3, c4], [4, 8]);
  for (const [name, channels] of Object.entries(heads)) {
    conv(`${name}.0`, [hidden, c2, 3, 3]);
    bias(`${name}.0`, hidden);
    conv(`${name}.2`, [channels, hidden, 1, 1]);
    bias(`${name}.2`, channels, name === 'hm' ? -2.19 : 1);
  }
  return state;
}

/** The state with one tensor's numbers replaced. */
export function withValues(state: StateDict, name: string, change: (values: Float32Array) => Float32Array): StateDict {
  const tensor = state.get(name)!;
  const read = async () => change(await tensor.read());
  return new Map([...state, [name, { shape: tensor.shape, read }]]);
}
