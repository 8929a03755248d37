import { type ModelProto, nodeFrom } from '@trt-fairmot/onnx-export';
import { float, modelOf, randomTensor } from './models.js';

const conv = (name: string, input: string, pad: number) =>
  nodeFrom({
    op: 'Conv',
    name,
    inputs: [input, `${name}.weight`, `${name}.bias`],
    outputs: [name],
    attributes: { pads: [pad, pad, pad, pad] },
  });
const relu = (name: string, input: string) => nodeFrom({ op: 'Relu', name, inputs: [input], outputs: [name] });

/**
 * A small network of FairMOT's kinds of places: stem, a residual Add, a MaxPool into a Concat, a root, a head.
 * x [N, 3, 8, 8] -> out [N, 2, 4, 4].
 */
export function quantizableModel(): ModelProto {
  const pool = (name: string, input: string) =>
    nodeFrom({
      op: 'MaxPool',
      name,
      inputs: [input],
      outputs: [name],
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    });
  const shapes: Record<string, [number, number, number]> = {
    stem: [4, 3, 3],
    project: [4, 4, 1],
    conv1: [4, 4, 3],
    conv2: [4, 4, 3],
    root: [6, 8, 1],
    head0: [4, 6, 3],
    head2: [2, 4, 1],
  };
  return modelOf({
    nodes: [
      ...[conv('stem', 'x', 1), relu('features', 'stem'), pool('down', 'features'), conv('project', 'down', 0)],
      ...[conv('conv1', 'down', 1), relu('relu1', 'conv1'), conv('conv2', 'relu1', 1)],
      nodeFrom({ op: 'Add', name: 'add', inputs: ['conv2', 'project'], outputs: ['add'] }),
      relu('tree', 'add'),
      nodeFrom({ op: 'Concat', name: 'cat', inputs: ['tree', 'down'], outputs: ['cat'], attributes: { axis: 1 } }),
      ...[conv('root', 'cat', 0), relu('rooted', 'root'), conv('head0', 'rooted', 1), relu('head1', 'head0')],
      nodeFrom({ op: 'Conv', name: 'head2', inputs: ['head1', 'head2.weight', 'head2.bias'], outputs: ['out'] }),
    ],
    initializers: Object.entries(shapes).flatMap(([name, [o, i, k]], seed) => [
      randomTensor(`${name}.weight`, [o, i, k, k], seed + 1, 0.6),
      randomTensor(`${name}.bias`, [o], seed + 20, 0.2),
    ]),
    inputs: [float('x', ['N', 3, 8, 8])],
    outputs: [float('out', ['N', 2, 4, 4])],
    values: [float('features', ['N', 4, 8, 8]), float('tree', ['N', 4, 4, 4]), float('relu1', ['N', 4, 4, 4])],
  });
}
