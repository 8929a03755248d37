/** The logistic function as a float32, from float64 arithmetic. */
export function sigmoid(logit: number): number {
  return Math.fround(1 / (1 + Math.exp(-logit)));
}
