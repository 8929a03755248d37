// FairmotDetector over an addon that only notes what it is asked: batches, streams, closing, errors.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { TensorInfo } from '../src/engine.js';
import { FairmotDetector, type FairmotDetectorOptions } from '../src/index.js';
import type { NativeDetections, NativeFrame, NativeGeometry, NativePipelineOptions } from '../src/native-addon.js';

const shape = (channels: number, scale = 1) => [-1, channels, 64 / scale, 128 / scale];
const tensor = (name: string, dims: number[]): TensorInfo => ({
  name,
  mode: name === 'input' ? 'input' : 'output',
  dtype: 'float32',
  format: 'linear',
  shape: dims,
  profiles: name === 'input' ? [{ min: [1, 3, 64, 128], opt: [4, 3, 64, 128], max: [4, 3, 64, 128] }] : [],
});
const tensors = [tensor('input', shape(3)), tensor('hm', shape(1, 4)), tensor('wh', shape(4, 4))];

interface Pinned {
  readonly view: ArrayBuffer;
}

const state = {
  batches: [] as { slot: number; frames: readonly NativeFrame[] }[],
  options: undefined as NativePipelineOptions | undefined,
  geometries: 0,
  open: 0,
  fail: false,
  /** Milliseconds the GPU takes. */
  milliseconds: 1,
};

const opened = <T extends object>(resource: T): T => {
  state.open += 1;
  return resource;
};

/** One detection whose box is as the frame's first byte says; NaN for 255. */
function detectionsOf({ staging, data }: NativeFrame): NativeDetections {
  const first = data?.[0] ?? new Uint8Array((staging as unknown as Pinned).view)[0] ?? 0;
  return {
    count: 1,
    candidates: 1,
    boxes: Float32Array.of(first, 0, first + 1, 1),
    scores: Float32Array.of(0.5),
    classes: Int32Array.of(0),
    embeddings: new Float32Array(0),
    embeddingSize: 0,
    nan: first === 255 ? 'hm' : null,
  };
}

const addon = {
  engineLoad: async () => opened({}),
  engineInfo: () => ({ name: '', device: 0, deviceMemorySize: 0, layerCount: 1, tensors }),
  pluginsLoad: async () => [],
  pipelineCreate: async (_: object, options: NativePipelineOptions) => {
    state.options = options;
    return opened({});
  },
  geometryCreate: (geometry: NativeGeometry) => {
    state.geometries += 1;
    return geometry;
  },
  pinnedBufferCreate: async (_: number, size: number) => opened({ view: new ArrayBuffer(size) }),
  pinnedBufferView: ({ view }: Pinned) => view,
  detachView: () => {},
  pinnedBufferWrite: async ({ view }: Pinned, bytes: Uint8Array) => new Uint8Array(view).set(bytes),
  closeHandle: async () => {
    state.open -= 1;
  },
  pipelineRun: async (_: object, slot: number, frames: readonly NativeFrame[]) => {
    state.batches.push({ slot, frames });
    await new Promise((resolve) => setTimeout(resolve, state.milliseconds));
    if (state.fail) throw new Error('the GPU failed');
    const times = { start: 5, upload: 1, letterbox: 1, network: 2, decode: 1, total: 5 };
    return { frames: frames.map(detectionsOf), graphError: '', ...(state.options?.timings ? { times } : {}) };
  },
};

vi.mock('../src/load-addon.js', () => ({ loadAddon: async () => addon }));

const engine = new Uint8Array(8);
const create = (options: Partial<FairmotDetectorOptions> = {}) => FairmotDetector.create({ engine, ...options });
/** A frame of 128x64 times `scale`, so that boxes come back times `scale`. */
const frameOf = (first: number, scale = 1) => {
  const [width, height] = [128 * scale, 64 * scale];
  return { width, height, data: new Uint8Array(3 * width * height).fill(first) };
};

beforeEach(() => Object.assign(state, { batches: [], geometries: 0, open: 0, fail: false, milliseconds: 1 }));

