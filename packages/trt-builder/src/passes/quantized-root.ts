import {
  TensorProto_DataType as DataType,
  intOfAttribute,
  type NodeProto,
  type TensorProto,
} from '@trt-fairmot/onnx-export';
import type { GraphIndex } from '../graph/graph-index.js';
import { int8StepOf, scalesOf } from '../graph/int8-step.js';
import { hasWindow } from '../graph/window.js';
import { joinsMaps } from './root-maps.js';

/** A root between quantised maps and a value that is quantised for all that take it. */
export interface QuantizedRoot {
  readonly concat: NodeProto;
  readonly convolution: NodeProto;
  /** The int8 values that the Concat's inputs are dequantised from. */
  readonly maps: readonly string[];
  /** Scale of the maps. */
  readonly step: number;
  /** int8 [outputs, inputs, 1, 1] */
  readonly weight: TensorProto;
  /** Of each output channel, or one for all. */
  readonly scales: Float32Array;
  readonly bias: TensorProto | null;
  /** The QuantizeLinear behind the ReLU, and its scale. */
  readonly quantize: NodeProto;
  readonly outputStep: number;
}

/** The root that begins with a Concat; null where there is none in int8. */
export function quantizedRootFrom(index: GraphIndex, concat: NodeProto): QuantizedRoot | null {
  const before = quantizedMaps(index, concat);
  const convolution = before && convolutionBehind(index, concat, before.step);
  const weight = convolution && quantizedConvolution(index, convolution);
  const relu = weight && index.soleConsumer(convolution.output[0] as string);
  const after = relu?.opType === 'Relu' ? quantizationBehind(index, relu.output[0] as string) : null;
  return before && weight && relu && after ? { concat, convolution, ...before, ...weight, ...after } : null;
}

function quantizedMaps(index: GraphIndex, concat: NodeProto) {
  if (!joinsMaps(concat)) return null;
  const nodes = concat.input.map((name) => index.producer(name));
  const [step, ...others] = nodes.map((node) => int8StepOf(index, node, 'DequantizeLinear'));
  const maps = nodes.map((node) => node?.input[0] as string);
  if (step == null || others.some((other) => other !== step) || maps.some((name) => index.constant(name))) return null;
  return { maps, step };
}

/** Directly behind, or behind a quantisation with the scale of the maps, which changes nothing. */
function convolutionBehind(index: GraphIndex, concat: NodeProto, step: number): NodeProto | null {
  const next = index.soleConsumer(concat.output[0] as string);
  if (next?.opType === 'Conv') return next;
  if (int8StepOf(index, next, 'QuantizeLinear') !== step) return null;
  const dequantize = index.soleConsumer(next?.output[0] as string);
  if (int8StepOf(index, dequantize, 'DequantizeLinear') !== step) return null;
  return index.soleConsumer(dequantize?.output[0] as string);
}

/** Weights, scales and bias of a plain 1x1 convolution with int8 weights. */
function quantizedConvolution(index: GraphIndex, convolution: NodeProto) {
  if (convolution.opType !== 'Conv' || !hasWindow(convolution, 1, 0)) return null;
  if (intOfAttribute(convolution, 'group', 1) !== 1) return null;
  const [, weightName, biasName] = convolution.input as [string, string, string?];
  const dequantize = index.producer(weightName);
  const weight = dequantize && index.constant(dequantize.input[0] as string);
  if (dequantize?.opType !== 'DequantizeLinear' || weight?.dataType !== DataType.INT8) return null;
  const scales = scalesOf(index, dequantize);
  const [outputs, , ...kernel] = weight.dims.map(Number);
  const plain = kernel.length === 2 && kernel.every((size) => size === 1);
  const perChannel = scales?.length === outputs && intOfAttribute(dequantize, 'axis', 1) === 0;
  const bias = biasName ? index.constant(biasName) : null;
  if (!scales || !plain || (scales.length !== 1 && !perChannel) || (biasName && !bias)) return null;
  return { weight, scales, bias };
}

/** Null where something takes the value before its quantisation, or where that is none that the plugin knows. */
function quantizationBehind(index: GraphIndex, value: string) {
  const quantize = index.soleConsumer(value);
  const step = int8StepOf(index, quantize, 'QuantizeLinear');
  return quantize && step !== null ? { quantize, outputStep: step } : null;
}
