import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';

/** A file being written: under a temporary name beside the target, or directly where the target is a FIFO or a device. */
export interface OutputFile {
  /** The name the user gave. */
  readonly target: string;
  /** Where to write; 'pipe:1' for standard output. */
  readonly path: string;
  /** The target is a pipe or a device: no seeking, no renaming. */
  readonly direct: boolean;
  /** Gives the finished file its name. */
  commit(): Promise<void>;
  /** Removes what was written. */
  discard(): Promise<void>;
}

/**
 * Prepares writing `target`; its folder is created. The temporary name keeps the extension.
 *
 * @throws FairmotError kind 'usage' where the file exists and `overwrite` is not set.
 */
export async function openOutputFile(target: string, overwrite: boolean): Promise<OutputFile> {
  if (target === '-') return direct('standard output', 'pipe:1');
  const found = await stat(target).catch(() => null);
  if (found?.isDirectory()) {
    throw new FairmotError(`Expected a file name for the output but received the folder ${target}`, { kind: 'usage' });
  }
  if (found && !found.isFile()) {
    return direct(target, target);
  }
  if (found && !overwrite) throw alreadyExists(target);
  await createFolder(dirname(target));
  const path = temporaryName(target);
  return {
    target,
    path,
    direct: false,
    commit: async () => {
      if (!overwrite && (await stat(target).catch(() => null))) throw alreadyExists(target);
      await rename(path, target).catch((error) => Promise.reject(notWritable(target, error)));
    },
    discard: () => rm(path, { force: true }),
  };
}

function direct(target: string, path: string): OutputFile {
  return { target, path, direct: true, commit: async () => {}, discard: async () => {} };
}

/** `out/tracks.mp4` -> `out/.tracks-1f2e3d4c.partial.mp4`. */
function temporaryName(target: string): string {
  const extension = extname(target);
  return join(dirname(target), `.${basename(target, extension)}-${randomBytes(4).toString('hex')}.partial${extension}`);
}

async function createFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error) => Promise.reject(notWritable(folder, error)));
}

function alreadyExists(target: string): FairmotError {
  return new FairmotError(`Expected a new file but received ${target}, which exists already`, {
    kind: 'usage',
    hint: 'pass --overwrite to replace it, or choose another name',
  });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a part of the path is a file, not a folder',
  EPIPE: 'the reader closed the pipe',
};

const wordings: readonly (readonly [RegExp, string])[] = [
  [/no space left/i, 'the disk is full'],
  [/permission denied/i, 'permission denied'],
  [/broken pipe/i, 'the reader closed the pipe'],
];

/** One sentence for a failed write, from a Node error or FFmpeg's words. */
export function notWritable(target: string, cause: unknown): FairmotError {
  const code = (cause as NodeJS.ErrnoException | null)?.code ?? '';
  const words = cause instanceof Error ? cause.message : String(cause);
  const reason = reasons[code] ?? wordings.find(([pattern]) => pattern.test(words))?.[1] ?? words;
  return new FairmotError(`Expected to write ${target} but received: ${reason}`, { cause });
}
