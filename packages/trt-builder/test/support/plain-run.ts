import { floatsFromTensor, intsOfAttribute, type ModelProto, type NodeProto } from '@trt-fairmot/onnx-export';
import { graph } from './models.js';

/** A map of one image: [channels, height, width]. */
export interface PlainMap {
  readonly shape: readonly [number, number, number];
  readonly data: Float32Array;
}

/** Numbers that a node's input is replaced by before it is used. */
export type Replace = (node: NodeProto, position: number, data: Float32Array) => Float32Array;

/** Runs a graph of Conv (stride 1), Relu, Add, MaxPool (2x2) and Concat by their definitions, one image, in double precision. */
export function plainRun(model: ModelProto, x: PlainMap, replace: Replace): Map<string, PlainMap> {
  const values = new Map<string, PlainMap>([['x', x]]);
  const weights = new Map(graph(model).initializer.map((tensor) => [tensor.name, tensor]));
  for (const node of graph(model).node) {
    const maps = node.input.flatMap((name, i) => {
      const map = values.get(name);
      return map ? [{ shape: map.shape, data: replace(node, i, map.data) }] : [];
    }) as [PlainMap, ...PlainMap[]];
    const constants = node.input.flatMap((name, i) => {
      const tensor = weights.get(name);
      return tensor ? [replace(node, i, floatsFromTensor(tensor))] : [];
    });
    values.set(node.output[0] as string, computed(node, maps, constants));
  }
  return values;
}

function computed(node: NodeProto, [a, b]: readonly [PlainMap, ...PlainMap[]], constants: Float32Array[]): PlainMap {
  const [channels, height, width] = a.shape;
  const at = (c: number, y: number, x: number) =>
    y < 0 || x < 0 || y >= height || x >= width ? 0 : (a.data[(c * height + y) * width + x] as number);
  const filled = (shape: PlainMap['shape'], value: (c: number, y: number, x: number) => number): PlainMap => {
    const [, h, w] = shape;
    const data = new Float32Array(shape[0] * h * w).map((_, i) =>
      value(Math.floor(i / (h * w)), Math.floor(i / w) % h, i % w),
    );
    return { shape, data };
  };
  if (node.opType === 'Relu') return { shape: a.shape, data: a.data.map((value) => Math.max(0, value)) };
  if (node.opType === 'Add') return { shape: a.shape, data: a.data.map((value, i) => value + (b?.data[i] as number)) };
  if (node.opType === 'Concat') {
    return {
      shape: [channels + (b?.shape[0] as number), height, width],
      data: Float32Array.of(...a.data, ...(b?.data ?? [])),
    };
  }
  if (node.opType === 'MaxPool') {
    return filled([channels, height / 2, width / 2], (c, y, x) =>
      Math.max(at(c, 2 * y, 2 * x), at(c, 2 * y, 2 * x + 1), at(c, 2 * y + 1, 2 * x), at(c, 2 * y + 1, 2 * x + 1)),
    );
  }
  const [weight, bias] = constants as [Float32Array, Float32Array];
  const pad = intsOfAttribute(node, 'pads', [0])[0] as number;
  const side = 2 * pad + 1;
  return filled([bias.length, height, width], (o, y, x) => {
    let sum = bias[o] as number;
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < side * side; i++) {
        const tap = weight[(o * channels + c) * side * side + i] as number;
        sum += tap * at(c, y + Math.floor(i / side) - pad, x + (i % side) - pad);
      }
    }
    return sum;
  });
}
