// Which source pixels make a pixel of the letterbox, shared by the resizers here and the CUDA kernel of trt-runtime.
import { type AxisPlan, enlargingAxis, shrinkingAxis } from './axis-plan.js';
import type { Letterbox } from './letterbox.js';

/** How an image is resized into a letterbox: area averages, or OpenCV's fixed-point bilinear as soon as an axis grows. */
export interface Resampling {
  readonly enlarges: boolean;
  readonly columns: AxisPlan;
  readonly rows: AxisPlan;
}

/**
 * The weights by which an image of the letterbox's source size is resized, exact in whole numbers.
 *
 * @example
 * const { enlarges, columns, rows } = resamplingFromLetterbox(letterboxFromSize(image, input));
 * columns.weights[0][10]; // weight of source column columns.first[10] in column 10, over columns.total
 */
export function resamplingFromLetterbox({ source, resized }: Pick<Letterbox, 'source' | 'resized'>): Resampling {
  const enlarges = source.width < resized.width || source.height < resized.height;
  const axis = enlarges ? enlargingAxis : shrinkingAxis;
  return { enlarges, columns: axis(source.width, resized.width), rows: axis(source.height, resized.height) };
}
