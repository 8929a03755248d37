// What is no checkpoint, or a damaged or hostile one: always a FairmotError of one sentence with a hint, never anything else.
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, testWhere } from '@trt-fairmot/testing';
import fc from 'fast-check';
import { gzipSync, strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { FairmotError } from '../../src/error.js';
import { type Python, pickled } from './pickler.js';
import { bytesOf, checkpointOf, legacyFile, tensorCall, type WrittenTensor, written, zipFile } from './torch-file.js';

const fixtures = join(import.meta.dirname, '..', 'fixtures');
const folder = temporaryFolder();

/** Opens the file and reads every tensor; the message of the refusal, or null. Anything but a FairmotError is thrown on. */
async function refusal(path: string): Promise<string | null> {
  try {
    const checkpoint = await openCheckpoint(path);
    try {
      for (const tensor of checkpoint.stateDict.values()) await tensor.read();
      return null;
    } finally {
      await checkpoint.close();
    }
  } catch (problem) {
    if (!(problem instanceof FairmotError)) throw problem;
    expect(problem.kind).toBe('input');
    expect(problem.hint).toBeTruthy();
    expect(problem.message).toMatch(/^Expected .* but received [^\n]*$/);
    expect(problem.message).toContain(path);
    return problem.message;
  }
}

const values = bytesOf(Float32Array.of(1, 2, 3, 4));
const whole: WrittenTensor = { key: '0', count: 4, shape: [4], strides: [1] };
const zipOf = (value: Python) => zipFile(pickled(value), { 0: values });

describe('what is no checkpoint', () => {
  const files: Record<string, [bytes: Uint8Array | string, says: RegExp]> = {
    'empty.pth': ['', /an empty file/],
    'picture.pth': [Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16), /a JPEG image/],
    'pointer.pth': ['version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n', /a git-lfs pointer/],
    'page.pth': ['<!DOCTYPE html><html><title>Google Drive - Quota exceeded</title>', /a web page/],
    'weights.safetensors': [Uint8Array.of(12, 0, 0, 0, 0, 0, 0, 0, ...strToU8('{"a":{}}    ')), /a safetensors file/],
    'model.onnx': [Uint8Array.of(0x08, 0x09, 0x12, 0x07, ...strToU8('pytorch')), /an ONNX model/],
    'packed.pth.gz': [gzipSync(values), /a gzip archive/],
    'text.pth': ['hello', /bytes 68656c6c/],
    'one.pth': [Uint8Array.of(0x80), /bytes 80/],
    'plain.pkl': [pickled({ dict: [['epoch', 1]] }), /magic number/],
    'archive.zip': [zipSync({ 'a.txt': strToU8('a'), 'b.txt': strToU8('b') }), /2 entries such as "a.txt"/],
    'empty.zip': [zipSync({}), /an empty archive/],
    'names.zip': [zipSync({ 'archive/sub/data.pkl': pickled(null) }), /data\.pkl/],
  };

  test.each(Object.entries(files))('%s', async (name, [bytes, says]) => {
    expect(await refusal(written(folder, name, bytes))).toMatch(says);
  });

  test('a folder, a missing file, a file below a file', async () => {
    const path = join(folder, 'folder.pth');
    mkdirSync(path);
    expect(await refusal(path)).toMatch(/received a folder/);
    expect(await refusal(join(folder, 'absent.pth'))).toMatch(/no such file/);
    expect(await refusal(join(written(folder, 'file', 'x'), 'below.pth'))).toMatch(/no such file/);
  });

  testWhere(process.platform === 'win32' ? 'Windows has no /dev/null' : null, 'a device', async () => {
    expect(await refusal('/dev/null')).toMatch(/a pipe or device/);
  });

  test('a TorchScript archive is named as such', async () => {
    expect(await refusal(join(fixtures, 'torchscript.pt'))).toMatch(/a TorchScript archive/);
  });
});

describe('what is not a state dict', () => {
  const cases: [string, Python, RegExp][] = [
    ['a tensor', tensorCall(whole), /a state dict but received a tensor/],
    ['a number', 5, /a state dict but received an int/],
    ['nothing', { dict: [] }, /a dict of nothing/],
    [
      'other keys',
      {
        dict: [
          ['epoch', 1],
          ['state_dict', { dict: [] }],
        ],
      },
      /a dict of epoch, state_dict/,
    ],
    [
      'a value among tensors',
      {
        dict: [
          ['w', tensorCall(whole)],
          ['b', 'text'],
        ],
      },
      /a tensor under b but received a str/,
    ],
    ['a number as a key', { dict: [[1, tensorCall(whole)]] }, /text as the key of a tensor but received an int/],
    [
      'two of one name',
      {
        dict: [
          ['w', tensorCall(whole)],
          ['module.w', tensorCall(whole)],
        ],
      },
      /one tensor w/,
    ],
  ];
  test.each(cases)('%s', async (name, value, says) => {
    expect(await refusal(written(folder, `${name}.pth`, zipOf(value)))).toMatch(says);
  });
});

