import { describe, expect, test } from 'vitest';
import {
  type ExportOptions,
  type GraphProto,
  intsOfAttribute,
  modelFromBytes,
  onnxFromStateDict,
  producersOf,
  type StateDict,
  shapeOfTensor,
} from '../../src/index.js';
import { runModel } from '../support/run-model.js';
import { normals, randomFrom, tensorOf, tinyState, withValues } from '../support/tiny-network.js';

const size = { height: 32, width: 64 };

async function graphOf(state: StateDict, options: Partial<ExportOptions> = {}): Promise<GraphProto> {
  return modelFromBytes((await onnxFromStateDict(state, { ...size, topK: 50, ...options })).bytes).graph!;
}

function count(graph: GraphProto, op: string): number {
  return graph.node.filter(({ opType }) => opType === op).length;
}

/** Names and last sizes of the kernels that convolutions use. */
function kernelsOf(graph: GraphProto): Map<string, number[]> {
  const shapes = new Map(graph.initializer.map((tensor) => [tensor.name, shapeOfTensor(tensor)]));
  const weights = graph.node.filter(({ opType }) => opType.includes('Conv')).map(({ input }) => input[1] ?? '');
  return new Map(weights.map((name) => [name, shapes.get(name) ?? []]));
}

describe('fairmotNetwork', () => {
  test('has the operators of DLA-34 and no normalisation', async () => {
    const graph = await graphOf(tinyState());
    expect(count(graph, 'BatchNormalization')).toBe(0);
    expect(count(graph, 'DeformConv')).toBe(16);
    expect(count(graph, 'ConvTranspose')).toBe(8);
    expect(graph.output.map(({ name }) => name)).toEqual(['hm', 'wh', 'reg', 'id_feature']);
    expect(graph.input.map(({ name }) => name)).toEqual(['input']);
  });

  test('every weight reaches an output: none of the dead ones is written', async () => {
    for (const outputs of ['heads', 'detections'] as const) {
      const graph = await graphOf(tinyState(), { outputs });
      const producers = producersOf(graph);
      const reached = new Set<string>();
      const pending = graph.output.map(({ name }) => name);
      for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
        if (reached.has(name)) continue;
        reached.add(name);
        pending.push(...(producers.get(name)?.input ?? []));
      }
      expect(graph.initializer.filter(({ name }) => !reached.has(name)).map(({ name }) => name)).toEqual([]);
      expect(graph.node.filter(({ output }) => !output.some((name) => reached.has(name)))).toEqual([]);
    }
  });

  test('leaves out the classifier and the outer projections, and says so', async () => {
    const { summary } = await onnxFromStateDict(tinyState(), size);
    const modules = summary.dropped.map((name) => name.replace(/\.(\d\.)?\w+$/, ''));
    expect([...new Set(modules)].sort()).toEqual(['base.fc', 'base.level3.project', 'base.level4.project']);
    const without = new Map([...tinyState()].filter(([name]) => !/^base\.(fc|level[34]\.project)\./.test(name)));
    const again = await onnxFromStateDict(without, size);
    expect(again.summary.dropped).toEqual([]);
    expect(again.bytes).toEqual((await onnxFromStateDict(tinyState(), size)).bytes);
  });

  test('holds as many parameters as the tensors it uses, normalisation folded to one bias', async () => {
    const state = tinyState();
    const used = [...state].filter(([name]) => !/^base\.(fc|level[34]\.project)\./.test(name));
    const kept = used.filter(
      ([name]) =>
        !/running_|num_batches/.test(name) &&
        !/(bn\d?|root\.bn|project\.1|actf\.0|base_layer\.1|level[01]\.1)\.weight$/.test(name),
    );
    // a convolution with a bias of its own and a normalisation keeps one bias of the two
    const merged = kept.filter(([name]) => !/(proj|node)_\d\.conv\.bias$/.test(name));
    const expected = merged.reduce((sum, [, { values }]) => sum + values.length, 0);
    expect((await onnxFromStateDict(state, size)).summary.parameters).toBe(expected);
  });

  test('detections evaluate wh, reg and id at the peaks only', async () => {
    const dense = kernelsOf(await graphOf(tinyState()));
    for (const name of ['hm', 'wh', 'reg', 'id']) expect(dense.get(`${name}.0.weight`)).toEqual([8, 6, 3, 3]);
    const sparse = kernelsOf(await graphOf(tinyState(), { outputs: 'detections' }));
    expect(sparse.get('hm.0.weight')).toEqual([8, 6, 3, 3]);
    for (const name of ['wh', 'reg', 'id']) expect(sparse.has(`${name}.0.weight`)).toBe(false);
    expect(sparse.get('patches.0.weight')).toEqual([24, 54, 1, 1]);
    const square = [...sparse].filter(([, kernel]) => kernel[2] === 3).map(([name]) => name);
    expect(square.filter((name) => !name.startsWith('base.') && !name.includes('_up.'))).toEqual(['hm.0.weight']);
  });

  test('dcnv2 writes the custom node in the place of DeformConv', async () => {
    const graph = await graphOf(tinyState(), { dcn: 'dcnv2' });
    const nodes = graph.node.filter(({ opType }) => opType === 'DCNv2');
    expect(count(graph, 'DeformConv')).toBe(0);
    expect(nodes).toHaveLength(16);
    const producers = producersOf(graph);
    for (const { input, domain, attribute } of nodes) {
      expect(domain).toBe('');
      expect(attribute.map(({ name }) => name)).toEqual([
        'stride',
        'padding',
        'dilation',
        'groups',
        'deformable_group',
      ]);
      expect([input.length, producers.get(input[1]!)?.opType, producers.get(input[2]!)?.opType]).toEqual([
        5,
        'Slice',
        'Sigmoid',
      ]);
      expect(shapeOfTensor(graph.initializer.find(({ name }) => name === input[3])!).slice(2)).toEqual([3, 3]);
    }
  });

  test('reads every width off the tensors', async () => {
    const state = tinyState({ widths: [3, 5, 4, 7, 9, 8, 11], hidden: 5, heads: { hm: 2, wh: 2, id: 13, reg: 2 } });
    const { bytes, summary } = await onnxFromStateDict(state, { ...size, batch: 'dynamic' });
    expect(summary.widths).toEqual([5, 4, 7, 9, 8, 11]);
    expect(summary.heads).toEqual({ hm: 2, wh: 2, reg: 2, id: 13 });
    const outputs = await runModel(bytes, {
      input: { data: normals(3 * 3 * 32 * 64, randomFrom(1)), shape: [3, 3, 32, 64] },
    });
    expect(Object.entries(outputs).map(([name, { dims }]) => [name, ...dims])).toEqual([
      ['hm', 3, 2, 8, 16],
      ['wh', 3, 2, 8, 16],
      ['reg', 3, 2, 8, 16],
      ['id_feature', 3, 13, 8, 16],
    ]);
  });

  test('upsamples with the trained kernels, by two and by four', async () => {
    const graph = await graphOf(tinyState());
    const ups = graph.node.filter(({ opType }) => opType === 'ConvTranspose');
    const strides = Object.fromEntries(ups.map((node) => [node.name, intsOfAttribute(node, 'strides', [])[0]]));
    expect(Object.values(strides).filter((stride) => stride === 2)).toHaveLength(7);
    expect(strides['ida_up.up_2']).toBe(4);
  });

  test('exports CenterNet, which has no id head, with a warning', async () => {
    const { bytes, summary } = await onnxFromStateDict(tinyState({ heads: { hm: 80, wh: 2, reg: 2 } }), size);
    expect(modelFromBytes(bytes).graph?.output.map(({ name }) => name)).toEqual(['hm', 'wh', 'reg']);
    expect(summary.warnings.join()).toContain('no id head');
  });
});

