import { describe, expect, test } from 'vitest';
import { FrameDetections } from '../src/frame-detections.js';
import { TrackStore } from '../src/track-store.js';
import { inputFrom } from './scenes.js';

const noise = { positionNoise: 1 / 20, velocityNoise: 1 / 160 };

function detectionsOf(...rows: number[][]): FrameDetections {
  const detections = new FrameDetections();
  detections.read(inputFrom(rows), 0);
  return detections;
}

describe('TrackStore', () => {
  test('uses the slots of ended tracks again and keeps the others', () => {
    const store = new TrackStore(noise, 2);
    const detections = detectionsOf([0, 0, 20, 50, 0.9, 3, 4], [100, 0, 140, 80, 0.8, 0, 2]);
    const kept = store.add(detections, 0);
    for (let k = 0; k < 500; k++) store.release(store.add(detections, 1));
    expect(store.size).toBe(2);
    for (let k = 0; k < 100; k++) store.add(detections, 1);
    expect(store.size).toBe(101);
    expect([...store.boxes.subarray(4 * kept, 4 * kept + 4)]).toEqual([0, 0, 20, 50]);
    expect([...store.embeddings.subarray(2 * kept, 2 * kept + 2)]).toEqual([0.6, 0.8].map(Math.fround));
    expect(store.lengths[kept]).toBeCloseTo(1, 6);
  });

  test('moves box and embedding with a detection', () => {
    const store = new TrackStore(noise, 2);
    const slot = store.add(detectionsOf([0, 0, 20, 50, 0.9, 1, 0]), 0);
    store.predict(slot, false);
    expect([...store.boxes.subarray(0, 4)]).toEqual([0, 0, 20, 50]);
    store.update(slot, detectionsOf([10, 0, 30, 50, 0.9, 0, 1]), 0, 0.5);
    expect(store.boxes[0]).toBeGreaterThan(5);
    expect(store.boxes[0]).toBeLessThan(10);
    expect(store.embeddings[0]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(store.embeddings[1]).toBeCloseTo(Math.SQRT1_2, 6);
  });
});
