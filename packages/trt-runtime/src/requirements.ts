// Checks of arguments.
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';

/** @throws FairmotError if the value is no whole number of `least` or more (and `most` or less) */
export function requireWhole(value: number, least: number, name: string, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  throw new FairmotError(`Expected ${name} to be a whole number ${range} but received ${value}`);
}

/** The number of a GPU, 0 where none is given. */
export function requireDevice(device: number | undefined): number {
  const number = device ?? 0;
  requireWhole(number, 0, 'device');
  return number;
}
