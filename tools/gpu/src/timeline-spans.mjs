// Stages as spans of time, and how much of them other slots' networks cover.
export const stageNames = ['upload', 'letterbox', 'network', 'decode'];

/** @param timings as `onTimings` gives them @returns { slot, batch, stage, start, end } in milliseconds, `batch` by start */
export function spansFrom(timings) {
  return [...timings]
    .sort((a, b) => a.startMs - b.startMs)
    .flatMap(({ slot, startMs, stages }, batch) => {
      let start = startMs;
      return stageNames.map((stage) => {
        const span = { slot, batch, stage, start, end: start + stages[stage] };
        start = span.end;
        return span;
      });
    });
}

/** Length of the part of [start, end] that the spans cover. */
export function coveredBy(spans, start, end) {
  const clipped = spans
    .map((span) => ({ start: Math.max(span.start, start), end: Math.min(span.end, end) }))
    .filter((span) => span.end > span.start)
    .sort((a, b) => a.start - b.start);
  let covered = 0;
  let reached = start;
  for (const span of clipped) {
    covered += Math.max(0, span.end - Math.max(span.start, reached));
    reached = Math.max(reached, span.end);
  }
  return covered;
}

/** For each batch, the share of its upload and letterbox during which another slot's network ran, 0 to 1. */
export function hiddenShares(spans) {
  const shares = [];
  for (const own of grouped(spans).values()) {
    const [upload, letterbox] = own;
    const others = spans.filter(({ slot, stage }) => slot !== upload.slot && stage === 'network');
    const length = letterbox.end - upload.start;
    if (length > 0) shares.push(coveredBy(others, upload.start, letterbox.end) / length);
  }
  return shares;
}

function grouped(spans) {
  const groups = new Map();
  for (const span of spans) {
    const group = groups.get(span.batch);
    if (group) group.push(span);
    else groups.set(span.batch, [span]);
  }
  return groups;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
