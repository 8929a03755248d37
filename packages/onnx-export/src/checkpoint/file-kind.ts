import { FairmotError } from '../error.js';
import type { FileBytes } from './file-bytes.js';

const headLength = 512;

/** What people take for a checkpoint, by the first bytes, and what to do about it. */
const others: readonly { what: string; hint: string; matches: (head: Buffer) => boolean }[] = [
  {
    what: 'a git-lfs pointer',
    hint: 'fetch the file itself: git lfs pull',
    matches: (head) => startsWith(head, 'version https://git-lfs'),
  },
  {
    what: 'a web page',
    hint: 'the download gave a page instead of the file (a quota or confirmation page): download it in a browser',
    matches: (head) => /^\s*<(!doctype|html|\?xml)/i.test(head.toString('latin1')),
  },
  {
    what: 'a safetensors file',
    hint: 'save it with torch: torch.save(safetensors.torch.load_file(PATH), "weights.pth")',
    matches: (head) => head.length > 9 && head.readUInt32LE(4) === 0 && head[8] === 0x7b,
  },
  { what: 'a JPEG image', hint: 'name the .pth file', matches: (head) => startsWith(head, '\xff\xd8\xff') },
  { what: 'a PNG image', hint: 'name the .pth file', matches: (head) => startsWith(head, '\x89PNG') },
  { what: 'an MP4 video', hint: 'name the .pth file', matches: (head) => startsWith(head.subarray(4), 'ftyp') },
  { what: 'an HDF5 file', hint: 'name a PyTorch checkpoint', matches: (head) => startsWith(head, '\x89HDF') },
  { what: 'a gzip archive', hint: 'unpack it first: gunzip', matches: (head) => startsWith(head, '\x1f\x8b') },
  { what: 'a 7-Zip archive', hint: 'unpack it first', matches: (head) => startsWith(head, "7z\xbc\xaf'\x1c") },
  { what: 'a RAR archive', hint: 'unpack it first', matches: (head) => startsWith(head, 'Rar!') },
  {
    what: 'a tar archive',
    hint: 'unpack it first; a checkpoint of torch < 0.1.10 is a tar archive too: load and save it with a newer torch',
    matches: (head) => startsWith(head.subarray(257), 'ustar'),
  },
  {
    what: 'an ONNX model',
    hint: 'it needs no export: use it as it is',
    matches: (head) => head[0] === 0x08 && (head[1] ?? 99) < 32 && [0x12, 0x3a, 0x42].includes(head[2] ?? 0),
  },
];

/** Tells the two formats of torch.save apart, or says what the file is instead. */
export async function expectCheckpointFile(file: FileBytes): Promise<'zip' | 'legacy'> {
  const head = Buffer.from(await file.read(0, Math.min(headLength, file.size), 'the first bytes'));
  if (startsWith(head, 'PK\x03\x04') || startsWith(head, 'PK\x05\x06')) return 'zip';
  if (head[0] === 0x80 && (head[1] ?? 99) >= 2 && (head[1] ?? 99) <= 5) return 'legacy';
  const other =
    file.size === 0
      ? { what: 'an empty file', hint: 'download or copy it again' }
      : others.find((kind) => kind.matches(head));
  const what = other?.what ?? `a file that begins with bytes ${head.subarray(0, 4).toString('hex')}`;
  throw new FairmotError(`Expected a checkpoint of torch.save but received ${what}: ${file.path}`, {
    hint: other?.hint ?? 'name a .pth or .pt file that torch.save wrote',
  });
}

function startsWith(head: Buffer, magic: string): boolean {
  return head.subarray(0, magic.length).equals(Buffer.from(magic, 'latin1'));
}
