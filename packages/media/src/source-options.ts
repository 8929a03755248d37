import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { ReconnectOptions, SourceOptions } from './types.js';

type NumericOption = 'start' | 'duration' | 'stride' | 'maxFrames' | 'hold' | 'threads' | 'frameRate' | 'queue';

const rules: Readonly<Record<NumericOption, { readonly words: string; readonly holds: (value: number) => boolean }>> = {
  start: { words: 'seconds from 0', holds: (value) => value >= 0 && Number.isFinite(value) },
  duration: { words: 'seconds above 0', holds: (value) => value > 0 },
  stride: { words: 'a whole number from 1', holds: (value) => Number.isInteger(value) && value >= 1 },
  maxFrames: { words: 'a whole number from 1', holds: (value) => wholeOrInfinite(value) && value >= 1 },
  hold: { words: 'a whole number from 1, or Infinity', holds: (value) => wholeOrInfinite(value) && value >= 1 },
  threads: {
    words: 'a whole number from 0 (0: one per core)',
    holds: (value) => Number.isInteger(value) && value >= 0,
  },
  queue: { words: 'a whole number from 1', holds: (value) => Number.isInteger(value) && value >= 1 },
  frameRate: { words: 'frames per second above 0', holds: (value) => value > 0 && Number.isFinite(value) },
};

function wholeOrInfinite(value: number): boolean {
  return Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
}

const reconnectRules: Readonly<Record<keyof ReconnectOptions, { words: string; holds: (value: number) => boolean }>> = {
  attempts: { words: 'a whole number from 0, or Infinity', holds: (value) => wholeOrInfinite(value) && value >= 0 },
  delay: { words: 'seconds from 0, up to a day', holds: (value) => value >= 0 && value <= 86_400 },
  maxDelay: { words: 'seconds from 0, up to a day', holds: (value) => value >= 0 && value <= 86_400 },
  patience: { words: 'seconds above 0, up to a day', holds: (value) => value > 0 && value <= 86_400 },
};

/** @throws FairmotError kind 'usage' naming the first option out of its range. */
export function checkSourceOptions(options: SourceOptions): void {
  check(options, rules);
  check(options.reconnect ?? {}, reconnectRules, 'reconnect.');
}

type Rules = Readonly<Record<string, { readonly words: string; readonly holds: (value: number) => boolean }>>;

function check(options: object, rules: Rules, prefix = ''): void {
  const values = options as Record<string, number | undefined>;
  for (const [name, { words, holds }] of Object.entries(rules)) {
    const value = values[name];
    if (value !== undefined && !holds(value)) {
      throw new FairmotError(`Expected ${words} for ${prefix}${name} but received ${value}`, { kind: 'usage' });
    }
  }
}
