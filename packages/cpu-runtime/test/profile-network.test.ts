import { join } from 'node:path';
import { onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
import { expect, test } from 'vitest';
import { profileNetwork } from '../src/index.js';
import { nodeTimesFromTrace } from '../src/profile-network.js';

const checkpoint = join(import.meta.dirname, '..', '..', '..', 'tools', 'demo', 'fairmot-dla34-half.pth');

test('every deformable convolution of the network has its time', async () => {
  const { bytes } = await onnxFromCheckpoint(checkpoint, { height: 64, width: 96 });
  const input = new Float32Array(3 * 64 * 96).fill(0.5);
  const nodes = await profileNetwork(bytes, input, [1, 3, 64, 96], { threads: 1, runs: 2 });
  expect(nodes.filter(({ kind }) => kind === 'DeformConv')).toHaveLength(16);
  expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length);
  for (const { ms } of nodes) expect(ms).toBeGreaterThanOrEqual(0);
});

test('medians are of the runs after the first; other events are passed over', () => {
  const event = (name: string, dur: number, cat = 'Node') => ({ cat, name, dur, args: { op_name: 'Conv' } });
  const trace = [
    event('a_kernel_time', 90_000),
    event('a_fence_before', 50),
    event('model_run', 99, 'Session'),
    event('a_kernel_time', 2000),
    event('a_kernel_time', 4000),
    event('a_kernel_time', 3000),
  ];
  expect(nodeTimesFromTrace(trace, 4)).toEqual([{ name: 'a', kind: 'Conv', ms: 3 }]);
  expect(nodeTimesFromTrace([], 4)).toEqual([]);
});
