import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PickleEnd } from '../../src/checkpoint/pickle-bytes.js';
import type { PickleValue } from '../../src/checkpoint/pickle-value.js';
import { globalFromName } from '../../src/checkpoint/torch-globals.js';
import { type UnpickleContext, unpickle } from '../../src/checkpoint/unpickle.js';
import { FairmotError } from '../../src/error.js';
import { type Python, pickled } from './pickler.js';

const context: UnpickleContext = {
  global: (module, name) => globalFromName(module, name, 'a.pth'),
  persistent: (id) => id,
  place: (byte) => `byte ${byte} of a.pth`,
};

function read(bytes: Uint8Array): PickleValue {
  const { value, end } = unpickle(bytes, 0, context);
  expect(end).toBe(bytes.length);
  return value;
}

/** A Python value and what it is to be read as. */
type Pair = { python: Python; js: PickleValue };

const scalar: fc.Arbitrary<Pair> = fc.oneof(
  fc.constantFrom(null, true, false).map((value) => ({ python: value, js: value })),
  fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -70000, max: 70000 })).map((value) => ({ python: value, js: value })),
  fc.bigInt({ min: -(2n ** 120n), max: 2n ** 120n }).map((value) => {
    const small = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
    return { python: value, js: small ? Number(value) : value };
  }),
  fc.double().map((value) => ({ python: { float: value }, js: value })),
  fc.string({ unit: 'binary', maxLength: 300 }).map((value) => ({ python: value, js: value })),
  fc.uint8Array({ maxLength: 20 }).map((value) => ({ python: value, js: value })),
);

const { value: anyValue } = fc.letrec<{ value: Pair }>((tie) => {
  const many = fc.array(tie('value'), { maxLength: 5 });
  const js = (pairs: Pair[]) => pairs.map((pair) => pair.js);
  const python = (pairs: Pair[]) => pairs.map((pair) => pair.python);
  const texts = fc.uniqueArray(fc.string(), { maxLength: 5 });
  return {
    value: fc.oneof(
      { depthSize: 'small' },
      scalar,
      many.map((pairs): Pair => ({ python: python(pairs), js: js(pairs) })),
      many.map((pairs): Pair => ({ python: { tuple: python(pairs) }, js: js(pairs) })),
      fc.tuple(texts, many).map(([keys, pairs]): Pair => {
        const count = Math.min(keys.length, pairs.length);
        const entries = keys.slice(0, count).map((key, i) => [key, pairs[i]!] as const);
        return {
          python: { dict: entries.map(([key, pair]) => [key, pair.python]) },
          js: new Map(entries.map(([key, pair]) => [key, pair.js])),
        };
      }),
      texts.map((keys): Pair => ({ python: { set: keys }, js: new Set(keys) })),
      many.map((pairs): Pair => ({ python: { persistent: { tuple: python(pairs) } }, js: js(pairs) })),
    ),
  };
});

