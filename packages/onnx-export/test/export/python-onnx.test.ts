import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWhere, temporaryFolder } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { type ExportOptions, onnxFromStateDict } from '../../src/index.js';
import { noPythonOnnx, python } from '../support/python.js';
import { tinyState } from '../support/tiny-network.js';

// Reads a model, checks it, and compares the shapes we declare with those onnx infers.
const script = `
import json, sys, onnx
model = onnx.load(sys.argv[1])
custom = any(node.op_type == 'DCNv2' for node in model.graph.node)
if not custom: onnx.checker.check_model(model, full_check=True)
declared = {v.name: v.type.SerializeToString() for v in model.graph.value_info}
del model.graph.value_info[:]
inferred = {v.name: v.type.SerializeToString() for v in onnx.shape_inference.infer_shapes(model, strict_mode=not custom).graph.value_info}
numbers = sum(onnx.numpy_helper.to_array(t).size for t in model.graph.initializer if t.data_type in (1, 10))
print(json.dumps({
  'numbers': numbers, 'declared': len(declared), 'inferred': len(inferred),
  'differ': [name for name, type in inferred.items() if declared.get(name) != type],
  'attributes': [[a.name, onnx.helper.get_attribute_value(a)] for a in next(n for n in model.graph.node if n.op_type in ('DCNv2', 'DeformConv')).attribute],
}))`;

describeWhere(noPythonOnnx(), "Python's onnx reads and checks", () => {
  const folder = temporaryFolder();

  test.each<[string, Partial<ExportOptions>]>([
    ['heads', {}],
    ['detections', { outputs: 'detections' }],
    ['a dynamic batch at fp16', { outputs: 'detections', batch: 'dynamic', precision: 'fp16' }],
    ['the DCNv2 node', { dcn: 'dcnv2' }],
  ])('%s', async (name, options) => {
    const path = join(folder, `${name}.onnx`);
    const { bytes, summary } = await onnxFromStateDict(tinyState(), { height: 64, width: 96, topK: 40, ...options });
    await writeFile(path, bytes);
    const report = JSON.parse(execFileSync(python, ['-c', script, path], { encoding: 'utf8' }));
    expect(report.numbers).toBe(summary.parameters);
    expect(report.differ).toEqual([]);
    if (options.dcn === 'dcnv2') {
      expect(report.attributes).toEqual([
        ['stride', 1],
        ['padding', 1],
        ['dilation', 1],
        ['groups', 1],
        ['deformable_group', 1],
      ]);
    } else expect(report.inferred).toBe(report.declared);
  });
});
