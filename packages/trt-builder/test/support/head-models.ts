import {
  type ModelProto,
  type NodeProto,
  nodeFrom,
  type TensorProto,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';
import { float, modelOf, randomFloats } from './models.js';

/** A small network with FairMOT's heads. */
export interface HeadModel {
  readonly height?: number;
  readonly width?: number;
  readonly batch?: number | string;
  readonly features?: number;
  readonly hidden?: number;
  /** Channels of the heads by the names of the outputs. */
  readonly heads?: Readonly<Record<string, number>>;
  /** Heads on a feature map of their own. */
  readonly apart?: readonly string[];
  /** Heads without the 3x3 convolution's ReLU. */
  readonly linear?: readonly string[];
}

export const fairmotHeads = { hm: 1, wh: 4, reg: 2, id_feature: 12 } as const;

/** Numbers that float16 holds exactly. */
function exactTensor(name: string, shape: readonly number[], seed: number, scale: number): TensorProto {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tensorFromFloats(
    name,
    shape,
    randomFloats(size, seed).map((value) => (Math.round(value * 64) / 64) * scale),
  );
}

/** x [N, 3, H, W] -> Conv -> features -> heads, each Conv 3x3, Relu, Conv 1x1. */
export function headModel({
  height = 9,
  width = 13,
  batch = 1,
  features = 8,
  hidden = 64,
  heads = fairmotHeads,
  apart = [],
  linear = [],
}: HeadModel = {}): ModelProto {
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [];
  const conv = (input: string, output: string, channels: number, inputs: number, kernel: number) => {
    const seed = initializers.length + 1;
    initializers.push(
      exactTensor(`${output}.weight`, [channels, inputs, kernel, kernel], seed, 0.25),
      exactTensor(`${output}.bias`, [channels], seed + 1, 1),
    );
    nodes.push(
      nodeFrom({
        op: 'Conv',
        name: output,
        inputs: [input, `${output}.weight`, `${output}.bias`],
        outputs: [output],
        attributes: { kernel_shape: [kernel, kernel], pads: Array(4).fill((kernel - 1) / 2) },
      }),
    );
  };
  conv('x', 'features', features, 3, 1);
  for (const [name, channels] of Object.entries(heads)) {
    if (apart.includes(name)) conv('x', `${name}.features`, features, 3, 1);
    conv(apart.includes(name) ? `${name}.features` : 'features', `${name}.0`, hidden, features, 3);
    const rectified = linear.includes(name) ? `${name}.0` : `${name}.1`;
    if (!linear.includes(name))
      nodes.push(nodeFrom({ op: 'Relu', name: rectified, inputs: [`${name}.0`], outputs: [rectified] }));
    conv(rectified, name, channels, hidden, 1);
  }
  return modelOf({
    nodes,
    initializers,
    inputs: [float('x', [batch, 3, height, width])],
    outputs: Object.entries(heads).map(([name, channels]) => float(name, [batch, channels, height, width])),
  });
}
