// HOTA's metrics at one threshold of IoU.
import type { IdentityPairs } from './identity-pairs.js';
import type { Sequence } from './sequence.js';

/** HOTA's metrics where pairs of at least the IoU `alpha` count as matched. */
export interface HotaAtThreshold {
  readonly alpha: number;
  readonly HOTA: number;
  readonly DetA: number;
  readonly AssA: number;
  readonly LocA: number;
  readonly DetRe: number;
  readonly DetPr: number;
  readonly AssRe: number;
  readonly AssPr: number;
  readonly TP: number;
  readonly FN: number;
  readonly FP: number;
}

/** 0.05, 0.1 ... 0.95. */
export const hotaThresholds: readonly number[] = Array.from({ length: 19 }, (_, k) => 0.05 + 0.05 * k);

/** What is matched at one threshold. */
interface Matches {
  readonly TP: number;
  readonly iouSum: number;
  /** [pairs] frames in which the two identities are matched */
  readonly together: Int32Array;
}

/** The metrics of one sequence at one threshold. */
export function thresholdMetrics(
  alpha: number,
  { TP, iouSum, together }: Matches,
  { truthBoxes, predictionBoxes }: Sequence,
  pairs: IdentityPairs,
  lengths: { readonly truth: Int32Array; readonly prediction: Int32Array },
): HotaAtThreshold {
  let [AssA, AssRe, AssPr] = [0, 0, 0];
  for (let p = 0; p < pairs.count; p++) {
    const both = together[p]!;
    if (both === 0) continue;
    const [truth, prediction] = [lengths.truth[pairs.truth[p]!]!, lengths.prediction[pairs.prediction[p]!]!];
    AssA += (both * both) / (truth + prediction - both);
    AssRe += (both * both) / truth;
    AssPr += (both * both) / prediction;
  }
  const matched = Math.max(1, TP);
  return withDetection({
    alpha,
    TP,
    FN: truthBoxes - TP,
    FP: predictionBoxes - TP,
    AssA: AssA / matched,
    AssRe: AssRe / matched,
    AssPr: AssPr / matched,
    LocA: TP === 0 ? 1 : iouSum / TP,
  });
}

/** The metrics of several sequences at one threshold. */
export function combinedThreshold(all: readonly HotaAtThreshold[]): HotaAtThreshold {
  const sum = (field: 'TP' | 'FN' | 'FP') => all.reduce((total, at) => total + at[field], 0);
  const TP = sum('TP');
  const byMatches = (field: 'AssA' | 'AssRe' | 'AssPr' | 'LocA') =>
    all.reduce((total, at) => total + at[field] * at.TP, 0) / Math.max(1, TP);
  return withDetection({
    alpha: all[0]?.alpha ?? 0,
    TP,
    FN: sum('FN'),
    FP: sum('FP'),
    AssA: byMatches('AssA'),
    AssRe: byMatches('AssRe'),
    AssPr: byMatches('AssPr'),
    LocA: TP === 0 ? 1 : byMatches('LocA'),
  });
}

function withDetection(
  given: Pick<HotaAtThreshold, 'alpha' | 'TP' | 'FN' | 'FP' | 'AssA' | 'AssRe' | 'AssPr' | 'LocA'>,
): HotaAtThreshold {
  const { TP, FN, FP, AssA } = given;
  const DetA = TP / Math.max(1, TP + FN + FP);
  return {
    HOTA: Math.sqrt(DetA * AssA),
    DetA,
    DetRe: TP / Math.max(1, TP + FN),
    DetPr: TP / Math.max(1, TP + FP),
    ...given,
  };
}
