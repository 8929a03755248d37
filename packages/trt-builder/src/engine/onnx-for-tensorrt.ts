import {
  bytesFromModel,
  TensorProto_DataType as DataType,
  FairmotError,
  type ModelProto,
  modelFromBytes,
} from '@trt-fairmot/onnx-export';
import { applyPasses, type PassReport } from '../passes/apply-passes.js';
import { graphOf, type PassOptions } from '../passes/pass.js';
import { isStronglyTyped, type PassName, type PassTarget, passesFor } from '../passes/pass-list.js';
import { isPluginNode } from '../passes/plugin-node.js';
import { isQuantized } from '../quantization/expect-quantizable.js';
import type { QuantizationOptions } from '../quantization/insert-quantization.js';
import type { PluginName } from './expect-plugins.js';
import { quantizeBesidePlugins } from './quantize-beside-plugins.js';

/** What {@link onnxForTensorrt} is told. */
export interface TensorrtTarget extends PassTarget, PassOptions {
  /** Passes to leave out. */
  readonly disablePass?: readonly PassName[];
  /** Where and how to quantise, for int8; a model that carries quantisation already needs none. */
  readonly quantization?: QuantizationOptions;
  /** What errors call the model, normally its path. */
  readonly name?: string;
}

/** An ONNX model as TensorRT is to read it. */
export interface TensorrtOnnx {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What each pass did, in order. */
  readonly reports: readonly PassReport[];
  /** The plugin nodes in it, by name and version. */
  readonly plugins: readonly PluginName[];
  /** The decoded model behind the passes. */
  readonly model: ModelProto;
}

/**
 * Runs the graph passes that a version of TensorRT needs. The result is what {@link engineFromOnnx} hands to TensorRT's
 * parser; trtexec reads it too, with the plugin library named in `--dynamicPlugins`.
 *
 * @throws FairmotError for a model that is none, or that this TensorRT cannot take
 * @example
 * const { bytes } = onnxForTensorrt(await readFile('fairmot.onnx'), { tensorrt: '8.6.0', precision: 'fp16' });
 * await saveModel('fairmot-8.6.onnx', bytes);
 */
export function onnxForTensorrt(
  onnx: Uint8Array,
  { disablePass = [], name = 'the model', quantization, ...target }: TensorrtTarget,
): TensorrtOnnx {
  const source = modelFromBytes(onnx, name);
  const names = passesFor(target).filter((pass) => !disablePass.includes(pass));
  const quantize = quantization && quantizeBesidePlugins(quantization, names);
  const { model, reports } = applyPasses(source, names, target, quantize);
  expectPrecision(source, model, target, name);
  expectParsable(model, target, reports, name);
  return { bytes: bytesFromModel(model), reports, plugins: pluginsOf(model), model };
}

function isHalf(model: ModelProto): boolean {
  return graphOf(model).initializer.some(({ dataType }) => dataType === DataType.FLOAT16);
}

function expectPrecision(
  source: ModelProto,
  model: ModelProto,
  { tensorrt, precision }: PassTarget,
  name: string,
): void {
  if (precision === 'fp32' && isHalf(source)) {
    throw new FairmotError(`Expected float32 weights for precision fp32 but received float16 ones in ${name}`, {
      kind: 'usage',
      hint: 'give --precision fp16, or export again with --precision fp32',
    });
  }
  if (precision === 'int8' && !isQuantized(model)) {
    throw new FairmotError(`Expected quantisation for precision int8 but received none in ${name}`, {
      kind: 'usage',
      hint: 'give --calib LIST, leave the pass quantize on, or write a quantised network first: fairmot quantize',
    });
  }
  if (precision !== 'int8' && isQuantized(source)) {
    throw new FairmotError(`Expected precision int8 for a quantised network but received ${precision} for ${name}`, {
      kind: 'usage',
      hint: 'give --precision int8',
    });
  }
  if (precision !== 'fp32' && isStronglyTyped(tensorrt) && !isHalf(model)) {
    throw new FairmotError(
      `Expected float16 weights for precision ${precision} with TensorRT ${tensorrt} but received float32 ones in ${name}`,
      {
        kind: 'usage',
        hint: 'leave the pass half-precision on, or export with --precision fp16',
      },
    );
  }
}

/** TensorRT reads DeformConv from 10.1 on. */
function expectParsable(
  model: ModelProto,
  { tensorrt }: PassTarget,
  reports: readonly PassReport[],
  name: string,
): void {
  const [major = 0, minor = 0] = tensorrt.split('.').map(Number);
  const left = graphOf(model).node.filter(({ opType }) => opType === 'DeformConv');
  if (left.length === 0 || major > 10 || (major === 10 && minor >= 1)) return;
  const fusion = reports.find(({ pass }) => pass === 'fuse-deform-conv');
  throw new FairmotError(
    `Expected no DeformConv for TensorRT ${tensorrt}, which cannot read it, but received ${left.length} in ${name}` +
      (fusion?.notes[0] ? `: ${fusion.notes[0]}` : ''),
    { hint: fusion ? 'TensorRT 10.1 and later read this operator' : 'leave the pass fuse-deform-conv on' },
  );
}

function pluginsOf(model: ModelProto): PluginName[] {
  const nodes = graphOf(model).node.filter(isPluginNode);
  return [...new Set(nodes.map(({ opType }) => opType))].map((name) => ({ name, version: '1' }));
}
