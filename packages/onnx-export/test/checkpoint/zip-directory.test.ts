import { temporaryFolder } from '@trt-fairmot/testing';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { FileBytes } from '../../src/checkpoint/file-bytes.js';
import { type ZipEntry, zipDirectoryFromFile, zipEntryBytes } from '../../src/checkpoint/zip-directory.js';
import { written } from './torch-file.js';

const folder = temporaryFolder();

async function withFile<T>(bytes: Uint8Array, use: (file: FileBytes) => Promise<T>): Promise<T> {
  const file = await FileBytes.open(written(folder, 'a.zip', bytes));
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

const directoryOf = (bytes: Uint8Array) => withFile(bytes, zipDirectoryFromFile);

/** Offset of the last record with that signature. */
function recordAt(bytes: Uint8Array, signature: string): number {
  return Buffer.from(bytes).lastIndexOf(Buffer.from(`PK${signature}`, 'latin1'));
}

function edited(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

describe('archives of another writer', () => {
  test('give every entry back, stored and deflated, whole and in part', async () => {
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/[/\\\0]|^__proto__$/.test(text));
    const content = fc.record({
      bytes: fc.uint8Array({ maxLength: 300 }),
      level: fc.constantFrom(0 as const, 6 as const),
    });
    const archive = fc.uniqueArray(fc.tuple(name, content), { selector: ([key]) => key, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(archive, fc.nat(), fc.string({ maxLength: 30 }), async (entries, seed, comment) => {
        const zip = zipSync(Object.fromEntries(entries.map(([key, { bytes, level }]) => [key, [bytes, { level }]])));
        await withFile(withComment(zip, comment), async (file) => {
          const directory = await zipDirectoryFromFile(file);
          expect(new Set(directory.keys())).toEqual(new Set(entries.map(([key]) => key)));
          for (const [key, { bytes }] of entries) {
            const entry = directory.get(key)!;
            const offset = seed % (bytes.length + 1);
            expect(await zipEntryBytes(file, entry)).toEqual(bytes);
            const part = await zipEntryBytes(file, entry, offset, bytes.length - offset);
            expect(part).toEqual(bytes.slice(offset));
            expect(part.byteOffset).toBe(0);
          }
        });
      }),
      { numRuns: 150 },
    );
  });
});

function withComment(zip: Uint8Array, comment: string): Uint8Array {
  const text = new TextEncoder().encode(comment);
  const end = recordAt(zip, '\x05\x06');
  return Uint8Array.from([...edited(zip, end + 20, text.length & 255, text.length >> 8), ...text]);
}

describe('zip64', () => {
  test('sizes and offset come from the extra field where the 32 bits are all ones', async () => {
    const content = Uint8Array.of(1, 2, 3, 4, 5);
    const extra = new DataView(new ArrayBuffer(24));
    extra.setBigUint64(0, 5n, true);
    extra.setBigUint64(8, 5n, true);
    const zip = zipSync({
      a: [content, { level: 0, extra: { 7: Uint8Array.of(9), 1: new Uint8Array(extra.buffer) } }],
    });
    const central = recordAt(zip, '\x01\x02');
    const wide = edited(zip, central + 20, ...Array(8).fill(255));
    wide.set([255, 255, 255, 255], central + 42);
    await withFile(wide, async (file) => {
      const entry = (await zipDirectoryFromFile(file)).get('a')!;
      expect(entry).toMatchObject({ size: 5, compressedSize: 5, headerOffset: 0 } satisfies Partial<ZipEntry>);
      expect(await zipEntryBytes(file, entry)).toEqual(content);
    });
  });

  test('an end record beyond the file is refused', async () => {
    const zip = zipSync({ a: Uint8Array.of(1) });
    const end = recordAt(zip, '\x05\x06');
    const locator = Uint8Array.of(0x50, 0x4b, 6, 7, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, 0);
    const bytes = Uint8Array.from([...zip.subarray(0, end), ...locator, ...zip.subarray(end)]);
    await expect(directoryOf(bytes)).rejects.toThrow(/the zip64 end record at bytes/);
  });
});

describe('damage is refused by what it is', () => {
  const zip = zipSync({ a: [Uint8Array.of(1, 2, 3), { level: 0 }], b: [new Uint8Array(500), { level: 6 }] });
  const central = Buffer.from(zip).indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  const end = recordAt(zip, '\x05\x06');
  test.each([
    ['a size beyond the file', edited(zip, central + 20, 255, 255, 0, 0, 255, 255), /entry "a" inside the file/],
    ['an offset beyond the file', edited(zip, central + 42, 255, 255), /entry "a" inside the file/],
    ['sizes of a stored entry that differ', edited(zip, central + 24, 2), /entry "a" inside the file/],
    ['an encrypted entry', edited(zip, central + 8, 1), /entry "a" in clear/],
    ['another method', edited(zip, central + 10, 12), /stored or deflated but received method 12/],
    ['one name twice', edited(zip, recordAt(zip, '\x01\x02') + 46, 97), /distinct names .* "a" twice/],
    ['a directory elsewhere', edited(zip, end + 16, 1), /a zip directory entry at byte 1 /],
    ['a directory beyond the end', edited(zip, end + 12, 255, 255), /the zip directory at bytes/],
    ['more entries than there are', edited(zip, end + 10, 3), /a zip directory entry at byte/],
    ['no end', zip.subarray(0, end), /a zip directory at the end of the file/],
  ])('%s', async (_, bytes, says) => {
    await expect(directoryOf(bytes)).rejects.toThrow(says);
  });

  test('a header elsewhere, and content that does not inflate to its size', async () => {
    await withFile(zip, async (file) => {
      const directory = await zipDirectoryFromFile(file);
      const [a, b] = [directory.get('a')!, directory.get('b')!];
      await expect(zipEntryBytes(file, { ...a, headerOffset: 1 })).rejects.toThrow(/the header of entry "a" at byte 1/);
      await expect(zipEntryBytes(file, { ...b, size: 499 })).rejects.toThrow(/entry "b" to inflate to 499 bytes/);
      await expect(zipEntryBytes(file, { ...b, size: 2 ** 29 })).rejects.toThrow(/a limit of 256 MiB/);
      await expect(zipEntryBytes(file, { ...b, size: 501 })).rejects.toThrow(/501 bytes but received 500 bytes/);
      await expect(zipEntryBytes(file, { ...b, compressedSize: b.compressedSize - 2 })).rejects.toThrow(/damaged data/);
    });
  });
});
