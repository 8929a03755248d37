// All metrics of one sequence, and of several together.
import { type ClearMetrics, clearMetrics, combinedClear } from './clear.js';
import { combinedHota, type HotaMetrics, hotaMetrics } from './hota.js';
import { combinedIdentity, type IdentityMetrics, identityMetrics } from './identity.js';
import type { Sequence } from './sequence.js';

/** A family of metrics. */
export type MetricFamily = 'clear' | 'identity' | 'hota';

export const metricFamilies: readonly MetricFamily[] = ['hota', 'clear', 'identity'];

/** What was measured: the families that were asked for. */
export interface Evaluation {
  /** Frames of the film, those without boxes included. */
  readonly frames: number;
  readonly clear?: ClearMetrics;
  readonly identity?: IdentityMetrics;
  readonly hota?: HotaMetrics;
}

/**
 * Measures one sequence.
 *
 * @param families default: all
 * @example
 * const { clear, identity, hota } = evaluate(sequenceFromRows(groundTruth, result));
 * console.log(hota?.HOTA, clear?.MOTA, identity?.IDF1);
 */
export function evaluate(sequence: Sequence, families: readonly MetricFamily[] = metricFamilies): Evaluation {
  return {
    frames: sequence.frameCount,
    ...(families.includes('clear') ? { clear: clearMetrics(sequence) } : {}),
    ...(families.includes('identity') ? { identity: identityMetrics(sequence) } : {}),
    ...(families.includes('hota') ? { hota: hotaMetrics(sequence) } : {}),
  };
}

/**
 * The metrics of several sequences together, which are not the means of theirs: long sequences weigh more.
 *
 * @param evaluations with the same families; others are left out
 * @example
 * const all = combined([evaluate(first), evaluate(second)]);
 */
export function combined(evaluations: readonly Evaluation[]): Evaluation {
  const of = <Name extends MetricFamily>(name: Name) => {
    const list = evaluations.flatMap(({ [name]: metrics }) =>
      metrics ? [metrics as NonNullable<Evaluation[Name]>] : [],
    );
    return list.length === evaluations.length && list.length > 0 ? list : null;
  };
  const [clear, identity, hota] = [of('clear'), of('identity'), of('hota')];
  return {
    frames: evaluations.reduce((sum, { frames }) => sum + frames, 0),
    ...(clear ? { clear: combinedClear(clear) } : {}),
    ...(identity ? { identity: combinedIdentity(identity) } : {}),
    ...(hota ? { hota: combinedHota(hota) } : {}),
  };
}
