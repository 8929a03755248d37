import { inflateRaw } from 'node:zlib';
import { FairmotError } from '../error.js';
import type { FileBytes } from './file-bytes.js';
import { quoted } from './printable.js';

/** One file of a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes of the content, uncompressed. */
  readonly size: number;
  readonly compressedSize: number;
  readonly deflated: boolean;
  readonly headerOffset: number;
}

const largestDirectory = 2 ** 26;
/** torch stores its entries; FairMOT's largest tensor takes 9 MB. */
const mostInflated = 2 ** 28;
const endLength = 22;
const longestComment = 65535;
const zip64Marker = 0xffffffff;

/**
 * The central directory of a zip archive by name, with zip64 sizes. Reads the end of the file and the directory only.
 * Source: PKWARE's APPNOTE.TXT, sections 4.3 to 4.5.
 */
export async function zipDirectoryFromFile(file: FileBytes): Promise<ReadonlyMap<string, ZipEntry>> {
  const end = await directoryEnd(file);
  if (end.size > largestDirectory) throw damaged(file, 'a zip directory of at most 64 MiB', `${end.size} bytes`);
  const bytes = await file.read(end.offset, end.size, 'the zip directory');
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < end.count; i++) {
    const [entry, length] = entryAt(file, bytes, at, end.offset);
    if (entries.has(entry.name))
      throw damaged(file, 'distinct names in the zip archive', `${quoted(entry.name)} twice`);
    entries.set(entry.name, entry);
    at += length;
  }
  return entries;
}

/** The content of an entry, from `offset` for `length` bytes of it; a deflated entry is inflated as a whole. */
export async function zipEntryBytes(
  file: FileBytes,
  entry: ZipEntry,
  offset = 0,
  length = entry.size,
): Promise<Uint8Array<ArrayBuffer>> {
  const what = `entry ${quoted(entry.name)}`;
  const header = viewOf(await file.read(entry.headerOffset, 30, `the header of ${what}`));
  if (header.getUint32(0, true) !== 0x04034b50) {
    throw damaged(file, `the header of ${what} at byte ${entry.headerOffset}`, 'other bytes');
  }
  const start = entry.headerOffset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (!entry.deflated) return file.read(start + offset, length, what);
  const content = await inflated(file, entry, await file.read(start, entry.compressedSize, what));
  return new Uint8Array(content.subarray(offset, offset + length));
}

function inflated(file: FileBytes, entry: ZipEntry, bytes: Uint8Array): Promise<Uint8Array> {
  const wrong = (received: string, cause?: unknown) =>
    damaged(file, `entry ${quoted(entry.name)} to inflate to ${entry.size} bytes`, received, cause);
  if (entry.size > mostInflated) throw wrong('a limit of 256 MiB');
  return new Promise((resolve, reject) => {
    inflateRaw(bytes, { maxOutputLength: Math.max(entry.size, 1) }, (cause, content) => {
      if (cause) reject(wrong('damaged data', cause));
      else if (content.length !== entry.size) reject(wrong(`${content.length} bytes`));
      else resolve(content);
    });
  });
}

async function directoryEnd(file: FileBytes): Promise<{ count: number; size: number; offset: number }> {
  const tailLength = Math.min(file.size, endLength + longestComment);
  const tailStart = file.size - tailLength;
  const tail = viewOf(await file.read(tailStart, tailLength, 'the end of the zip archive'));
  for (let at = tailLength - endLength; at >= 0; at--) {
    if (tail.getUint32(at, true) !== 0x06054b50 || tail.getUint16(at + 20, true) !== tailLength - endLength - at)
      continue;
    const end = {
      count: tail.getUint16(at + 10, true),
      size: tail.getUint32(at + 12, true),
      offset: tail.getUint32(at + 16, true),
    };
    const locator = at - 20;
    if (locator < 0 || tail.getUint32(locator, true) !== 0x07064b50) return end;
    return zip64End(file, Number(tail.getBigUint64(locator + 8, true)));
  }
  throw new FairmotError(`Expected a zip directory at the end of the file but received none in ${file.path}`, {
    hint: 'the file is truncated: download or copy it again and compare its size with the source',
  });
}

async function zip64End(file: FileBytes, offset: number): Promise<{ count: number; size: number; offset: number }> {
  const end = viewOf(await file.read(offset, 56, 'the zip64 end record'));
  if (end.getUint32(0, true) !== 0x06064b50) throw damaged(file, `a zip64 end record at byte ${offset}`, 'other bytes');
  return {
    count: Number(end.getBigUint64(32, true)),
    size: Number(end.getBigUint64(40, true)),
    offset: Number(end.getBigUint64(48, true)),
  };
}

function entryAt(file: FileBytes, bytes: Uint8Array, at: number, directory: number): [ZipEntry, number] {
  const view = viewOf(bytes);
  const place = `a zip directory entry at byte ${directory + at}`;
  if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw damaged(file, place, 'other bytes');
  const nameEnd = at + 46 + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const length = extraEnd + view.getUint16(at + 32, true) - at;
  if (at + length > bytes.length) throw damaged(file, place, 'one that runs past the directory');
  const name = Buffer.from(bytes.subarray(at + 46, nameEnd)).toString('utf8');
  const method = view.getUint16(at + 10, true);
  if (view.getUint16(at + 8, true) & 1) throw damaged(file, `entry ${quoted(name)} in clear`, 'an encrypted one');
  if (method !== 0 && method !== 8) throw damaged(file, `entry ${quoted(name)} stored or deflated`, `method ${method}`);
  const sizes = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)] as const;
  const [size, compressedSize, headerOffset] = zip64Sizes(viewOf(bytes.subarray(nameEnd, extraEnd)), sizes);
  if (headerOffset + 30 + compressedSize > file.size || (method === 0 && size !== compressedSize)) {
    throw damaged(
      file,
      `entry ${quoted(name)} inside the file of ${file.size} bytes`,
      `${compressedSize} bytes at ${headerOffset}`,
    );
  }
  return [{ name, size, compressedSize, deflated: method === 8, headerOffset }, length];
}

/** Size, compressed size and offset, each taken from the zip64 extra field (id 1) where its 32 bits are all ones. */
function zip64Sizes(extra: DataView, sizes: readonly [number, number, number]): [number, number, number] {
  const result: [number, number, number] = [...sizes];
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const end = at + 4 + extra.getUint16(at + 2, true);
    if (extra.getUint16(at, true) === 1) {
      let next = at + 4;
      for (let i = 0; i < 3; i++) {
        if (result[i] !== zip64Marker || next + 8 > Math.min(end, extra.byteLength)) continue;
        result[i] = Number(extra.getBigUint64(next, true));
        next += 8;
      }
    }
    at = end;
  }
  return result;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(file: FileBytes, expected: string, received: string, cause?: unknown): FairmotError {
  return new FairmotError(`Expected ${expected} but received ${received}: ${file.path}`, {
    hint: 'the file is damaged: download or copy it again',
    cause,
  });
}
