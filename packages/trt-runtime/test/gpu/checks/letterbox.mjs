// The letterbox kernel against tensorFromImage.
import { letterboxFromSize, tensorFromImage } from '@trt-fairmot/fairmot-postprocess';
import { DeviceBuffer, Event, frameBytes, LetterboxKernel, Stream } from '@trt-fairmot/trt-runtime';
import { largestDifference } from '../support/compare.mjs';
import { toDevice, toHost } from '../support/device.mjs';
import { floatsFromHalves, halvesFrom } from '../support/half.mjs';
import { rgbFromNv12 } from '../support/nv12.mjs';
import { randomBytes, randomSource } from '../support/random.mjs';
import { expect } from '../support/report.mjs';

const full = { width: 1088, height: 608 };
const small = { width: 96, height: 64 };

/** Shrinking, enlarging, one axis only, whole ratios, no change, odd and extreme shapes. */
const cases = [
  [{ width: 1920, height: 1080 }, full],
  [{ width: 640, height: 480 }, full],
  [{ width: 1088, height: 608 }, full],
  [{ width: 2176, height: 1216 }, full],
  [{ width: 3264, height: 1824 }, full],
  [{ width: 3840, height: 2160 }, full],
  [
    { width: 768, height: 576 },
    { width: 576, height: 320 },
  ],
  [{ width: 97, height: 61 }, small],
  [{ width: 95, height: 65 }, small],
  [{ width: 1, height: 1 }, small],
  [{ width: 1000, height: 11 }, small],
  [{ width: 11, height: 700 }, small],
];

export async function checkLetterbox(report) {
  report.part('letterbox');
  const stream = await Stream.create();
  const random = randomSource(11);
  for (let i = 0; i < 24; i++) {
    cases.push([{ width: random.whole(2, 400), height: random.whole(2, 300) }, small]);
  }
  for (const format of ['rgb', 'bgr', 'nv12-bt601', 'nv12-bt709']) {
    await report.check(`letterbox ${format} float32 equals tensorFromImage`, async () => {
      let worst = 0;
      for (const [source, input] of cases)
        worst = Math.max(worst, await differenceOf(stream, random, format, source, input));
      expect(worst === 0, `largest difference ${worst}`);
      return { sizes: cases.length, difference: worst };
    });
  }
  for (const layout of ['planar', 'hwc8']) {
    await report.check(`letterbox rgb float16 ${layout} equals tensorFromImage rounded to float16`, async () => {
      let worst = 0;
      for (const [source, input] of cases.slice(4))
        worst = Math.max(worst, await halfDifferenceOf(stream, random, source, input, layout));
      expect(worst === 0, `largest difference ${worst}`);
      return { difference: worst };
    });
  }
  await report.check('letterbox 1920x1080 to 1088x608 takes microseconds', () => timeOf(stream, random));
  await stream.close();
}

function rgbOf(data, source, format) {
  if (format === 'rgb') return data;
  if (format.startsWith('nv12')) return rgbFromNv12(data, source, format);
  const rgb = data.slice();
  for (let i = 0; i < rgb.length; i += 3) [rgb[i], rgb[i + 2]] = [data[i + 2], data[i]];
  return rgb;
}

async function runKernel(stream, data, letterbox, format, layout, elements, elementSize) {
  const frame = await toDevice(stream, data);
  const out = await toDevice(stream, new Uint8Array(elements * elementSize));
  const kernel = await LetterboxKernel.create(stream, letterbox, format);
  try {
    await kernel.launch(stream, frame, out, layout);
    return await toHost(stream, out, elementSize === 4 ? Float32Array : Uint16Array);
  } finally {
    await Promise.all([kernel.close(), frame.close(), out.close()]);
  }
}

export async function differenceOf(stream, random, format, source, input) {
  const data = randomBytes(random, frameBytes(format, source));
  const letterbox = letterboxFromSize(source, input);
  const expected = tensorFromImage({ ...source, data: rgbOf(data, source, format) }, letterbox);
  const actual = await runKernel(stream, data, letterbox, format, { dtype: 'float32' }, expected.length, 4);
  return largestDifference(actual, expected);
}

export async function halfDifferenceOf(stream, random, source, input, layout) {
  const data = randomBytes(random, frameBytes('rgb', source));
  const letterbox = letterboxFromSize(source, input);
  const expected = floatsFromHalves(halvesFrom(tensorFromImage({ ...source, data }, letterbox)));
  const pixels = input.width * input.height;
  const strides = layout === 'hwc8' ? { channelStride: 1, pixelStride: 8 } : { channelStride: pixels, pixelStride: 1 };
  const elements = layout === 'hwc8' ? 8 * pixels : 3 * pixels;
  const raw = floatsFromHalves(
    await runKernel(stream, data, letterbox, 'rgb', { dtype: 'float16', ...strides }, elements, 2),
  );
  const actual = new Float32Array(3 * pixels);
  for (let c = 0; c < 3; c++) {
    for (let p = 0; p < pixels; p++) actual[c * pixels + p] = raw[c * strides.channelStride + p * strides.pixelStride];
  }
  return largestDifference(actual, expected);
}

async function timeOf(stream, random) {
  const source = { width: 1920, height: 1080 };
  const letterbox = letterboxFromSize(source, full);
  const figures = {};
  for (const [format, dtype] of [
    ['rgb', 'float32'],
    ['rgb', 'float16'],
    ['nv12-bt709', 'float16'],
  ]) {
    const frame = await toDevice(stream, randomBytes(random, frameBytes(format, source)));
    const out = await DeviceBuffer.create(3 * full.width * full.height * 4);
    const kernel = await LetterboxKernel.create(stream, letterbox, format);
    const launch = () => kernel.launch(stream, frame, out, { dtype });
    figures[`${format} ${dtype} us`] = await microsecondsOf(stream, launch);
    await Promise.all([kernel.close(), frame.close(), out.close()]);
  }
  return figures;
}

/** GPU microseconds of one launch: 50 of them in a graph, the best of 20 replays. */
export async function microsecondsOf(stream, launch) {
  await launch();
  await stream.synchronize();
  const graph = await stream.capture(async () => {
    for (let i = 0; i < 50; i++) await launch();
  });
  const start = await Event.create();
  const end = await Event.create();
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 20; i++) {
    await start.record(stream);
    await graph.launch(stream);
    await end.record(stream);
    await stream.synchronize();
    best = Math.min(best, (1000 * end.since(start)) / 50);
  }
  await Promise.all([graph.close(), start.close(), end.close()]);
  return best;
}
