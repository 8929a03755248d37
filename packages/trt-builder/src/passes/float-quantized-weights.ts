import {
  TensorProto_DataType as DataType,
  floatsFromTensor,
  int8sFromTensor,
  intOfAttribute,
  type ModelProto,
  type NodeProto,
  nodeFrom,
  shapeOfTensor,
  sizeOfShape,
  type TensorProto,
  tensorFromFloats,
} from '@trt-fairmot/onnx-export';
import { GraphIndex } from '../graph/graph-index.js';
import { UnusedNames } from '../graph/unused-names.js';
import { updated } from '../graph/updated.js';
import { withoutUnused } from '../graph/without-unused.js';
import { graphOf, type PassResult, withGraph } from './pass.js';

/**
 * Writes int8 weights behind a DequantizeLinear as float weights behind QuantizeLinear and DequantizeLinear, which quantise
 * back to the same numbers: the parser of TensorRT 8.6 takes weights in this form.
 */
export function floatQuantizedWeights(model: ModelProto): PassResult {
  const graph = graphOf(model);
  const index = new GraphIndex(graph);
  const names = new UnusedNames(graph);
  const initializers: TensorProto[] = [];
  let changed = 0;
  const node = graph.node.flatMap((candidate): NodeProto[] => {
    const [weight, scale, zero] = candidate.input.map((name) => index.constant(name));
    if (candidate.opType !== 'DequantizeLinear' || weight?.dataType !== DataType.INT8 || !scale || !zero) {
      return [candidate];
    }
    changed += 1;
    const [name, quantized] = [names.next(`${weight.name}_float`), names.next(`${weight.name}_quantized`)];
    initializers.push(dequantized(name, weight, scale, intOfAttribute(candidate, 'axis', 1)));
    const operands = candidate.input.slice(1);
    const quantize = nodeFrom({
      op: 'QuantizeLinear',
      name: quantized,
      inputs: [name, ...operands],
      outputs: [quantized],
    });
    return [
      updated(quantize, { attribute: candidate.attribute }),
      updated(candidate, { input: [quantized, ...operands] }),
    ];
  });
  const rewritten = updated(graph, { node, initializer: [...graph.initializer, ...initializers] });
  return { model: withGraph(model, withoutUnused(rewritten)), changed, notes: [] };
}

/** Zero points are 0 wherever TensorRT takes the graph. */
function dequantized(name: string, weight: TensorProto, scale: TensorProto, axis: number): TensorProto {
  const shape = shapeOfTensor(weight);
  const scales = floatsFromTensor(scale);
  const inner = sizeOfShape(shape.slice(axis + 1));
  const values = Float32Array.from(int8sFromTensor(weight), (value, position) => {
    const channel = scales.length === 1 ? 0 : Math.floor(position / inner) % scales.length;
    return value * (scales[channel] as number);
  });
  return tensorFromFloats(name, shape, values);
}
