import type { Letterbox } from './letterbox.js';
import type { Detections } from './types.js';

/**
 * Detections with boxes in the source image's pixels. This is FairMOT's affine map, which takes the unrounded scale and the
 * exact centre, so it differs by about 0.1 pixel from undoing the letterbox; boxes are not clipped to the image.
 * Source: FairMOT src/lib/utils/post_process.py (ctdet_post_process) and src/lib/utils/image.py.
 *
 * @returns new boxes; the other arrays are shared
 * @example
 * const inImage = detectionsInImage(detections, letterboxFromSize(image, { width: 1088, height: 608 }));
 */
export function detectionsInImage(detections: Detections, letterbox: Letterbox): Detections {
  const { source, input } = letterbox;
  const extent = Math.max((input.width / input.height) * source.height, source.width); // of the input's width, in source pixels
  const scale = extent / input.width;
  const boxes = new Float32Array(4 * detections.count);
  for (let i = 0; i < boxes.length; i += 2) {
    boxes[i] = (detections.boxes[i]! - input.width / 2) * scale + source.width / 2;
    boxes[i + 1] = (detections.boxes[i + 1]! - input.height / 2) * scale + source.height / 2;
  }
  return { ...detections, boxes };
}
