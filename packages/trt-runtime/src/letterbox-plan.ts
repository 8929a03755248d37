// A letterbox as the CUDA kernel takes it.
import { type AxisPlan, FairmotError, type Letterbox, resamplingFromLetterbox } from '@trt-fairmot/fairmot-postprocess';
import type { NativeAxis, NativeGeometry } from './native-addon.js';

/**
 * How a frame's bytes are laid out, tightly packed. `rgb` and `bgr`: [height, width, 3]. NV12: [height, width] luma, then
 * [ceil(height / 2), ceil(width / 2), 2] chroma, limited range, BT.601 (`nv12-bt601`) or BT.709 (`nv12-bt709`, usual for HD).
 */
export type PixelFormat = 'rgb' | 'bgr' | 'nv12-bt601' | 'nv12-bt709';

const formats: ReadonlySet<string> = new Set<PixelFormat>(['rgb', 'bgr', 'nv12-bt601', 'nv12-bt709']);

/**
 * Bytes of a frame.
 *
 * @throws FairmotError for an unknown format
 * @example
 * frameBytes('nv12-bt709', { width: 1920, height: 1080 }); // 3110400
 */
export function frameBytes(format: PixelFormat, { width, height }: { width: number; height: number }): number {
  if (!formats.has(format)) {
    throw new FairmotError(`Expected a pixel format of ${[...formats].join(', ')} but received ${format}`);
  }
  if (format === 'rgb' || format === 'bgr') return 3 * width * height;
  return width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
}

/** What the kernel needs to know of a letterbox and a pixel format. */
export function geometryFromLetterbox(letterbox: Letterbox, format: PixelFormat): NativeGeometry {
  const { source, input, pad } = letterbox;
  const { enlarges, columns, rows } = resamplingFromLetterbox(letterbox);
  return {
    key: `${format} ${source.width}x${source.height} in ${input.width}x${input.height}`,
    format,
    width: source.width,
    height: source.height,
    enlarges,
    columns: nativeAxisFrom(columns),
    rows: nativeAxisFrom(rows),
    left: pad.left,
    top: pad.top,
  };
}

function nativeAxisFrom({ taps, first, weights, total }: AxisPlan): NativeAxis {
  const packed = new Int32Array(taps * first.length);
  weights.forEach((row, tap) => {
    packed.set(row, tap * first.length);
  });
  return { taps, total, first, weights: packed };
}
