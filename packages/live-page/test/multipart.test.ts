import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PartReader } from '../src/page/multipart.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

describe('PartReader', () => {
  test('gives every part once, however the bytes are cut', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (list, cuts) => {
        const parts = list.map((body, i) =>
          joined([
            bytesOf(`Content-Type: image/jpeg\r\nContent-Length: ${body.length}\r\nX-Source: ${i}\r\n\r\n`),
            body,
            bytesOf('\r\n--next\r\n'),
          ]),
        );
        const all = joined([bytesOf('--next\r\n'), ...parts]);
        const reader = new PartReader();
        const found = [];
        for (let at = 0, cut = 0; at < all.length; cut++) {
          const end = at + (cuts[cut % cuts.length] as number);
          found.push(...reader.push(all.subarray(at, end)));
          at = end;
        }
        expect(found.map(({ body }) => [...body])).toEqual(list.map((body) => [...body]));
        expect(found.map(({ headers }) => headers.get('x-source'))).toEqual(list.map((_, i) => String(i)));
      }),
    );
  });

  test('an answer that is none', () => {
    expect(() => new PartReader().push(bytesOf('<html>\r\n\r\n'))).toThrow('Expected parts with a Content-Length');
    expect(() => new PartReader().push(new Uint8Array(20_000))).toThrow('Expected headers of at most');
  });
});
