import { type BuildOptions, buildOptionsFrom } from './build-options.js';

/**
 * The arguments of `fairmot build` that say these options; defaults are left out.
 *
 * @example
 * argumentsFromOptions(buildOptionsFrom({ precision: 'fp16', maxBatch: 8 })); // ['--precision', 'fp16', '--max-batch', '8']
 */
export function argumentsFromOptions(options: BuildOptions): string[] {
  const defaults = buildOptionsFrom();
  return Object.entries(options).flatMap(([name, value]) => {
    const unchanged = JSON.stringify(value) === JSON.stringify(defaults[name as keyof BuildOptions]);
    if (value === undefined || unchanged || (Array.isArray(value) && value.length === 0)) return [];
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === true ? [flag] : [flag, String(value)];
  });
}
