// Finds the files of each sequence in the layouts that people keep ground truth and results in.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { reasonOf } from '../cli/reason.js';

/** Where one sequence's ground truth is. */
export interface TruthFiles {
  readonly name: string;
  readonly truth: string;
  /** seqinfo.ini, where there is one. */
  readonly info: string | null;
}

/** Where both of one sequence are. */
export interface SequenceFiles extends TruthFiles {
  readonly prediction: string;
}

/**
 * The ground truth at a path: a file, the folder of one sequence, or a folder of sequences, sorted by name.
 *
 * @throws FairmotError if there is none
 */
export async function truthFilesAt(path: string): Promise<TruthFiles[]> {
  if (!(await isFolder(path, 'ground truth'))) return [await truthFrom(path, nameOfFile(path))];
  const single = await firstFile([join(path, 'gt', 'gt.txt'), join(path, 'gt.txt')]);
  if (single) return [await truthFrom(single, nameOfFile(resolve(single)))];
  const entries = (await readdir(path)).sort();
  const folders: TruthFiles[] = [];
  const flat: TruthFiles[] = [];
  for (const entry of entries) {
    const inside = await firstFile([join(path, entry, 'gt', 'gt.txt'), join(path, entry, 'gt.txt')]);
    if (inside) folders.push(await truthFrom(inside, entry));
    else if (extname(entry) === '.txt' && (await firstFile([join(path, entry)])))
      flat.push({ name: basename(entry, '.txt'), truth: join(path, entry), info: null });
  }
  // Beside folders of sequences, a text file is no sequence.
  if (folders.length > 0) return folders;
  if (flat.length > 0) return flat;
  throw new FairmotError(`Expected SEQ/gt/gt.txt, SEQ/gt.txt or SEQ.txt in ${path} but received none of them`, {
    hint: 'name the folder that holds the sequences, such as MOT17/train',
  });
}

async function truthFrom(truth: string, name: string): Promise<TruthFiles> {
  const folder = dirname(resolve(truth));
  const above = basename(folder) === 'gt' ? dirname(folder) : folder;
  return { name, truth, info: basename(truth) === 'gt.txt' ? await firstFile([join(above, 'seqinfo.ini')]) : null };
}

/** `MOT17-02` for MOT17-02/gt/gt.txt, MOT17-02/result.txt and MOT17-02/detections.json, `street` for street.txt. */
function nameOfFile(path: string): string {
  const [file, folder] = [basename(path, extname(path)), dirname(resolve(path))];
  if (!['gt', 'result', 'detections'].includes(file)) return file;
  return basename(basename(folder) === 'gt' ? dirname(folder) : folder);
}

/** Names that a sequence's file may have in a folder of results. */
const placesOf = {
  tracks: (name: string) => [`${name}.txt`, join(name, 'result.txt'), join('data', `${name}.txt`)],
  detections: (name: string) => [`${name}.json`, join(name, 'detections.json')],
};

/**
 * Pairs ground truth with results at a path: a file, or a folder with one for each sequence.
 *
 * @param only names of the sequences to take; default all
 * @param what the results are
 * @throws FairmotError if a sequence has no result, or a name is not among the sequences
 */
export async function sequenceFilesAt(
  gt: string,
  pred: string,
  only?: readonly string[],
  what: keyof typeof placesOf = 'tracks',
): Promise<SequenceFiles[]> {
  const all = await truthFilesAt(gt);
  const truths = only ? only.map((name) => named(all, name)) : all;
  if (!(await isFolder(pred, what))) {
    const truth = truths.length === 1 ? truths[0]! : named(truths, nameOfFile(pred));
    return [{ ...truth, prediction: pred }];
  }
  return Promise.all(
    truths.map(async (truth) => ({ ...truth, prediction: await resultIn(pred, placesOf[what](truth.name)) })),
  );
}

function named(truths: readonly TruthFiles[], name: string): TruthFiles {
  const truth = truths.find((one) => one.name === name);
  if (truth) return truth;
  const names = truths.map((one) => one.name).join(', ');
  throw new FairmotError(`Expected one of the sequences ${names} but received ${name}`, { kind: 'usage' });
}

async function resultIn(folder: string, places: readonly string[]): Promise<string> {
  const found = await firstFile(places.map((place) => join(folder, place)));
  if (found) return found;
  throw new FairmotError(`Expected ${places.join(' or ')} in ${folder} but received none of them`, {
    hint: 'give --sequences to take only some',
  });
}

async function isFolder(path: string, what: string): Promise<boolean> {
  const status = await stat(path).catch((cause: unknown) => {
    throw new FairmotError(`Expected ${what} at ${path} but received ${reasonOf(cause)}`, {
      cause,
      hint: 'check the path',
    });
  });
  return status.isDirectory();
}

async function firstFile(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const status = await stat(path).catch(() => null);
    if (status?.isFile()) return path;
  }
  return null;
}
