// Reads the files of a sequence.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Benchmark, benchmarkOf, type MotRows, rowsFromMotText, seqLengthFrom } from '@trt-fairmot/evaluation';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { reasonOf } from '../cli/reason.js';
import type { TruthFiles } from './sequence-files.js';

/** Ground truth, read. */
export interface Truth {
  readonly rows: MotRows;
  readonly benchmark: Benchmark;
  /** From seqinfo.ini; undefined where that is missing. */
  readonly frameCount: number | undefined;
}

/** Reads ground truth; throws FairmotError that names file and line. */
export async function readTruth(files: TruthFiles, benchmark: Benchmark | 'auto'): Promise<Truth> {
  const rows = await readRows(files.truth);
  return {
    rows,
    benchmark: benchmark === 'auto' ? benchmarkOf(rows, resolve(files.truth)) : benchmark,
    frameCount: files.info ? seqLengthFrom(await readText(files.info), files.info) : undefined,
  };
}

/** Reads a MOTChallenge file; throws FairmotError that names file and line. */
export const readRows = async (path: string): Promise<MotRows> => rowsFromMotText(await readText(path), path);

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new FairmotError(`Expected a text file at ${path} but received ${reasonOf(cause)}`, {
      cause,
      hint: 'check the path',
    });
  });
}