describe('globals beyond the whitelist are refused by name', () => {
  test.each([
    ['hostile.pth', /the global posix\.system/],
    ['hostile-legacy.pth', /the global posix\.system/],
    ['namespace.pth', /the global argparse\.Namespace/],
    ['whole-module.pth', /the global torch\.nn\.modules\.container\.Sequential/],
  ])('%s', async (name, says) => {
    const message = await refusal(join(fixtures, name));
    expect(message).toMatch(/^Expected only tensors and plain containers but received the global /);
    expect(message).toMatch(says);
  });

  test.each([
    ['builtins', 'eval'],
    ['builtins', 'getattr'],
    ['__builtin__', 'exec'],
    ['torch', 'load'],
    ['torch', 'ComplexFloatStorage'],
    ['torch.hub', 'load'],
    ['numpy', 'load'],
    ['os', 'system'],
    ['collections', 'OrderedDict.__class__'],
    ['constructor', 'constructor'],
    ['__proto__', 'toString'],
  ])('%s.%s, called or only named, in either protocol', async (module, name) => {
    const named: Python = { global: [module, name] };
    for (const value of [named, { call: [named, ['echo']] } as const]) {
      for (const protocol of [2, 4] as const) {
        const bytes = zipFile(
          pickled(
            {
              dict: [
                ['w', tensorCall(whole)],
                ['x', value],
              ],
            },
            protocol,
          ),
          { 0: values },
        );
        expect(await refusal(written(folder, 'global.pth', bytes))).toContain(`the global ${module}.${name} in `);
      }
    }
  });

  test('a name with line breaks and escapes stays one line', async () => {
    const bytes = zipFile(pickled({ global: ['a\u001b[2J', 'b\nc\u2028'.repeat(100)] }, 4), {});
    expect(await refusal(written(folder, 'name.pth', bytes))).toMatch(/the global a\?\[2J\.b\?c\?/);
  });
});

describe('hostile pickles', () => {
  const raw = (...bytes: (number | string)[]) =>
    Uint8Array.from([
      0x80,
      2,
      ...bytes.flatMap((part) => (typeof part === 'number' ? [part] : [...strToU8(part)])),
      0x2e,
    ]);
  const ordered = 'ccollections\nOrderedDict\n';
  const cases: [string, Uint8Array, RegExp][] = [
    ['an empty stack', raw(), /a value on the stack/],
    ['a tuple of too little', raw(0x87), /a value on the stack/],
    ['no mark', raw('t'), /a mark on the stack/],
    ['an unset memo entry', raw('h', 5), /memo entry 5/],
    ['an unknown opcode', raw(0xff), /0xff at byte 2 of archive\/data\.pkl/],
    ['text opcodes of protocol 0', raw('I5\n'), /protocol 2 to 5 but received 0x49/],
    ['a class instance', raw('(i', 'os\nsystem\n'), /0x69/],
    ['an extension code', raw(0x82, 1), /0x82/],
    ['protocol 9', Uint8Array.of(0x80, 9, 0x4e, 0x2e), /protocol 2 to 5 but received 9/],
    ['a call of a number', raw('K', 1, ')', 'R'), /constructor to call but received an int/],
    [
      'a call of a storage class',
      raw('ctorch\nFloatStorage\n', ')', 'R'),
      /constructor to call but received torch\.FloatStorage/,
    ],
    ['arguments that are no tuple', raw(ordered, 'K', 1, 'R'), /a tuple but received an int/],
    ['half a pair', raw('}(K', 1, 'u'), /pairs but received 1 values/],
    ['items of a list', raw('](K', 1, 'K', 1, 'u'), /a dict to set items of but received a list/],
    ['appending to a dict', raw('}K', 1, 'a'), /a list to append to but received a dict/],
    ['adding to a list', raw('](K', 1, 0x90), /a set to add to/],
    ['state of a list', raw(']}b'), /OrderedDict to set the state of/],
    ['a huge length', raw('X', 0xff, 0xff, 0xff, 0xff), /complete pickle/],
    ['a longer length', raw(0x8d, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), /complete pickle/],
    ['a huge integer', raw(0x8b, 0xff, 0xff, 0xff, 0x7f), /at most 255 bytes/],
    ['a name without end', raw('cos'), /complete pickle/],
    ['no stop', raw('N').subarray(0, 3), /complete pickle/],
    ['a persistent id of nothing', raw('NQ'), /persistent id of a storage/],
    ['a list within itself', raw(']q', 0, 'h', 0, 'a'), /a state dict but received a list/],
    ['a dict within itself', raw('}q', 0, 'X', 1, 0, 0, 0, 'a', 'h', 0, 's'), /a dict of a/],
    ['a deep nest', raw(']'.repeat(200_000), 'a'.repeat(199_999)), /a state dict but received a list/],
    ['too many opcodes', raw('N0'.repeat(1_000_001)), /at most 2000000 opcodes/],
  ];
  test.each(cases)('%s', async (name, pickle, says) => {
    expect(await refusal(written(folder, `${name.replaceAll(' ', '-')}.pth`, zipFile(pickle, {})))).toMatch(says);
  });

  test('a large list copied again and again', async () => {
    const grow = raw(
      '](',
      'N'.repeat(100_000),
      'eq',
      0,
      '0',
      'ctorch\nSize\nq',
      1,
      'h',
      0,
      0x85,
      'R',
      'h',
      1,
      'h',
      0,
      0x85,
      'R'.padEnd(1),
    );
    const again = 'h\x01h\x00'.split('').map((c) => c.charCodeAt(0));
    const calls = Array.from({ length: 200 }, () => [...again, 0x85, 0x52]).flat();
    const pickle = Uint8Array.from([...grow.subarray(0, -2), ...calls, 0x2e]);
    expect(await refusal(written(folder, 'copies.pth', zipFile(pickle, {})))).toMatch(
      /elements copied by constructors/,
    );
  });
});

describe('tensors that do not fit their storages', () => {
  const cases: [string, WrittenTensor, RegExp][] = [
    ['beyond the end', { ...whole, offset: 1 }, /elements 1 to 5: tensor w/],
    ['strides beyond', { ...whole, strides: [2] }, /elements 0 to 7/],
    ['an absent storage', { ...whole, key: '9' }, /storage "9" in the file but received none/],
    ['a path as key', { ...whole, key: '../version' }, /received none/],
    ['a storage of more', { ...whole, count: 5, shape: [5] }, /20 bytes of storage "0" but received 16/],
    ['another type', { ...whole, type: 'DoubleStorage' }, /32 bytes of storage "0" but received 16/],
    ['an enormous expansion', { ...whole, shape: [1e15, 1e15], strides: [0, 0] }, /at most \d+ elements/],
    ['an expansion of a billion', { ...whole, shape: [1e9], strides: [0] }, /at most \d+ elements/],
    ['a negative size', { ...whole, shape: [-1] }, /non-negative integer for the shape but received -1/],
    ['a negative stride', { ...whole, strides: [-1] }, /non-negative integer for the strides/],
    ['a negative offset', { ...whole, offset: -1 }, /non-negative integer for the storage offset/],
    ['too few strides', { ...whole, shape: [2, 2] }, /2 strides for shape \[2,2\] but received 1/],
    ['too many dimensions', { ...whole, shape: Array(65).fill(1), strides: Array(65).fill(1) }, /at most 64/],
  ];
  test.each(cases)('%s', async (name, tensor, says) => {
    expect(await refusal(written(folder, `${name}.pth`, zipOf(checkpointOf({ w: tensor }))))).toMatch(says);
  });

  test('an empty tensor of enormous other sizes is just empty', async () => {
    const tensor: WrittenTensor = { ...whole, shape: [1e15, 0, 1e15], strides: [1e15, 1e15, 1] };
    expect(await refusal(written(folder, 'nothing.pth', zipOf(checkpointOf({ w: tensor }))))).toBeNull();
  });

  test('legacy counts and keys that disagree with the pickle', async () => {
    const value = checkpointOf({ w: whole });
    const cases: [Uint8Array, RegExp][] = [
      [legacyFile(value, [['0', 5, values]]), /4 elements of storage "0" but received 5 at byte/],
      [legacyFile(value, [['0', -1, values]]), /but received -1/],
      [legacyFile(value, [['1', 4, values]]), /the key of a storage of the pickle but received "1"/],
      [legacyFile(value, []), /storage "0" in the file but received none/],
      [legacyFile(value, [['0', 4, values.subarray(0, 15)]]), /16 bytes of storage "0" but received 15/],
    ];
    for (const [bytes, says] of cases) expect(await refusal(written(folder, 'legacy.pth', bytes))).toMatch(says);
  });
});

describe('truncated and damaged files', () => {
  const small = {
    'truncated.pth': zipOf(checkpointOf({ w: whole })),
    'truncated-legacy.pth': legacyFile(checkpointOf({ w: whole }), [['0', 4, values]]),
    'truncated-torch.pth': new Uint8Array(readFileSync(join(fixtures, 'views.pth'))),
    'truncated-torch-legacy.pth': new Uint8Array(readFileSync(join(fixtures, 'views-legacy.pth'))),
  };

  test.each(Object.entries(small))('%s: every shorter length is refused', async (name, bytes) => {
    const path = written(folder, name, bytes);
    expect(await refusal(path)).toBeNull();
    for (let length = bytes.length - 1; length >= 0; length--) {
      truncateSync(path, length);
      if ((await refusal(path)) === null) expect.fail(`${name} cut to ${length} of ${bytes.length} bytes was read`);
    }
  });

  test.each(Object.entries(small))('%s: any bytes changed give the tensors or a FairmotError', async (name, bytes) => {
    const path = join(folder, name);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.constantFrom(0, 1, 0x28, 0x52, 0x7f, 0x80, 0xff, 0x2e, 0x6a));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at] = value;
        writeFileSync(path, damaged);
        await refusal(path);
      }),
      { numRuns: 400 },
    );
  });
});
