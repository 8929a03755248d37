import { describe, expect, test } from 'vitest';
import { GraphBuilder, indexing, layers } from '../../src/index.js';
import { modelFromGraph } from '../support/model-from-graph.js';
import { runModel } from '../support/run-model.js';
import { normals, randomFrom, tensorOf } from '../support/tiny-network.js';

/** Runs a graph of one input and compares the declared shapes of its outputs with those ONNX Runtime gives. */
async function run(
  shape: number[],
  build: (graph: GraphBuilder, x: ReturnType<GraphBuilder['input']>) => ReturnType<GraphBuilder['input']>[],
) {
  const graph = new GraphBuilder();
  const outputs = build(graph, graph.input('x', 'float32', shape));
  for (const output of outputs) graph.output(output);
  const data = normals(
    shape.reduce((a, b) => a * b),
    randomFrom(2),
  );
  const results = await runModel(await modelFromGraph(graph), { x: { data, shape } });
  for (const output of outputs) expect(results[output.name]?.dims, output.name).toEqual(output.shape);
  return { results, data };
}

const source = (...shape: number[]) =>
  tensorOf(
    shape,
    normals(
      shape.reduce((a, b) => a * b),
      randomFrom(4),
    ),
  );

describe('layers', () => {
  test('declare the shapes ONNX Runtime computes', async () => {
    await run([2, 6, 12, 20], (graph, x) => {
      const strided = layers.conv(
        graph,
        'strided',
        x,
        { weight: source(8, 6, 3, 3), bias: source(8) },
        { stride: 2, padding: 1 },
      );
      const grouped = layers.conv(graph, 'grouped', x, { weight: source(4, 3, 1, 1) }, { groups: 2 });
      const up = layers.convTranspose(
        graph,
        'up',
        x,
        { weight: source(6, 1, 8, 8) },
        { stride: 4, padding: 2, groups: 6 },
      );
      const pooled = layers.maxPool(graph, 'pooled', x, { kernel: 2, stride: 2 });
      const same = layers.maxPool(graph, 'same', x, { kernel: 3, stride: 1, padding: 1 });
      const sum = layers.add(graph, 'sum', layers.relu(graph, 'positive', x), layers.sigmoid(graph, 'squashed', x));
      const joined = indexing.concat(graph, 'joined', [x, sum], 1);
      const part = indexing.slice(graph, 'part', joined, { axis: 1, begin: 2, end: 9 });
      const flat = indexing.reshape(graph, 'flat', part, [2, 7, 240]);
      const turned = indexing.transpose(graph, 'turned', flat, [0, 2, 1]);
      const { values, indices } = indexing.topK(graph, 'best', flat, 5, { values: 'values', indices: 'indices' });
      const gathered = indexing.gatherElements(graph, 'gathered', flat, indices);
      const total = indexing.reduceSum(graph, 'total', flat, 2);
      return [strided, grouped, up, pooled, same, sum, joined, part, flat, turned, values, indices, gathered, total];
    });
  });

  test('slice, topK and gatherElements pick the numbers they name', async () => {
    const { results, data } = await run([1, 3, 7], (graph, x) => {
      const part = indexing.slice(graph, 'part', x, { axis: 1, begin: 1, end: 3 });
      const { values, indices } = indexing.topK(graph, 'best', part, 4, { values: 'values', indices: 'indices' });
      return [part, values, indices, indexing.gatherElements(graph, 'gathered', part, indices)];
    });
    expect(results.part?.data).toEqual(data.subarray(7));
    const best = [0, 1].flatMap((row) =>
      [...results.part!.data.subarray(row * 7, row * 7 + 7)].sort((a, b) => b - a).slice(0, 4),
    );
    expect([...results.values!.data]).toEqual(best);
    expect([...results.gathered!.data]).toEqual(best);
  });

  test('refuse values that do not fit, by name', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', ['batch', 3, 8, 8]);
    expect(() => layers.conv(graph, 'c', x, { weight: source(4, 5, 3, 3) })).toThrow(
      'Expected 5 channels into c but received x [batch,3,8,8]',
    );
    expect(() => layers.conv(graph, 'c', x, { weight: source(4, 3, 3) })).toThrow('Expected a square kernel');
    const y = graph.input('y', 'float32', ['batch', 3, 8, 4]);
    expect(() => layers.add(graph, 'sum', x, y)).toThrow(
      'Expected shapes that broadcast but received x [batch,3,8,8] and y [batch,3,8,4]',
    );
    expect(() => layers.add(graph, 'sum', x, graph.ints([], [1]))).toThrow('Expected one element type in sum');
    expect(() => indexing.reshape(graph, 'r', x, [3, 'batch', 64])).toThrow('Expected batch at axis 1 of x');
    expect(() => graph.input('x', 'float32', [1])).toThrow('Expected one value of the name x');
  });
});
