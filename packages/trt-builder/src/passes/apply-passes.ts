import type { ModelProto } from '@trt-fairmot/onnx-export';
import type { Pass, PassOptions } from './pass.js';
import { type PassName, type PlainPassName, passes } from './pass-list.js';

/** What one pass did. */
export interface PassReport {
  readonly pass: PassName;
  /** How many places of the graph it changed. */
  readonly changed: number;
  /** What it left as it was, and why. */
  readonly notes: readonly string[];
}

/**
 * Runs graph passes one after another, in the order given.
 *
 * @param quantize the pass of that name, which differs from calibration to calibration; without it that name does nothing
 *
 * @example
 * const { model: forTensorrt, reports } = applyPasses(model, passesFor({ tensorrt: '8.6.0', precision: 'fp16' }));
 */
export function applyPasses(
  model: ModelProto,
  names: readonly PassName[],
  options: PassOptions = {},
  quantize: Pass = (unchanged) => ({ model: unchanged, changed: 0, notes: [] }),
): { model: ModelProto; reports: PassReport[] } {
  const reports: PassReport[] = [];
  const passOf = (name: PassName) => (name === 'quantize' ? quantize : passes[name satisfies PlainPassName]);
  const changedModel = names.reduce((current, pass) => {
    const { model: next, changed, notes } = passOf(pass)(current, options);
    reports.push({ pass, changed, notes });
    return next;
  }, model);
  return { model: changedModel, reports };
}
