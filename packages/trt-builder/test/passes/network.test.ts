import { type ModelProto, modelFromBytes, onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
import { describeShared, goldenManifest, goldenTensor, maxAbsDifference, shared } from '@trt-fairmot/testing';
import { beforeAll, expect, test } from 'vitest';
import { applyPasses } from '../../src/passes/apply-passes.js';
import { passesFor } from '../../src/passes/pass-list.js';
import { ops, run } from '../support/models.js';
import { standardModel } from '../support/standard-model.js';

/** Largest difference of each head from PyTorch's, for the half network. */
async function goldenDifferences(model: ModelProto): Promise<Record<string, number>> {
  const { input, models } = goldenManifest();
  const outputs = await run(model, { input: { data: goldenTensor(input.file), dims: input.shape } });
  const entries = Object.entries(models.half).map(([name, { file }]) => [
    name,
    maxAbsDifference(outputs[name] ?? [], goldenTensor(file)),
  ]);
  return Object.fromEntries(entries);
}

describeShared('the passes on the trained half network', () => {
  const models = new Map<string, ModelProto>();

  beforeAll(async () => {
    const [, , height, width] = goldenManifest().input.shape as [number, number, number, number];
    for (const dcn of ['deform-conv', 'dcnv2'] as const) {
      const { bytes } = await onnxFromCheckpoint(shared('models', 'fairmot-dla34-half.pth'), { height, width, dcn });
      models.set(dcn, modelFromBytes(bytes));
    }
  });

  test.each(['deform-conv', 'dcnv2'])(
    '%s for TensorRT 8.6: 16 plugin nodes, 8 dense upsamplings, PyTorch\u2019s numbers',
    async (dcn) => {
      const { model, reports } = applyPasses(
        models.get(dcn) as ModelProto,
        passesFor({ tensorrt: '8.6.0', precision: 'fp32' }),
      );
      const changed = Object.fromEntries(reports.map((report) => [report.pass, report.changed]));
      expect(changed).toEqual({
        'fold-batch-norm': 0,
        'fuse-deform-conv': 16,
        'densify-depthwise-transpose': 8,
        'lower-opset': 1,
      });
      expect(reports.flatMap(({ notes }) => notes)).toEqual([]);
      const operators = new Set(ops(model));
      for (const gone of ['DeformConv', 'DCNv2', 'Slice', 'Sigmoid']) expect(operators).not.toContain(gone);
      for (const difference of Object.values(await goldenDifferences(standardModel(model))))
        expect(difference).toBeLessThan(2e-3);
    },
  );

  test('float16 for TensorRT 11: PyTorch\u2019s numbers to half precision', async () => {
    const { model, reports } = applyPasses(
      models.get('deform-conv') as ModelProto,
      passesFor({ tensorrt: '11.1.0', precision: 'fp16' }).filter((name) => !['peak-heads', 'heat-map'].includes(name)),
    );
    const changed = Object.fromEntries(reports.map((report) => [report.pass, report.changed]));
    expect(changed).toMatchObject({
      'fuse-stem': 1,
      'fuse-upsample-add': 8,
      'fuse-root': 6,
      'densify-depthwise-transpose': 0,
    });
    expect(reports.flatMap(({ notes }) => notes)).toEqual([]);
    // behind the four heads; the stem takes float32
    expect(ops(model).filter((op) => op === 'Cast')).toHaveLength(4);
    const differences = await goldenDifferences(standardModel(model));
    console.info('float16, largest difference by head', differences);
    expect(differences.hm).toBeLessThan(0.05);
    expect(differences.wh).toBeLessThan(0.1);
    expect(differences.hm).toBeGreaterThan(0);
  });

  test('the network that decodes itself goes through both, too', async () => {
    const [, , height, width] = goldenManifest().input.shape as [number, number, number, number];
    const path = shared('models', 'fairmot-dla34-half.pth');
    const { bytes } = await onnxFromCheckpoint(path, { height, width, outputs: 'detections', topK: 20 });
    const feeds = { input: { data: goldenTensor('input.f32'), dims: [1, 3, height, width] } };
    const expected = await run(modelFromBytes(bytes), feeds);
    const old = applyPasses(modelFromBytes(bytes), passesFor({ tensorrt: '8.6.0', precision: 'fp32' }));
    expect(old.reports.at(-1)).toEqual({ pass: 'lower-opset', changed: 1, notes: [] });
    const received = await run(standardModel(old.model), feeds);
    expect(maxAbsDifference(received.scores ?? [], expected.scores ?? [])).toBeLessThan(1e-4);
    expect(maxAbsDifference(received.boxes ?? [], expected.boxes ?? [])).toBeLessThan(1e-2);
    const typed = applyPasses(modelFromBytes(bytes), passesFor({ tensorrt: '11.1.0', precision: 'fp16' }));
    const half = await run(standardModel(typed.model), feeds);
    expect(maxAbsDifference(half.scores ?? [], expected.scores ?? [])).toBeLessThan(0.02);
  });
});
