import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Picture, PictureReader } from '../src/picture-reader.js';
import { PictureSource } from '../src/picture-source.js';
import type { Frame, SourceOptions } from '../src/types.js';

/** Pictures of one pixel whose value is their number. */
class FakeReader implements PictureReader {
  readonly kind = 'video';
  readonly backend = 'node-av';
  readonly width = 1;
  readonly height = 1;
  readonly frameRate = 10;
  readonly warnings: string[] = [];
  decoded = 0;
  converted = 0;
  interrupted = false;
  closed = 0;

  constructor(
    readonly total: number,
    readonly live = false,
    readonly delay = 0,
    readonly failAt = Number.POSITIVE_INFINITY,
  ) {}

  async next(): Promise<Picture | null> {
    if (this.delay > 0) await wait(this.delay);
    if (this.interrupted || this.decoded >= this.total) return null;
    this.decoded++;
    if (this.decoded === this.failAt) throw new Error('broken at the third');
    return { index: this.decoded, time: (this.decoded - 1) / 10 };
  }

  async convert(target: Buffer): Promise<boolean> {
    this.converted++;
    target.fill(this.decoded, 0, 3);
    return true;
  }

  interrupt(): void {
    this.interrupted = true;
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

async function open(reader: FakeReader, options: SourceOptions = {}) {
  return PictureSource.open(reader, options, 'a fake');
}

describe('PictureSource', () => {
  test('reads ahead by two frames and no further', async () => {
    const reader = new FakeReader(100);
    const source = await open(reader);
    await wait(20);
    expect(reader.decoded).toBe(2);
    const frames = source[Symbol.asyncIterator]();
    await frames.next();
    await wait(20);
    expect(reader.decoded).toBe(3);
    await source.close();
    expect(reader.closed).toBe(1);
  });

  test('a frame keeps its pixels until `hold` further frames were pulled', async () => {
    for (const hold of [1, 3, 6]) {
      const pulled: Frame[] = [];
      for await (const frame of await open(new FakeReader(40), { hold })) {
        await wait(1); // lets the reader run ahead
        pulled.push(frame);
        for (const held of pulled.slice(-hold)) expect(held.data[0]).toBe(held.index);
      }
      expect(new Set(pulled.map(({ data }) => data.buffer)).size).toBeLessThanOrEqual(hold + 4);
    }
  });

  test('hold: Infinity keeps all', async () => {
    const frames = [];
    for await (const frame of await open(new FakeReader(30), { hold: Number.POSITIVE_INFINITY })) frames.push(frame);
    expect(frames.map(({ data }) => data[0])).toEqual(frames.map(({ index }) => index));
  });

  test('skipped frames are not converted', async () => {
    const reader = new FakeReader(20);
    const indices = [];
    for await (const { index } of await open(reader, { stride: 5 })) indices.push(index);
    expect(indices).toEqual([1, 6, 11, 16]);
    expect(reader.converted).toBe(4);
  });

  test('leaving the loop closes the source; the iteration runs only once', async () => {
    const reader = new FakeReader(100);
    const source = await open(reader);
    for await (const _ of source) break;
    expect(reader.closed).toBe(1);
    await source.close();
    expect(reader.closed).toBe(1);
    await expect(async () => {
      for await (const _ of source);
    }).rejects.toThrow(/iterated once/);
  });

  test('closing while the consumer waits ends the loop', async () => {
    const source = await open(new FakeReader(100, false, 30));
    const seen: number[] = [];
    const loop = (async () => {
      for await (const { index } of source) seen.push(index);
    })();
    await wait(50);
    await source.close();
    await loop;
    expect(seen.length).toBeLessThan(100);
  });

  test('aborting throws the reason', async () => {
    const controller = new AbortController();
    const reader = new FakeReader(100, false, 5);
    const source = await open(reader, { signal: controller.signal });
    const seen: number[] = [];
    await expect(async () => {
      for await (const { index } of source) {
        seen.push(index);
        if (index === 3) controller.abort(new Error('enough'));
      }
    }).rejects.toThrow('enough');
    expect(seen).toEqual([1, 2, 3]);
    expect(reader.closed).toBe(1);
  });

  test('frames before a failure come out, then the failure', async () => {
    const reader = new FakeReader(10, false, 0, 3);
    const seen: number[] = [];
    await expect(async () => {
      for await (const { index } of await open(reader)) seen.push(index);
    }).rejects.toThrow('broken at the third');
    expect(seen).toEqual([1, 2]);
    expect(reader.closed).toBe(1);
  });

  test('a failure or an end before the first frame fails the opening', async () => {
    const broken = new FakeReader(10, false, 0, 1);
    await expect(open(broken)).rejects.toThrow('broken');
    expect(broken.closed).toBe(1);
    const empty = new FakeReader(0);
    await expect(open(empty)).rejects.toMatchObject({
      message: 'Expected at least one frame in a fake but received none',
    });
    expect(empty.closed).toBe(1);
  });

  test('a live source drops the frames a slow consumer is too late for, and keeps held pixels', async () => {
    const reader = new FakeReader(60, true, 1);
    const pulled: Frame[] = [];
    const source = await open(reader, { hold: 2, queue: 4 });
    for await (const frame of source) {
      pulled.push(frame);
      while (reader.decoded < Math.min(60, frame.index + 10)) await wait(1);
      for (const held of pulled.slice(-2)) expect(held.data[0]).toBe(held.index);
    }
    expect(pulled.length).toBeLessThan(20);
    expect(pulled.at(-1)?.index).toBe(60);
    expect(pulled.length + source.dropped).toBe(60);
    const indices = pulled.map(({ index }) => index);
    expect(indices).toEqual([...indices].sort((a, b) => a - b));
  });

  test('maxFrames counts frames given', async () => {
    const reader = new FakeReader(60);
    let count = 0;
    const source = await open(reader, { maxFrames: 7, stride: 2 });
    expect(source.frameCount).toBe(7);
    for await (const _ of source) count++;
    expect(count).toBe(7);
    expect(reader.decoded).toBe(13);
  });
});
