// Engines of the small network, each built when a check first needs it.
import { buildQuickly } from './build-quickly.mjs';
import { network } from './expected.mjs';
import { onnxOfDetections } from './onnx-detections.mjs';
import { onnxOf, size } from './small-network.mjs';

const shape = (batch) => [batch, 3, size.height, size.width];
const profile = (least, most) => ({ profile: { input: { min: shape(least), opt: shape(most), max: shape(most) } } });

function once(build) {
  let built;
  return () => {
    built ??= build().then(({ engine }) => engine);
    return built;
  };
}

/** Heads at batch 1. */
export const smallEngine = once(() => buildQuickly(onnxOf(network)));
/** Heads at batch 1 to 8. */
export const batchEngine = once(() => buildQuickly(onnxOf(network, { batch: 'batch' }), profile(1, 8)));
/** Heads at batch 4 to 8: fewer frames must be filled up. */
export const fullEngine = once(() => buildQuickly(onnxOf(network, { batch: 'batch' }), profile(4, 8)));
/** Detections, best first, at batch 1 to 8. */
export const detectionsEngine = once(() => buildQuickly(onnxOfDetections(network, { batch: 'batch' }), profile(1, 8)));
