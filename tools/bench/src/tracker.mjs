// Milliseconds a frame of a tracker on one core: node src/tracker.mjs [FRAMES] [fairmot|jde|byte]
import { createTracker } from '@trt-fairmot/tracker';
import { sceneFrames } from './scene.mjs';

const frames = Number(process.argv[2] ?? 500);
const kind = process.argv[3] ?? 'fairmot';
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

console.log(
  `Node ${process.version}, ${kind}, ${frames} frames, embeddings of 128 numbers, 10% of detections missing; ms a frame`,
);
console.log('objects  width    mean  median     p95   tracks ever');
const scenes = [
  [10, 1920],
  [50, 1920],
  [100, 1920],
  [200, 1920],
  [400, 1920],
  [50, 240],
  [200, 240],
];
for (const [objects, width] of scenes) {
  const scene = sceneFrames({ objects, frames, width });
  const warmUp = createTracker(kind);
  for (const detections of scene) warmUp.update(detections);
  const tracker = createTracker(kind);
  let ids = 0;
  const times = scene.map((detections) => {
    const started = performance.now();
    const tracks = tracker.update(detections);
    const elapsed = performance.now() - started;
    for (const { id } of tracks) ids = Math.max(ids, id);
    return elapsed;
  });
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  times.sort((a, b) => a - b);
  const columns = [mean, quantile(times, 0.5), quantile(times, 0.95)].map((time) => time.toFixed(3).padStart(8));
  console.log(
    `${String(objects).padStart(7)}${String(width).padStart(7)}${columns.join('')}${String(ids).padStart(14)}`,
  );
}
