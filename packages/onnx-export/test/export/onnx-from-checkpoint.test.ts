import { describeShared, goldenManifest, goldenTensor, maxAbsDifference, shared } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { describeOnnx, type ExportOptions, onnxFromCheckpoint } from '../../src/index.js';
import { bruteForceDecode } from '../support/brute-force-decode.js';
import { expectDetections } from '../support/expect-detections.js';
import { runModel } from '../support/run-model.js';

type Size = 'half' | 'full';

describeShared('onnxFromCheckpoint against PyTorch', () => {
  const manifest = goldenManifest();
  const [, , height, width] = manifest.input.shape as [number, number, number, number];
  const input = { data: goldenTensor(manifest.input.file), shape: manifest.input.shape };
  const exported = (model: Size, options: Partial<ExportOptions> = {}) =>
    onnxFromCheckpoint(shared('models', `fairmot-dla34-${model}.pth`), { height, width, ...options });
  const golden = (model: Size) =>
    Object.fromEntries(
      Object.entries(manifest.models[model]).map(([name, { file, shape }]) => [
        name,
        { data: goldenTensor(file), dims: shape },
      ]),
    );
  const decoded = (model: Size) => {
    const { hm, wh, reg, id_feature: id } = golden(model);
    return bruteForceDecode({ hm: hm!, wh: wh!, reg: reg!, id: id! });
  };

  test.each([
    ['half', 1e-4],
    ['full', 1e-3],
  ] as const)('every head of the %s network within %f', async (model, tolerance) => {
    const outputs = await runModel((await exported(model)).bytes, { input });
    expect(Object.keys(outputs)).toEqual(['hm', 'wh', 'reg', 'id_feature']);
    for (const [name, expected] of Object.entries(golden(model))) {
      expect(outputs[name]?.dims).toEqual(expected.dims);
      expect(maxAbsDifference(outputs[name]!.data, expected.data), name).toBeLessThanOrEqual(tolerance);
    }
  });

  test.each(['half', 'full'] as const)(
    'detections of the %s network are the decoded heads of PyTorch',
    async (model) => {
      const { bytes, summary } = await exported(model, { outputs: 'detections' });
      const outputs = await runModel(bytes, { input });
      expect(outputs.boxes?.dims).toEqual([1, 500, 4]);
      const scores = outputs.scores!.data;
      expect(scores.every((score, i) => i === 0 || score <= scores[i - 1]!)).toBe(true);
      expectDetections(outputs, decoded(model), { score: 1e-5, box: 2e-3, embedding: 1e-4 });
      expect(summary.macs).toBeLessThan(0.85 * (await exported(model)).summary.macs);
    },
  );

  test.each(['half', 'full'] as const)(
    'the %s network at fp16: heads within 0.05, the same detections at confidence 0.3',
    async (model) => {
      const heads = await runModel((await exported(model, { precision: 'fp16' })).bytes, { input });
      const expected = golden(model);
      for (const name of ['hm', 'wh', 'reg']) {
        expect(maxAbsDifference(heads[name]!.data, expected[name]!.data), name).toBeLessThanOrEqual(0.05);
      }
      const { bytes } = await exported(model, { precision: 'fp16', outputs: 'detections' });
      const found = await runModel(bytes, { input });
      const confident = decoded(model).filter(({ score }) => score > 0.3);
      expect(found.scores!.data.filter((score) => score > 0.3)).toHaveLength(confident.length);
      const first = Object.fromEntries(
        Object.entries(found).map(([name, { data, dims }]) => {
          const rows = [1, confident.length, ...dims.slice(2)];
          return [
            name,
            {
              data: data.subarray(
                0,
                rows.reduce((a, b) => a * b),
              ),
              dims: rows,
            },
          ];
        }),
      );
      expectDetections(first, confident, { score: 5e-3, box: 0.2, embedding: 1e-2 });
    },
  );

  test('the published network: size, cost and origin', async () => {
    const { bytes, summary } = await onnxFromCheckpoint(shared('models', 'fairmot-dla34-full.pth'));
    expect(summary.inputs).toEqual([{ name: 'input', type: 'float', shape: [1, 3, 608, 1088] }]);
    expect(summary.widths).toEqual([16, 32, 64, 128, 256, 512]);
    // 90.2 GMAC with the 0.17 of the dead projections
    expect(Math.abs(summary.macs / 1e9 - 90.0)).toBeLessThan(0.1);
    expect(describeOnnx(bytes).metadata).toMatchObject({ 'fairmot.checkpoint': 'fairmot-dla34-full.pth' });
  });

  test('refuses a size before it opens the file', async () => {
    await expect(onnxFromCheckpoint('absent.pth', { height: 500 })).rejects.toThrow(
      'Expected a height divisible by 32',
    );
    await expect(onnxFromCheckpoint('absent.pth')).rejects.toMatchObject({ name: 'FairmotError' });
  });
});
