/** Nearest whole number, ties to even, as Python's `round` and OpenCV's `cvRound`. For |value| < 2^51. */
export function roundHalfEven(value: number): number {
  const magic = 6755399441055744; // 1.5 * 2^52: a sum that large has no room for a fraction
  return value + magic - magic;
}
