import { densifyDepthwiseTranspose } from './densify-depthwise-transpose.js';
import { floatQuantizedWeights } from './float-quantized-weights.js';
import { foldBatchNorm } from './fold-batch-norm.js';
import { fuseDeformConv } from './fuse-deform-conv.js';
import { fuseOffsetConv } from './fuse-offset-conv.js';
import { fuseQuantizedRoot } from './fuse-quantized-root.js';
import { fuseRoot } from './fuse-root.js';
import { fuseStem } from './fuse-stem.js';
import { fuseUpsampleAdd } from './fuse-upsample-add.js';
import { halfPluginWeights } from './half-plugin-weights.js';
import { halfPrecision } from './half-precision.js';
import { heatMap } from './heat-map.js';
import { lowerOpset } from './lower-opset.js';
import type { Pass } from './pass.js';
import { peakHeads } from './peak-heads.js';

/** Names of the graph passes, in the order in which they run. */
export const passNames = [
  'fold-batch-norm',
  'fuse-deform-conv',
  'fuse-offset-conv',
  'fuse-stem',
  'fuse-upsample-add',
  'fuse-root',
  'densify-depthwise-transpose',
  'quantize',
  'fuse-quantized-root',
  'float-quantized-weights',
  'half-plugin-weights',
  'half-precision',
  'peak-heads',
  'heat-map',
  'lower-opset',
] as const;

export type PassName = (typeof passNames)[number];

/** The passes that need nothing but the model; `quantize` needs a calibration: `insertQuantization`. */
export type PlainPassName = Exclude<PassName, 'quantize'>;

/** The graph passes by name. */
export const passes: Readonly<Record<PlainPassName, Pass>> = {
  // before the fusion: a Relu behind it can move into the plugin only when nothing lies between
  'fold-batch-norm': foldBatchNorm,
  'fuse-deform-conv': fuseDeformConv,
  // what it takes is what fuse-deform-conv wrote
  'fuse-offset-conv': fuseOffsetConv,
  'fuse-stem': fuseStem,
  // before densify-depthwise-transpose, which takes what does not fit
  'fuse-upsample-add': fuseUpsampleAdd,
  'fuse-root': fuseRoot,
  'densify-depthwise-transpose': densifyDepthwiseTranspose,
  // behind `quantize`, which comes when all that plugins replace is gone
  'fuse-quantized-root': fuseQuantizedRoot,
  // of the weights that are left
  'float-quantized-weights': floatQuantizedWeights,
  // on the final nodes and weights
  'half-plugin-weights': halfPluginWeights,
  'half-precision': halfPrecision,
  // behind both: it writes its weights in the types that its kernels read
  'peak-heads': peakHeads,
  // behind peak-heads, which looks for the branch
  'heat-map': heatMap,
  // last: DeformConv is no part of opset 17
  'lower-opset': lowerOpset,
};

/** Arithmetic of an engine; int8 is beside fp16. */
export type Precision = 'fp32' | 'fp16' | 'int8';

/** What decides which passes an engine needs. */
export interface PassTarget {
  /** TensorRT's version, such as 8.6.0. */
  readonly tensorrt: string;
  readonly precision: Precision;
}

/** Major version of TensorRT's version string. */
export function majorVersion(tensorrt: string): number {
  return Number.parseInt(tensorrt, 10);
}

/** Whether the graph's types decide the arithmetic: from TensorRT 10 on; before, the builder's precision flags do. */
export function isStronglyTyped(tensorrt: string): boolean {
  return majorVersion(tensorrt) >= 10;
}

/**
 * The passes an engine needs, in order. An int8 engine is an fp16 one, plugins and all, whose remaining convolutions may be int8.
 *
 * | pass | TensorRT 8.6 | 10 and 11 |
 * |---|---|---|
 * | fold-batch-norm | yes | yes |
 * | fuse-deform-conv | yes | yes |
 * | fuse-offset-conv | with fp16, int8 | with fp16, int8 |
 * | fuse-stem | with fp16, int8 | with fp16, int8 |
 * | fuse-upsample-add | with fp16, int8 | with fp16, int8 |
 * | fuse-root | with fp16 | with fp16 |
 * | densify-depthwise-transpose | yes | yes |
 * | quantize | with int8 | with int8 |
 * | fuse-quantized-root | with int8 | with int8 |
 * | float-quantized-weights | with int8 | no: the parser takes int8 weights |
 * | half-plugin-weights | with fp16, int8 | no: the graph's types say it |
 * | half-precision | no: builder flag | with fp16, int8 |
 * | peak-heads | with fp16, int8 | with fp16, int8 |
 * | heat-map | with fp16, int8 | with fp16, int8 |
 * | lower-opset | yes | no: the parser knows opset 19 and later |
 */
export function passesFor({ tensorrt, precision }: PassTarget): PassName[] {
  const strong = isStronglyTyped(tensorrt);
  const half = precision !== 'fp32';
  const wanted: Record<PassName, boolean> = {
    'fold-batch-norm': true,
    'fuse-deform-conv': true,
    'fuse-offset-conv': half,
    'fuse-stem': half,
    'fuse-upsample-add': half,
    'fuse-root': precision === 'fp16',
    'densify-depthwise-transpose': true,
    quantize: precision === 'int8',
    'fuse-quantized-root': precision === 'int8',
    'float-quantized-weights': !strong && precision === 'int8',
    'half-plugin-weights': !strong && half,
    'half-precision': strong && half,
    'peak-heads': half,
    'heat-map': half,
    'lower-opset': !strong,
  };
  return passNames.filter((name) => wanted[name]);
}
