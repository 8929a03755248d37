/**
 * A number as people read it: three or four significant digits, no exponent between 0.001 and a million, thousands apart.
 *
 * @example
 * numberText(1234567); // '1,234,567'
 * numberText(0.04218); // '0.0422'
 */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '-' : value > 0 ? '∞' : '-∞';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001 || size >= 1e9) return value.toExponential(2);
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  const digits = size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : Math.min(6, 2 - Math.floor(Math.log10(size)));
  return String(Number(value.toFixed(digits)));
}

/** A tick's label: only as many digits as the step between ticks needs. */
export function tickText(value: number, step: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || step < 1e-4) return value.toExponential(1).replace('.0e', 'e').replace('e+', 'e');
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A logarithmic axis's label: a power of ten. */
export function powerText(value: number): string {
  return value >= 0.001 && value < 1e6
    ? numberText(Number(value.toPrecision(1)))
    : value.toExponential(0).replace('e+', 'e');
}