describe('fairmotNetwork refuses', () => {
  const without = (name: string) => new Map([...tinyState()].filter(([key]) => key !== name));
  const reshaped = (name: string, shape: number[]) =>
    new Map([...tinyState(), [name, tensorOf(shape, new Float32Array(shape.reduce((a, b) => a * b, 1)))]]);

  test.each([
    [
      'a missing tensor',
      without('base.level3.tree1.root.conv.weight'),
      'Expected tensor base.level3.tree1.root.conv.weight in the checkpoint but received none',
    ],
    ['a missing bias', without('id.2.bias'), 'Expected tensor id.2.bias in the checkpoint'],
    ['half a head', without('wh.0.weight'), 'Expected tensor wh.0.weight in the checkpoint'],
    ['an extra tensor', reshaped('hps.0.weight', [2, 3]), 'received an extra one, hps.0.weight [2,3]'],
    [
      'a misshapen tensor',
      reshaped('dla_up.ida_1.up_2.weight', [8, 1, 6, 6]),
      'Expected tensor dla_up.ida_1.up_2.weight of shape [8,1,4,4] but received [8,1,6,6]',
    ],
    [
      'a tensor of another rank',
      reshaped('base.level1.0.weight', [4]),
      'Expected tensor base.level1.0.weight with 4 dimensions but received shape [4]',
    ],
    [
      'a wh head of three',
      tinyState({ heads: { hm: 1, wh: 3, id: 4, reg: 2 } }),
      'Expected 2 or 4 output channels in tensor wh.2.weight but received 3',
    ],
    [
      'a NaN',
      withValues(tinyState(), 'ida_up.node_1.conv.weight', (values) => values.fill(Number.NaN, 5, 6)),
      'received NaN at element 5 of tensor ida_up.node_1.conv.weight',
    ],
    [
      'an infinity',
      withValues(tinyState(), 'base.level2.tree1.bn1.weight', (values) => values.fill(Number.POSITIVE_INFINITY, 1)),
      'received Infinity at element 1 of tensor base.level2.tree1.bn1.weight',
    ],
    ['the network without DCN', new Map([...tinyState()].filter(([name]) => !name.includes('offset'))), 'without DCN'],
    ['an empty state dict', new Map(), "Expected FairMOT's DLA-34 with DCNv2"],
  ] as const)('%s, by name', async (_, state, message) => {
    await expect(onnxFromStateDict(state, size)).rejects.toThrow(message);
    await expect(onnxFromStateDict(state, size)).rejects.toMatchObject({ name: 'FairmotError', kind: 'input' });
  });

  test('weights beyond the range of fp16, by name', async () => {
    const state = withValues(tinyState(), 'reg.2.bias', (values) => values.fill(1e5, 1));
    await expect(onnxFromStateDict(state, { ...size, precision: 'fp16' })).rejects.toThrow(
      'Expected tensor reg.2.bias within the float16 range',
    );
    await expect(onnxFromStateDict(state, size)).resolves.toBeDefined();
  });
});
