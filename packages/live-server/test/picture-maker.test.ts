import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { type Picture, PictureMaker } from '../src/picture-maker.js';
import { gray, noise } from './support/pixels.js';

const options = () => ({ quality: 90, maxWidth: 1000, maxRate: 1000, lanes: { free: 2 } });

async function levelOf(jpeg: Buffer): Promise<number> {
  return (await sharp(jpeg).raw().toBuffer())[0] as number;
}

describe('PictureMaker', () => {
  test('shows the pixels as they were when it was asked', async () => {
    const made: Picture[] = [];
    const maker = new PictureMaker(options(), (picture) => made.push(picture));
    const pixels = gray(64, 48, 200);
    expect(maker.offer(7, pixels)).toBe(true);
    pixels.data.fill(10);
    expect(maker.offer(8, pixels)).toBe(false);
    await maker.make(9, pixels);
    expect(made.map(({ frame }) => frame)).toEqual([7, 9]);
    expect(await Promise.all(made.map(({ jpeg }) => levelOf(jpeg)))).toEqual([200, 10]);
  });

  test('no more at a time than there are lanes, for all makers together', async () => {
    const shared = { ...options(), lanes: { free: 2 } };
    let done = () => {};
    const both = new Promise<void>((resolve) => (done = resolve));
    let made = 0;
    const makers = [1, 2, 3].map(() => new PictureMaker(shared, () => ++made === 2 && done()));
    expect(makers.map((maker) => maker.offer(1, noise(320, 240, 1)))).toEqual([true, true, false]);
    await both;
    await new Promise((resolve) => setImmediate(resolve));
    expect(shared.lanes.free).toBe(2);
  });

  test('at most maxRate a second, and a stream of just that rate whole', async () => {
    let made = 0;
    const maker = new PictureMaker({ ...options(), maxRate: 10 }, () => made++);
    const taken: number[] = [];
    for (let at = 0; at < 2000; at += 20) {
      if (maker.offer(at, gray(8, 8, 0), 5000 + at)) taken.push(at);
      await maker.make(0, gray(8, 8, 0));
    }
    expect(Math.abs(taken.length - 20)).toBeLessThanOrEqual(1);
    const even = new PictureMaker({ ...options(), maxRate: 10 }, () => {});
    for (let i = 0; i < 20; i++) {
      const jitter = i % 2 === 0 ? 8 : -8;
      expect(even.offer(i, gray(8, 8, 0), 5000 + i * 100 + jitter)).toBe(true);
      await even.make(0, gray(8, 8, 0));
    }
  });

  test('a wide picture is scaled down, its shape kept', async () => {
    const made: Picture[] = [];
    const maker = new PictureMaker({ ...options(), maxWidth: 100 }, (picture) => made.push(picture));
    await maker.make(1, gray(400, 300, 50));
    expect(await sharp(made[0]?.jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 100, height: 75 });
  });
});
