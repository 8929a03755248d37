// Identity metrics. Source: Ristani et al., "Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking", 2016.
import { groupedMatching } from './grouped-matching.js';
import { IdentityPairs } from './identity-pairs.js';
import type { Sequence } from './sequence.js';

/** The identity metrics: each ground truth identity is paired with at most one predicted identity for the whole film. */
export interface IdentityMetrics {
  /** IDTP / (IDTP + IDFP / 2 + IDFN / 2). */
  readonly IDF1: number;
  /** IDTP / (IDTP + IDFP). */
  readonly IDP: number;
  /** IDTP / (IDTP + IDFN). */
  readonly IDR: number;
  readonly IDTP: number;
  readonly IDFP: number;
  readonly IDFN: number;
}

const leastOverlap = 0.5;

/**
 * Identity metrics of one sequence, at IoU 0.5.
 *
 * @example
 * const { IDF1 } = identityMetrics(sequenceFromRows(groundTruth, result));
 */
export function identityMetrics(sequence: Sequence): IdentityMetrics {
  const pairs = new IdentityPairs(sequence);
  const together = new Float64Array(pairs.count); // frames in which both are there and overlap enough
  for (const [f, { overlaps }] of sequence.frames.entries()) {
    const pairOf = pairs.ofFrame[f]!;
    for (let e = 0; e < pairOf.length; e++) if (overlaps.iou[e]! >= leastOverlap) together[pairOf[e]!]! += 1;
  }
  const IDTP = matchedTogether(sequence, pairs, together);
  return withRates(IDTP, sequence.predictionBoxes - IDTP, sequence.truthBoxes - IDTP);
}

/** Frames that the best pairing of identities explains. Fewest errors and most such frames are the same pairing. */
function matchedTogether({ truthIds, predictionIds }: Sequence, pairs: IdentityPairs, together: Float64Array): number {
  const candidates = pairs.sorted().filter((pair) => together[pair]! > 0);
  const weight = candidates.map((pair) => together[pair]!);
  const matched = groupedMatching({
    rows: truthIds,
    columns: predictionIds,
    row: candidates.map((pair) => pairs.truth[pair]!),
    column: candidates.map((pair) => pairs.prediction[pair]!),
    weight,
  });
  return matched.reduce((sum, e) => sum + weight[e]!, 0);
}

function withRates(IDTP: number, IDFP: number, IDFN: number): IdentityMetrics {
  return {
    IDF1: IDTP / Math.max(1, IDTP + IDFP / 2 + IDFN / 2),
    IDP: IDTP / Math.max(1, IDTP + IDFP),
    IDR: IDTP / Math.max(1, IDTP + IDFN),
    IDTP,
    IDFP,
    IDFN,
  };
}

/** Identity metrics of all sequences together: counts are summed. */
export function combinedIdentity(all: readonly IdentityMetrics[]): IdentityMetrics {
  const sum = (field: 'IDTP' | 'IDFP' | 'IDFN') => all.reduce((total, metrics) => total + metrics[field], 0);
  return withRates(sum('IDTP'), sum('IDFP'), sum('IDFN'));
}
