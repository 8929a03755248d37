// A row whose outputs are not the network's gets no time, so that none is published.
import { accuracyText } from './format.mjs';

const relative = 0.05;
const pixels = 4;
/** Neither NaN, nor null as JSON has it. */
const within = (value, bound) => typeof value === 'number' && value <= bound;

/** Whether outputs are off by more than any precision explains; unknown accuracy is not. */
export function isWrong(accuracy) {
  if (!accuracy) return false;
  if (!accuracy.detections) return Object.values(accuracy).some((head) => !within(head.relative, relative));
  const { matched, missing, extra, score, box, embedding } = accuracy.detections;
  // One at the threshold may go either way.
  const few = missing + extra <= Math.max(1, 0.1 * (matched + missing));
  return !(few && within(score, relative) && within(embedding, relative) && within(box, pixels));
}

/** The row, or without its times and with the difference as its error. */
export function judged(row) {
  if (!row.times || !isWrong(row.accuracy)) return row;
  const { times, enqueued, ...rest } = row;
  return { ...rest, error: `wrong result: ${accuracyText(row.accuracy)}` };
}
