// Builds for checks: little optimisation, and what one build has timed serves the next.
import { buildEngine } from '@trt-fairmot/trt-runtime';

let timingCache;

export async function buildQuickly(onnx, options = {}) {
  const cached = timingCache ? { timingCache } : {};
  const built = await buildEngine(onnx, { optimizationLevel: 0, ...cached, ...options });
  timingCache = built.timingCache;
  return built;
}