describe('plain values', () => {
  test('come back as they were written, in both protocols', () => {
    fc.assert(
      fc.property(anyValue, fc.constantFrom(2 as const, 4 as const), ({ python, js }, protocol) => {
        expect(read(pickled(python, protocol))).toEqual(js);
      }),
      { numRuns: 500 },
    );
  });

  test('cut anywhere, ask for more', () => {
    fc.assert(
      fc.property(anyValue, fc.nat(), ({ python }, seed) => {
        const bytes = pickled(python);
        expect(() => read(bytes.subarray(0, seed % bytes.length))).toThrow(PickleEnd);
      }),
    );
  });

  test('random bytes give a value, PickleEnd or a FairmotError', () => {
    const opcodes = [...'N\x88\x89JKMGXUTCB(0122])}lt\x85\x86\x87daesu\x8f\x90\x91qr\x94hj\x80\x95c\x93QR\x81b.'];
    const byte = fc.oneof(
      fc.constantFrom(...opcodes.map((letter) => letter.charCodeAt(0))),
      fc.integer({ min: 0, max: 3 }),
      fc.nat(255),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 60 }), (bytes) => {
        try {
          unpickle(Uint8Array.from(bytes), 0, context);
        } catch (problem) {
          if (!(problem instanceof PickleEnd || problem instanceof FairmotError)) throw problem;
        }
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('whitelisted constructors', () => {
  const call = (module: string, name: string, ...args: Python[]): Python => ({
    call: [{ global: [module, name] }, args],
  });

  test('plain containers of torch and collections', () => {
    expect(read(pickled(call('collections', 'OrderedDict')))).toEqual(new Map());
    expect(read(pickled({ state: [call('collections', 'OrderedDict'), { dict: [['_metadata', 1]] }] }))).toEqual(
      new Map(),
    );
    expect(read(pickled(call('collections', 'Counter', { dict: [[20, 1]] })))).toEqual(new Map([[20, 1]]));
    expect(read(pickled(call('torch', 'Size', { tuple: [1, 2] })))).toEqual([1, 2]);
    expect(read(pickled(call('torch', 'device', 'cuda', 0)))).toBe('cuda:0');
    expect(read(pickled(call('torch', 'device', 'cpu')))).toBe('cpu');
    expect(read(pickled(call('builtins', 'set', ['a'])))).toEqual(new Set(['a']));
  });

  test.each([
    ['f8', [0, 0, 0, 0, 0, 0, 0xf0, 0x3f], 1],
    ['f4', [0, 0, 0x80, 0xbf], -1],
    ['i8', [0xfe, 255, 255, 255, 255, 255, 255, 255], -2],
    ['i4', [0xfe, 255, 255, 255], -2],
    ['u1', [200], 200],
  ])('a numpy scalar %s is a number, in either byte order', (code, bytes, value) => {
    for (const order of ['<', '>']) {
      const dtype: Python = {
        state: [call('numpy', 'dtype', code, false, true), { tuple: [3, order, null, null, null, -1, -1, 0] }],
      };
      const ordered = order === '<' ? bytes : [...bytes].reverse();
      const latin1 = String.fromCharCode(...ordered);
      for (const data of [Uint8Array.from(ordered), call('_codecs', 'encode', latin1, 'latin1')]) {
        expect(read(pickled(call('numpy.core.multiarray', 'scalar', dtype, data)))).toBe(value);
        expect(read(pickled(call('numpy._core.multiarray', 'scalar', dtype, data)))).toBe(value);
      }
    }
  });

  test.each([
    ['a dtype of objects', call('numpy', 'dtype', 'O8', false, true), /a numpy number type but received O8/],
    ['a dtype of a name of Object', call('numpy', 'dtype', 'constructor'), /a numpy number type/],
    [
      'a scalar of too few bytes',
      call('numpy.core.multiarray', 'scalar', call('numpy', 'dtype', 'f8'), new Uint8Array(4)),
      /8 bytes/,
    ],
    ['another codec', call('_codecs', 'encode', 'x', 'rot13'), /latin1/],
    ['a size that is no tuple', call('torch', 'Size', 5), /a list but received an int/],
    ['pairs that are none', call('collections', 'OrderedDict', [['a']]), /a key and a value/],
    [
      'a parameter of nothing',
      call('torch._utils', '_rebuild_parameter'),
      /a tensor under a parameter but received nothing/,
    ],
    [
      'a tensor on a number',
      call('torch._utils', '_rebuild_tensor_v2', 1, 0, { tuple: [] }, { tuple: [] }),
      /a storage under a tensor/,
    ],
  ])('%s is refused with the byte', (_, value, says) => {
    const reading = () => read(pickled(value));
    expect(reading).toThrow(FairmotError);
    expect(reading).toThrow(says);
    expect(reading).toThrow(/at byte \d+ of a\.pth/);
  });
});