describe('FairmotDetector', () => {
  test('at batch 1, each frame is one run, its bytes handed on as they are', async () => {
    const detector = await create();
    const frames = [1, 2, 3].map((first) => frameOf(first));
    const answers = await Promise.all(frames.map((frame) => detector.detect(frame)));
    expect(answers.map(({ boxes }) => boxes[0])).toEqual([1, 2, 3]);
    expect(state.batches.map(({ frames: [frame] }) => frame?.data)).toEqual(frames.map(({ data }) => data));
    expect(state.geometries).toBe(1);
    expect(detector.stats).toMatchObject({ frames: 3, batches: 3, stages: null, graph: true });
    await detector.close();
    expect(state.open).toBe(0);
  });

  test('frames of several sizes share batches, and each answer is in its own pixels', async () => {
    const detector = await create({ batch: 4 });
    expect(state.options).toMatchObject({ batch: 4, leastBatch: 1, slots: 2, threshold: Math.fround(0.4) });
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => detector.detect(frameOf(n, n % 2 ? 1 : 2))));
    expect(answers.map(({ boxes }) => boxes[0])).toEqual([1, 4, 3, 8, 5, 12]);
    expect(state.batches.map(({ frames }) => frames.length)).toEqual([4, 2]);
    const staged = state.batches.flatMap(({ frames }) => frames.map(({ staging }) => staging));
    expect(new Set(staged).size).toBe(6);
    expect(detector.stats).toMatchObject({ frames: 6, batches: 2 });
    await detector.close();
    expect(state.open).toBe(0);
  });

  test('no stream starves: a camera with few frames is served beside one with many', async () => {
    const detector = await create({ batch: 2, slots: 1, maxDelayMs: 0 });
    const [busy, quiet] = [detector.stream(), detector.stream()];
    const order: string[] = [];
    const note = (name: string) => () => order.push(name);
    await Promise.all([
      ...Array.from({ length: 30 }, () => busy.detect(frameOf(1)).then(note('busy'))),
      ...Array.from({ length: 5 }, () => quiet.detect(frameOf(2)).then(note('quiet'))),
    ]);
    // The first places go to the one that came first; from then on they take turns.
    expect(order.lastIndexOf('quiet')).toBeLessThan(16);
    await detector.close();
  });

  test('streams that all have a frame in hand do not wait for more', async () => {
    const detector = await create({ batch: 4, maxDelayMs: 10_000 });
    const streams = [detector.stream(), detector.stream()];
    await Promise.all(streams.map((stream, i) => stream.detect(frameOf(i))));
    expect(state.batches.map(({ frames }) => frames.length)).toEqual([2]);
    streams[1]?.close();
    await streams[0]?.detect(frameOf(3));
    await expect(streams[1]?.detect(frameOf(4))).rejects.toThrow(/open DetectorStream but received a closed one/);
    await detector.close();
    expect(() => detector.stream()).toThrow(/closed/);
  });

  test('acquired memory goes into the batch without a copy', async () => {
    const detector = await create({ batch: 2, maxDelayMs: 0 });
    const slot = await detector.acquire({ width: 128, height: 64 });
    slot.data.fill(7);
    expect((await slot.detect()).boxes[0]).toBe(7);
    await expect(slot.detect()).rejects.toThrow(/given back/);
    await detector.close();
  });

  test('NaN is the error of its frame alone; a failing GPU that of the batch, and the next runs', async () => {
    const detector = await create({ batch: 3 });
    const settled = await Promise.allSettled([1, 255, 3].map((first) => detector.detect(frameOf(first))));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(state.batches).toHaveLength(1);
    state.fail = true;
    const failed = await Promise.allSettled([1, 2, 3].map((first) => detector.detect(frameOf(first))));
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    state.fail = false;
    expect((await detector.detect(frameOf(9))).boxes[0]).toBe(9);
    await detector.close();
    expect(state.open).toBe(0);
  });

  test('close runs what has a place at once, and turns away what waits for one', async () => {
    const detector = await create({ batch: 2, slots: 1, maxDelayMs: 10_000 });
    state.milliseconds = 5;
    const settling = Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map((first) => detector.detect(frameOf(first))));
    await new Promise((resolve) => setTimeout(resolve, 1));
    await detector.close();
    expect((await settling).map(({ status }) => status)).toEqual([
      ...Array(4).fill('fulfilled'),
      ...Array(3).fill('rejected'),
    ]);
    expect(state.open).toBe(0);
    await expect(detector.detect(frameOf(1))).rejects.toThrow(/closed/);
  });

  test("stages are a frame's share of its batch; onTimings has the batch", async () => {
    const seen: unknown[] = [];
    const detector = await create({ batch: 2, onTimings: (timings) => seen.push(timings) });
    await Promise.all([1, 2].map((first) => detector.detect(frameOf(first))));
    const stages = { upload: 1, letterbox: 1, network: 2, decode: 1, total: 5 };
    expect(seen).toEqual([{ slot: 0, frames: 2, startMs: 5, stages }]);
    expect(detector.stats.stages).toEqual({ upload: 0.5, letterbox: 0.5, network: 1, decode: 0.5, total: 2.5 });
    await detector.close();
  });

  test('refuses a batch the engine does not take, and gives everything back', async () => {
    await expect(create({ batch: 8 })).rejects.toThrow(/batch of 8 but received one for 4 at most/);
    expect(state.open).toBe(0);
    await expect(create({ batch: 65 })).rejects.toThrow(/batch .* 1 to 64 but received 65/);
    await expect(create({ maxDelayMs: -1 })).rejects.toThrow(/maxDelayMs from 0 to 10000 but received -1/);
  });
});
