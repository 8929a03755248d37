import { describe, expect, test } from 'vitest';
import { describeOnnx, onnxFromStateDict } from '../../src/index.js';
import { tinyState } from '../support/tiny-network.js';

describe('describeOnnx', () => {
  test('tells interface, operators, size, cost and metadata', async () => {
    const options = {
      height: 64,
      width: 96,
      batch: 'dynamic',
      outputs: 'detections',
      topK: 20,
      precision: 'fp16',
    } as const;
    const { bytes, summary } = await onnxFromStateDict(tinyState(), options, { metadata: { 'fairmot.epoch': '30' } });
    const description = describeOnnx(bytes);
    expect(description).toMatchObject({
      irVersion: 9,
      opsets: { '': 19 },
      producer: expect.stringMatching(/^@trt-fairmot\/onnx-export \d+\.\d+\.\d+/),
      inputs: [{ name: 'input', type: 'float', shape: ['batch', 3, 64, 96] }],
      outputs: [
        { name: 'boxes', type: 'float', shape: ['batch', 20, 4] },
        { name: 'scores', type: 'float', shape: ['batch', 20] },
        { name: 'classes', type: 'int64', shape: ['batch', 20] },
        { name: 'embeddings', type: 'float', shape: ['batch', 20, 6] },
      ],
      parameters: summary.parameters,
      macs: summary.macs,
    });
    expect(description.precisions[0]).toBe('float16');
    expect(description.operators.DeformConv).toBe(16);
    expect(Object.keys(description.operators)[0]).toBe('Conv');
    expect(Object.values(description.operators).reduce((a, b) => a + b)).toBe(description.nodes);
    expect(description.metadata).toMatchObject({
      'fairmot.network': 'dla34',
      'fairmot.heads': 'hm:1,wh:4,reg:2,id:6',
      'fairmot.height': '64',
      'fairmot.width': '96',
      'fairmot.batch': 'dynamic',
      'fairmot.outputs': 'detections',
      'fairmot.top_k': '20',
      'fairmot.precision': 'fp16',
      'fairmot.epoch': '30',
    });
  });

  test('refuses what is no ONNX file', () => {
    expect(() => describeOnnx(new TextEncoder().encode('hello'), 'hello.onnx')).toThrow('Expected an ONNX model');
  });
});
