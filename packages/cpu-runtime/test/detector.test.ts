import { join } from 'node:path';
import { onnxFromCheckpoint, onnxFromStateDict, openCheckpoint } from '@trt-fairmot/onnx-export';
import { maxAbsDifference } from '@trt-fairmot/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CpuDetector } from '../src/detector.js';

const root = join(import.meta.dirname, '..', '..', '..');
const checkpoint = join(root, 'tools', 'demo', 'fairmot-dla34-half.pth');
const size = { height: 320, width: 576 };

async function picture(name: string) {
  const path = join(root, 'calib', 'images', name);
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

describe('the demo network', () => {
  let fromHeads: CpuDetector;
  let fromDetections: CpuDetector;

  beforeAll(async () => {
    const heads = await onnxFromCheckpoint(checkpoint, size);
    const detections = await onnxFromCheckpoint(checkpoint, { ...size, outputs: 'detections' });
    fromHeads = await CpuDetector.create(heads.bytes, { confidence: 0.3 });
    fromDetections = await CpuDetector.create(detections.bytes, { confidence: 0.3 });
  });
  afterAll(async () => {
    await fromHeads.close();
    await fromDetections.close();
  });

  test('finds people inside the picture, best first, whichever way it decodes', async () => {
    const image = await picture('001.jpg');
    const expected = await fromHeads.detect(image);
    const received = await fromDetections.detect(image);
    expect(expected.count).toBeGreaterThan(2);
    expect(received.count).toBe(expected.count);
    expect(maxAbsDifference(received.boxes, expected.boxes)).toBeLessThan(1e-2);
    expect(maxAbsDifference(received.scores, expected.scores)).toBeLessThan(1e-4);
    expect(maxAbsDifference(received.embeddings, expected.embeddings)).toBeLessThan(1e-3);
    for (let row = 0; row < expected.count; row++) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = expected.boxes.subarray(4 * row, 4 * row + 4);
      expect((x1 + x2) / 2).toBeGreaterThan(0);
      expect((x1 + x2) / 2).toBeLessThan(image.width);
      expect(y2 - y1).toBeGreaterThan(x2 - x1);
      expect(expected.scores[row]).toBeGreaterThan(0.3);
      if (row > 0) expect(expected.scores[row]).toBeLessThanOrEqual(expected.scores[row - 1] as number);
    }
  });

  test('answers calls in order, though asked before it has answered, and lets the pixels be reused', async () => {
    const images = await Promise.all(['001.jpg', '020.jpg', '050.jpg'].map(picture));
    const alone: Float32Array[] = [];
    for (const image of images) alone.push((await fromDetections.detect(image)).boxes.slice());
    const asked = images.map((image) => {
      const answer = fromDetections.detect(image);
      image.data.fill(0);
      return answer;
    });
    const together = await Promise.all(asked);
    expect(together.map(({ boxes }) => boxes)).toEqual(alone);
    expect(alone[0]).not.toEqual(alone[1]);
  });

  test('counts images and time by stage', () => {
    const { images, letterboxMs, networkMs, decodeMs } = fromDetections.stats;
    expect(images).toBeGreaterThan(0);
    for (const ms of [letterboxMs, networkMs, decodeMs]) expect(ms).toBeGreaterThan(0);
  });
});

test('a closed detector refuses', async () => {
  const { bytes } = await onnxFromCheckpoint(checkpoint, { height: 64, width: 64, topK: 16, outputs: 'detections' });
  const detector = await CpuDetector.create(bytes);
  await detector.close();
  expect(() => detector.detect({ width: 1, height: 1, data: new Uint8Array(3) })).toThrow('Expected an open detector');
});

test('a size that is not the model’s own is refused, an open size needs one', async () => {
  const { bytes } = await onnxFromCheckpoint(checkpoint, { height: 64, width: 64, topK: 16 });
  const wrong = CpuDetector.create(bytes, { inputSize: { width: 96, height: 64 } });
  await expect(wrong).rejects.toThrow("Expected the model's own input size 64x64 but received 64x96");
  const right = await CpuDetector.create(bytes, { inputSize: { width: 64, height: 64 } });
  await right.close();
});

test.each(['heads', 'detections'] as const)(
  'a network without an id head (%s) is refused, and why is said',
  async (outputs) => {
    const opened = await openCheckpoint(checkpoint);
    const withoutIdentity = new Map([...opened.stateDict].filter(([name]) => !name.startsWith('id.')));
    const { bytes } = await onnxFromStateDict(withoutIdentity, { height: 64, width: 64, topK: 16, outputs });
    await opened.close();
    await expect(CpuDetector.create(bytes)).rejects.toMatchObject({
      kind: 'input',
      hint: expect.stringContaining('no id head: tracking needs a FairMOT checkpoint'),
    });
  },
);
