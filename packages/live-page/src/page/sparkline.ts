const width = 240;
const height = 36;
const margin = 2;

/** The last values as SVG paths over the whole width, the newest at the right edge. */
export function sparkline(values: readonly number[]): { line: string; area: string } {
  if (values.length < 2) return { line: '', area: '' };
  const top = Math.max(1, ...values);
  const step = width / (values.length - 1);
  const points = values.map((value, i) => {
    const x = i * step;
    return `${x.toFixed(1)},${(height - margin - (value / top) * (height - 2 * margin)).toFixed(1)}`;
  });
  const line = `M${points.join('L')}`;
  return { line, area: `${line}L${width},${height}L0,${height}Z` };
}
