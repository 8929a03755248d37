// How figures and names are written.

export const milliseconds = (value) => (value < 10 ? value.toFixed(3) : value.toFixed(2));
export const small = (value) =>
  value === null || value === undefined ? '-' : value === 0 ? '0' : value.toExponential(1);
export const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const headName = (head) => head.replace('_feature', '');

/** Differences of every head, or of the detections. */
export function accuracyText(accuracy) {
  if (!accuracy) return '-';
  if (accuracy.detections) {
    const { matched, missing, extra, score, box, embedding } = accuracy.detections;
    return `${matched} of ${matched + missing} detections, ${extra} extra; score ${small(score)}, box ${box.toFixed(2)} px, 1 - cosine ${small(embedding)}`;
  }
  return Object.entries(accuracy)
    .map(([head, { max, relative }]) => `${headName(head)} ${small(max)} (${small(relative)})`)
    .join(', ');
}

/** The largest relative difference of several rows of one form, or its detections. */
export function largestText(accuracies) {
  const known = accuracies.filter(Boolean);
  if (known.length === 0) return '-';
  const found = known.flatMap(({ detections }) => (detections ? [detections] : []));
  if (found.length > 0) {
    const [worst] = found.sort((a, b) => a.matched - b.matched || b.score - a.score);
    const { matched, missing, extra, score, box } = worst;
    const more = extra > 0 ? ` and ${extra} extra` : '';
    return `${matched} of ${matched + missing} detections${more}, score ${small(score)}, box ${box.toFixed(2)} px`;
  }
  const all = known.flatMap((heads) => Object.entries(heads));
  const [head, { relative }] = all.reduce((most, next) => (next[1].relative > most[1].relative ? next : most));
  return `${small(relative)} (${headName(head)})`;
}

/** A row's name where there is little room: cuDNN's and cuBLAS's tactics are told only where they are off. */
export function shortName({ group, name, note }) {
  const short = name.replace(/, cuDNN and cuBLAS tactics on$/, '').replace(/(tactics off): .*$/, '$1');
  return `${group}, ${short}${note ? ` (${note})` : ''}`;
}

export function versionsText(versions) {
  const all = Object.entries(versions).map(([name, value]) => `${name} ${value}`);
  return `Versions: ${all.join(', ')}.`;
}
