import type { ModelProto } from '@trt-fairmot/onnx-export';
import type { PassOptions } from './pass.js';
import { type PassName, passes } from './pass-list.js';

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
 * @example
 * const { model: forTensorrt, reports } = applyPasses(model, passesFor({ tensorrt: '8.6.0', precision: 'fp16' }));
 */
export function applyPasses(
  model: ModelProto,
  names: readonly PassName[],
  options: PassOptions = {},
): { model: ModelProto; reports: PassReport[] } {
  const reports: PassReport[] = [];
  const changedModel = names.reduce((current, pass) => {
    const { model: next, changed, notes } = passes[pass](current, options);
    reports.push({ pass, changed, notes });
    return next;
  }, model);
  return { model: changedModel, reports };
}
