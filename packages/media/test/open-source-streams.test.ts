import { join } from 'node:path';
import { describeWhere, temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { addressFromCamera, addressFromUrl, cameraName, isLive, isUrl } from '../src/address.js';
import { openSource } from '../src/open-source.js';
import { describeBackends, withoutNodeAv } from './support/backends.js';
import { serveFile } from './support/file-server.js';
import { levelOf, seen, writeCounting } from './support/film.js';
import { writeRetimed } from './support/retimed.js';

const folder = temporaryFolder();

describeBackends('over HTTP', (backend) => {
  test('a film', async () => {
    const path = await writeCounting(join(folder, `http-${backend}.mp4`), 30, { backend });
    const server = await serveFile(path);
    const source = await openSource(`${server}/film.mp4`, { backend });
    expect(source).toMatchObject({ kind: 'url', frameCount: 30, width: 64, height: 48 });
    await source.close();
    expect(await seen(`${server}/film.mp4`, { backend })).toEqual(await seen(path, { backend }));
    await expect(openSource(`${server}/absent.mp4`, { backend })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/404/),
      hint: expect.stringContaining('address'),
    });
  });

  test('aborting an opening that hangs', async () => {
    const server = await serveFile(await writeCounting(join(folder, `hang-${backend}.mp4`), 2, { backend }));
    const signal = AbortSignal.timeout(300);
    await expect(openSource(`${server}/silent`, { backend, signal })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describeWhere(withoutNodeAv, 'a film with other times', () => {
  describeBackends('variable frame rate', (backend) => {
    test('numbers count pictures, times are those of the file, start finds the same pictures', async () => {
      const even = await writeCounting(join(folder, `even-${backend}.mp4`), 300, { frameRate: 25 });
      const path = join(folder, `variable-${backend}.mkv`);
      const timeOf = (seconds: number) => (seconds < 4 ? seconds : 4 + (seconds - 4) * 3);
      await writeRetimed(even, path, timeOf);
      const all = await seen(path, { backend });
      expect(all.map(({ index }) => index)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
      for (const { index, time, level } of all) {
        expect(Math.abs(level - levelOf(index))).toBeLessThanOrEqual(3);
        expect(Math.abs(time - timeOf((index - 1) / 25))).toBeLessThan(0.002);
      }
      for (const number of [40, 101, 250]) {
        const start = timeOf((number - 1) / 25);
        expect(await seen(path, { backend, start, maxFrames: 3 })).toEqual(all.slice(number - 1, number + 2));
      }
    });
  });
});

describe('names of cameras and streams', () => {
  test('which is which', () => {
    expect(['0', '12', '/dev/video3', 'camera:FaceTime HD'].map(cameraName)).toEqual([
      '0',
      '12',
      '/dev/video3',
      'FaceTime HD',
    ]);
    expect(['film.mp4', '0.mp4', '-', 'rtsp://host/1'].map(cameraName)).toEqual([null, null, null, null]);
    expect(['rtsp://host/1', 'http://host/a.mp4', 'srt://host:9'].map(isUrl)).toEqual([true, true, true]);
    expect(['C:\\film.mp4', 'a:b.mp4', 'film.mp4'].map(isUrl)).toEqual([false, false, false]);
    expect(['rtsp://host/1', 'http://host/a.mp4', 'udp://@:1234'].map(isLive)).toEqual([true, false, true]);
  });

  test('cameras go to the capture device of the platform', () => {
    const size = { cameraSize: { width: 1280, height: 720 } };
    expect(addressFromCamera('0', size, 'linux')).toEqual({
      url: '/dev/video0',
      format: 'v4l2',
      options: { video_size: '1280x720' },
    });
    expect(addressFromCamera('FaceTime HD', {}, 'darwin')).toMatchObject({
      url: 'FaceTime HD',
      format: 'avfoundation',
    });
    expect(addressFromCamera('USB Camera', {}, 'win32')).toEqual({
      url: 'video=USB Camera',
      format: 'dshow',
      options: {},
    });
    expect(() => addressFromCamera('0', {}, 'aix')).toThrow(/Expected Linux, macOS or Windows/);
    expect(addressFromUrl('rtsp://host/1').options).toEqual({ rtsp_transport: 'tcp' });
  });

  test('a camera that is not there', async () => {
    await expect(openSource('97')).rejects.toMatchObject({ name: 'FairmotError' });
  });
});
