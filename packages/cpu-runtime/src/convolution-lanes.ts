// How wide the processor's registers are, as ONNX Runtime's convolutions see it.
import { readFileSync } from 'node:fs';

/**
 * Channels that ONNX Runtime computes at once on this machine: 16 where Linux names AVX-512, else 8.
 *
 * @example
 * onnxForCpu(bytes, undefined, { lanes: convolutionLanes() });
 */
export function convolutionLanes(): 8 | 16 {
  try {
    return lanesFromCpuInfo(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return 8;
  }
}

/** @param text of Linux's /proc/cpuinfo */
export function lanesFromCpuInfo(text: string): 8 | 16 {
  return /^flags\s*:.*\bavx512f\b/m.test(text) ? 16 : 8;
}
