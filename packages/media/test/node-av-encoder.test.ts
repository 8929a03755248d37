import { join } from 'node:path';
import { describeWhere, temporaryFolder } from '@trt-fairmot/testing';
import { expect, test } from 'vitest';
import { NodeAvSink } from '../src/node-av-sink.js';
import { openOutputFile } from '../src/output-file.js';
import { withoutNodeAv } from './support/backends.js';
import { levelOf, plain, seen } from './support/film.js';

const folder = temporaryFolder();
const size = { width: 64, height: 48, frameRate: 10 };

describeWhere(withoutNodeAv, 'the choice of an encoder', () => {
  test('the first that this FFmpeg has: MPEG-4 where H.264 is missing', async () => {
    const path = join(folder, 'fallback.mp4');
    const file = await openOutputFile(path, false);
    const container = { muxer: 'mp4', encoders: ['no-such-encoder', 'mpeg4'] };
    const sink = await NodeAvSink.open(file, container, size);
    for (let n = 1; n <= 9; n++) {
      const level = levelOf(n);
      await sink.take(plain(64, 48, [level, level, level]));
      await sink.encode();
    }
    await sink.finish();
    await file.commit();
    const frames = await seen(path);
    expect(frames).toHaveLength(9);
    for (const { index, level } of frames) expect(Math.abs(level - levelOf(index))).toBeLessThanOrEqual(6);
  });

  test('none is an error of the environment', async () => {
    const file = await openOutputFile(join(folder, 'none.mp4'), false);
    const container = { muxer: 'mp4', encoders: ['no-such-encoder'] };
    await expect(NodeAvSink.open(file, container, size)).rejects.toMatchObject({
      kind: 'environment',
      message: 'Expected a video encoder for mp4 but received none in this FFmpeg',
    });
  });
});
