const ntsc = [24, 30, 48, 60, 120, 240];

/** A frame rate as the fraction files store: 29.97 -> 30000/1001, 12.5 -> 25/2. */
export function rationalFromFrameRate(frameRate: number): { num: number; den: number } {
  for (const base of ntsc) {
    if (Math.abs(frameRate - (base * 1000) / 1001) < 0.005) return { num: base * 1000, den: 1001 };
  }
  const num = Math.round(frameRate * 1000);
  const divisor = greatestCommonDivisor(num, 1000);
  return { num: num / divisor, den: 1000 / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
