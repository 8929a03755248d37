import { floatsFromTensor, sizeOfShape, type TensorProto } from '@trt-fairmot/onnx-export';
import { int8FromValue, scaleFromRange } from './int8-scale.js';

/** Weights in int8, one scale for each output channel. */
export interface QuantizedWeight {
  readonly shape: readonly number[];
  readonly values: Int8Array;
  /** [channels] */
  readonly scales: Float32Array;
  /** Axis of the output channels. */
  readonly axis: number;
}

/**
 * Quantises weights symmetrically, each output channel by its largest magnitude.
 *
 * @param tensor float weights of four axes
 * @param axis axis of the output channels: 0 of Conv [O, I, kh, kw], 1 of ConvTranspose [I, O, kh, kw]
 */
export function quantizedWeight(tensor: TensorProto, axis: 0 | 1): QuantizedWeight {
  const shape = tensor.dims.map(Number);
  const floats = floatsFromTensor(tensor);
  const channels = shape[axis] as number;
  const inner = sizeOfShape(shape.slice(axis + 1));
  const channelOf = (position: number) => Math.floor(position / inner) % channels;
  const ranges = new Float32Array(channels);
  for (const [position, value] of floats.entries()) {
    const channel = channelOf(position);
    if (Math.abs(value) > (ranges[channel] as number)) ranges[channel] = Math.abs(value);
  }
  const scales = ranges.map(scaleFromRange);
  const values = new Int8Array(floats.length);
  for (const [position, value] of floats.entries())
    values[position] = int8FromValue(value, scales[channelOf(position)] as number);
  return { shape, values, scales, axis };
}
