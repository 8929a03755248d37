import type { Evaluation } from '../src/index.js';

/** Our figures under TrackEval's names. */
export function figuresOf({ hota, clear, identity }: Evaluation): Record<string, number> {
  const at = (alpha: number) => hota?.thresholds.find((threshold) => Math.abs(threshold.alpha - alpha) < 1e-9)?.HOTA;
  const named = {
    ...hota,
    ...clear,
    ...identity,
    CLR_Re: clear?.recall,
    CLR_Pr: clear?.precision,
    CLR_TP: clear?.TP,
    CLR_FP: clear?.FP,
    CLR_FN: clear?.FN,
    'HOTA@0.05': at(0.05),
    'HOTA@0.5': at(0.5),
    'HOTA@0.95': at(0.95),
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => typeof value === 'number')) as Record<
    string,
    number
  >;
}

/** The names whose figures differ by more than 1e-4, with both. */
export function differences(expected: Record<string, number>, received: Record<string, number>): string[] {
  return Object.entries(expected)
    .filter(([name, value]) => !(Math.abs(value - (received[name] ?? Number.NaN)) <= 1e-4))
    .map(([name, value]) => `${name}: expected ${value} but received ${received[name]}`);
}
