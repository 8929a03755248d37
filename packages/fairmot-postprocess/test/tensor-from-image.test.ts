import { describeShared, goldenTensor, maxAbsDifference, shared } from '@trt-fairmot/testing';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { FairmotError, letterboxFromSize, type RgbImage, tensorFromImage } from '../src/index.js';
import { imageOf, letterboxCases, levelDifferences } from './letterbox-cases.js';

async function read(path: string): Promise<RgbImage> {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

describe("OpenCV's letterbox", () => {
  // Exact but for sums so close to half a level that OpenCV's float32 falls on the other side.
  test.each(letterboxCases)('$source in $input', (entry) => {
    const image = imageOf(entry.source);
    const tensor = tensorFromImage(image, letterboxFromSize(image, entry.input));
    const { max, mean } = levelDifferences(tensor, entry);
    expect(max).toBeLessThan(1.01);
    expect(mean).toBeLessThan(2e-3);
  });
});

describeShared('golden/network/frame.png', () => {
  test("is letterboxed to FairMOT's picture and tensor", async () => {
    const image = await read(shared('golden', 'network', 'frame.png'));
    const picture = await read(shared('golden', 'network', 'frame-letterboxed-576x320.png'));
    const tensor = tensorFromImage(image, letterboxFromSize(image, { width: 576, height: 320 }));
    const whole = { input: picture, step: 1, rows: picture.data } as unknown as (typeof letterboxCases)[number];
    const { max, mean } = levelDifferences(tensor, whole);
    expect(max).toBeLessThan(1.01);
    expect(mean).toBeLessThan(1e-4);
    expect(maxAbsDifference(tensor, goldenTensor('input.f32'))).toBeLessThan(1.01 / 255);
  });
});

const anySize = fc.record({ width: fc.integer({ min: 1, max: 90 }), height: fc.integer({ min: 1, max: 90 }) });

describe('tensorFromImage', () => {
  test('leaves a uniform image uniform, within a border of 128, whatever the sizes', () => {
    fc.assert(
      fc.property(anySize, anySize, fc.nat(255), (source, input, level) => {
        const ratio = Math.min(input.width / source.width, input.height / source.height);
        fc.pre(source.width * ratio > 0.6 && source.height * ratio > 0.6);
        const letterbox = letterboxFromSize(source, input);
        const image = { ...source, data: new Uint8Array(3 * source.width * source.height).fill(level) };
        const { pad } = letterbox;
        const expected = Float32Array.from({ length: 3 * input.width * input.height }, (_, i) => {
          const [y, x] = [Math.floor(i / input.width) % input.height, i % input.width];
          const inside = x >= pad.left && x < input.width - pad.right && y >= pad.top && y < input.height - pad.bottom;
          return (inside ? level : 128) / 255;
        });
        // enlarging truncates in fixed point, as OpenCV does: up to a level lost
        const enlarges = ratio > 1;
        expect(maxAbsDifference(tensorFromImage(image, letterbox), expected)).toBeLessThan(
          enlarges ? 1.01 / 255 : 1e-7,
        );
      }),
    );
  });

  test('is the average of what each pixel covers', () => {
    fc.assert(
      fc.property(anySize, anySize, fc.nat(1000), (source, input, seed) => {
        fc.pre(source.width >= input.width && source.height >= input.height);
        const ratio = Math.min(input.width / source.width, input.height / source.height);
        fc.pre(source.width * ratio > 0.6 && source.height * ratio > 0.6);
        const image = { ...source, data: imageOf(source).data.map((value, i) => value ^ ((i * seed) >>> 3)) };
        const letterbox = letterboxFromSize(source, input);
        const tensor = tensorFromImage(image, letterbox);
        const { pad, resized } = letterbox;
        const [x, y, c] = [seed % resized.width, seed % resized.height, seed % 3];
        const level = tensor[(c * input.height + pad.top + y) * input.width + pad.left + x]! * 255;
        expect(Math.abs(level - areaAverage(image, resized, x, y, c))).toBeLessThan(0.51);
      }),
      { numRuns: 300 },
    );
  });

  test('fills the buffer it is given, whatever was in it', () => {
    const image = imageOf({ width: 50, height: 31 });
    const letterbox = letterboxFromSize(image, { width: 96, height: 32 });
    const out = new Float32Array(3 * 96 * 32).fill(Number.NaN);
    expect(tensorFromImage(image, letterbox, out)).toBe(out);
    expect(out).toEqual(tensorFromImage(image, letterbox));
  });

  test('does the same for images in a larger buffer, at any offset', () => {
    const image = imageOf({ width: 61, height: 45 });
    const letterbox = letterboxFromSize(image, { width: 32, height: 32 });
    for (const offset of [1, 2, 3]) {
      const data = new Uint8Array(image.data.length + 8).subarray(offset, offset + image.data.length);
      data.set(image.data);
      expect(tensorFromImage({ ...image, data }, letterbox)).toEqual(tensorFromImage(image, letterbox));
    }
  });

  test('remembers few geometries and forgets none wrongly', () => {
    const input = { width: 32, height: 32 };
    const sizes = Array.from({ length: 30 }, (_, k) => ({ width: 40 + k, height: 64 - k }));
    const once = sizes.map((size) => tensorFromImage(imageOf(size), letterboxFromSize(size, input)));
    const again = sizes.map((size) => tensorFromImage(imageOf(size), letterboxFromSize(size, input)));
    expect(again).toEqual(once);
  });

  test.each<[string, Partial<RgbImage>, number, string]>([
    ['size', { width: 63 }, 3 * 1024, "Expected an image of 64x48, the letterbox's source, but received 63x48"],
    [
      'data',
      { data: new Uint8Array(10) },
      3 * 1024,
      'Expected 9216 bytes of RGB for an image of 64x48 but received 10',
    ],
    ['out', {}, 99, 'Expected out to hold 3 x 32 x 32 numbers but received 99'],
  ])('refuses a wrong %s', (_, wrong, length, message) => {
    const image = imageOf({ width: 64, height: 48 });
    const letterbox = letterboxFromSize(image, { width: 32, height: 32 });
    const make = () => tensorFromImage({ ...image, ...wrong }, letterbox, new Float32Array(length));
    expect(make).toThrow(FairmotError);
    expect(make).toThrow(message);
  });
});

/** The mean over the rectangle of the source that a pixel of the result covers, by the definition. */
function areaAverage(
  image: RgbImage,
  resized: { width: number; height: number },
  x: number,
  y: number,
  c: number,
): number {
  const [w, h] = [image.width / resized.width, image.height / resized.height];
  let sum = 0;
  for (let v = Math.floor(y * h); v < Math.min(image.height, (y + 1) * h); v++) {
    for (let u = Math.floor(x * w); u < Math.min(image.width, (x + 1) * w); u++) {
      const across = Math.min(u + 1, (x + 1) * w) - Math.max(u, x * w);
      const down = Math.min(v + 1, (y + 1) * h) - Math.max(v, y * h);
      sum += across * down * image.data[3 * (v * image.width + u) + c]!;
    }
  }
  return sum / (w * h);
}
