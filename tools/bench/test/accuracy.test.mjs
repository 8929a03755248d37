import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectionsFromHeads } from '@trt-fairmot/fairmot-postprocess';
import { describeShared, shared, temporaryFolder } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { detectionDifference, headDifference, readReference } from '../src/comparison/accuracy.mjs';

const folder = temporaryFolder();

test('differences of a head: largest, and relative in the 2-norm', () => {
  const { max, relative } = headDifference(Float32Array.of(3, 4), Float32Array.of(3, 4.5));
  expect(max).toBe(0.5);
  expect(relative).toBeCloseTo(0.1, 9);
  expect(headDifference(Float32Array.of(1, 2), Float32Array.of(1, Number.NaN))).toEqual({ max: null, relative: null });
});

test('a file of another length than its shape is refused', () => {
  const broken = join(folder, 'broken');
  mkdirSync(broken);
  writeFileSync(join(broken, 'a.f32'), new Uint8Array(8));
  const entry = { file: 'a.f32', shape: [1, 3] };
  const models = { reference: { hm: entry, wh: entry, reg: entry, id_feature: entry } };
  writeFileSync(join(broken, 'manifest.json'), JSON.stringify({ input: entry, models }));
  expect(() => readReference(broken)).toThrow('Expected 3 numbers in a.f32 but received 2');
});

describeShared('golden/network', () => {
  test('detections of the golden heads: equal to themselves, and damage shows', () => {
    const { heads: maps } = readReference(shared('golden', 'network'), 'half');
    const [, , height, width] = maps.hm.shape;
    const head = (name) => ({ data: maps[name].data, channels: maps[name].shape[1] });
    const decoded = { hm: head('hm'), wh: head('wh'), reg: head('reg'), id: head('id_feature'), height, width };
    const outputs = detectionsFromHeads(decoded);
    const same = detectionDifference(maps, outputs);
    expect(same.matched).toBeGreaterThan(3);
    expect(same).toMatchObject({ missing: 0, extra: 0, score: 0, box: 0 });
    expect(same.embedding).toBeLessThan(1e-6);
    const moved = { ...outputs, boxes: outputs.boxes.map((side, index) => (index === 0 ? side + 1 : side)) };
    expect(detectionDifference(maps, moved).box).toBeCloseTo(1, 3);
    const lost = { ...outputs, scores: outputs.scores.map((score, row) => (row === 0 ? 0.1 : score)) };
    expect(detectionDifference(maps, lost)).toMatchObject({ missing: 1, extra: 0 });
  });
});
