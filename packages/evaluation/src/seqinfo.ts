import { FairmotError } from './error.js';

/**
 * Number of frames that a sequence's `seqinfo.ini` names (`seqLength`).
 *
 * @throws FairmotError if it names none
 * @example
 * seqLengthFrom('[Sequence]\nname=MOT17-02\nseqLength=600\n', 'seqinfo.ini'); // 600
 */
export function seqLengthFrom(text: string, source: string): number {
  const value = /^\s*seqLength\s*[=:]\s*(\S+)\s*$/im.exec(text)?.[1];
  const length = Number(value);
  if (Number.isInteger(length) && length >= 1) return length;
  throw new FairmotError(
    `Expected a line seqLength=FRAMES in ${source} but received ${value === undefined ? 'none' : `'${value}'`}`,
  );
}
