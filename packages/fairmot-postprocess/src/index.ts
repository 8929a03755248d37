export { detectionsAbove } from './detections-above.js';
export { type DecodeOptions, detectionsFromHeads } from './detections-from-heads.js';
export { type DetectionOutputs, detectionsFromOutputs } from './detections-from-outputs.js';
export { detectionsInImage } from './detections-in-image.js';
export { FairmotError, type FairmotErrorKind } from './error.js';
export type { Head, Heads } from './heads.js';
export { type Letterbox, letterboxFromSize } from './letterbox.js';
export { tensorFromImage } from './tensor-from-image.js';
export type { Detections, RgbImage, Size } from './types.js';
