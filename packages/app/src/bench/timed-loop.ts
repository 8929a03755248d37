// How long to measure: so many seconds, and at least so many runs.

/** When a measurement starts counting and when it ends. */
export interface Timing {
  readonly warmUpMs: number;
  readonly durationMs: number;
  /** Runs at least, however long they take. */
  readonly leastRuns: number;
  readonly signal?: AbortSignal;
}

/**
 * Repeats `run` through the warm-up, then until time and runs suffice. `keep` is called after each run that counts.
 *
 * @returns seconds of the runs that count
 */
export async function timedLoop<T>(
  { warmUpMs, durationMs, leastRuns, signal }: Timing,
  run: () => Promise<T>,
  keep: (result: T) => void,
): Promise<number> {
  const warm = performance.now() + warmUpMs;
  // One run at least, which also pays for memory that is taken on first use.
  do await run();
  while (performance.now() < warm && !signal?.aborted);
  const started = performance.now();
  let runs = 0;
  do {
    keep(await run());
    runs += 1;
  } while (!signal?.aborted && (performance.now() - started < durationMs || runs < leastRuns));
  return (performance.now() - started) / 1000;
}
