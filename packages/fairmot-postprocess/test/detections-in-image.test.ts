import { describe, expect, test } from 'vitest';
import { type Detections, detectionsInImage, letterboxFromSize } from '../src/index.js';

function detectionsOf(boxes: number[][]): Detections {
  const count = boxes.length;
  return {
    count,
    boxes: Float32Array.from(boxes.flat()),
    scores: new Float32Array(count).fill(0.5),
    classes: new Int32Array(count),
    embeddings: new Float32Array(2 * count),
    embeddingSize: 2,
  };
}

describe('detectionsInImage', () => {
  // What FairMOT's ctdet_post_process makes of these boxes.
  test.each([
    [
      [1920, 1080],
      [1088, 608],
      [11.4474, 35.5263, 189.0789, 390.7895],
      [-21.4145, 533.3388, 1130.5264, 591.5132],
      [960, 540, 1926.3158, 1080],
    ],
    [
      [768, 576],
      [576, 320],
      [-116.4, 36, 63.6, 396],
      [-149.7, 540.45, 1017.6, 599.4],
      [384, 288, 902.4, 576],
    ],
    [
      [480, 640],
      [1088, 608],
      [-322.1053, 21.0526, -216.8421, 231.5789],
      [-341.5789, 316.0526, 341.0526, 350.5263],
      [240, 320, 812.6316, 640],
    ],
    [
      [300, 1000],
      [576, 320],
      [-718.75, 62.5, -406.25, 687.5],
      [-776.5625, 938.2812, 1250, 1040.625],
      [150, 500, 1050, 1000],
    ],
  ] as const)(
    'maps boxes as FairMOT does: image %o, input %o',
    ([width, height], [inputWidth, inputHeight], ...expected) => {
      const letterbox = letterboxFromSize({ width, height }, { width: inputWidth, height: inputHeight });
      const boxes = [
        [10, 20, 110, 220],
        [-8.5, 300.25, 640, 333],
        [inputWidth / 2, inputHeight / 2, inputWidth, inputHeight],
      ];
      const received = detectionsInImage(detectionsOf(boxes), letterbox).boxes;
      for (const [i, value] of expected.flat().entries()) expect(Math.abs(received[i]! - value)).toBeLessThan(2e-4);
    },
  );

  test('leaves its input and everything else as it is', () => {
    const detections = detectionsOf([[1, 2, 3, 4]]);
    const letterbox = letterboxFromSize({ width: 10, height: 10 }, { width: 32, height: 32 });
    const mapped = detectionsInImage(detections, letterbox);
    expect([...detections.boxes]).toEqual([1, 2, 3, 4]);
    expect({ ...mapped, boxes: detections.boxes }).toEqual(detections);
  });
});
