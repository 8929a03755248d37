// Milliseconds of letterbox and decode on one core: node src/postprocess.mjs [ROUNDS]
import { detectionsFromHeads, letterboxFromSize, tensorFromImage } from '@trt-fairmot/fairmot-postprocess';
import { randomFrom } from './scene.mjs';

const rounds = Number(process.argv[2] ?? 100);
const random = randomFrom(7);

/** Median and least of the second half of the rounds: the first half warms up. */
function timesOf(task) {
  const times = Array.from({ length: 2 * rounds }, () => {
    const started = performance.now();
    task();
    return performance.now() - started;
  }).slice(rounds);
  times.sort((a, b) => a - b);
  return [times[Math.floor(rounds / 2)], times[0]];
}

const report = (what, times) =>
  console.log(`${what.padEnd(44)}${times.map((ms) => ms.toFixed(2).padStart(8)).join('')}`);

console.log(`Node ${process.version}, ${rounds} rounds; milliseconds`);
console.log(`${'median'.padStart(52)}   least`);
for (const [width, height, inputWidth, inputHeight] of [
  [768, 576, 576, 320],
  [1280, 720, 1088, 608],
  [1920, 1080, 1088, 608],
  [3840, 2160, 1088, 608],
  [640, 480, 1088, 608],
]) {
  const image = { width, height, data: Uint8Array.from({ length: 3 * width * height }, () => 256 * random()) };
  const letterbox = letterboxFromSize(image, { width: inputWidth, height: inputHeight });
  const out = new Float32Array(3 * inputWidth * inputHeight);
  report(
    `letterbox ${width}x${height} -> ${inputWidth}x${inputHeight}`,
    timesOf(() => tensorFromImage(image, letterbox, out)),
  );
}

for (const [width, height, embeddingSize, confidence] of [
  [144, 80, 64, 0],
  [272, 152, 128, 0],
  [272, 152, 128, 0.4],
]) {
  const cells = width * height;
  const head = (channels, low, high) => ({
    data: Float32Array.from({ length: channels * cells }, () => low + (high - low) * random()),
    channels,
  });
  const heads = {
    hm: head(1, -9, 0),
    wh: head(4, 0, 9),
    reg: head(2, 0, 1),
    id: head(embeddingSize, -1, 1),
    width,
    height,
  };
  const { count } = detectionsFromHeads(heads, { confidence });
  const what = `decode ${width}x${height}, score > ${confidence}: ${count} rows`;
  report(
    what,
    timesOf(() => detectionsFromHeads(heads, { confidence })),
  );
}
