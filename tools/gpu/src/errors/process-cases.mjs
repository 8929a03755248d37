// Cases within one process, which must live on: no memory left, wrong shapes, objects used after they were closed.
import { Engine, FairmotDetector, memoryInfo, nativeErrorCode, Stream } from '@trt-fairmot/trt-runtime';
import { plugins } from '../plugins.mjs';
import { withoutMemory } from './device-memory.mjs';
import { errorOf, expect, runFairmot, sentenceOf } from './run-fairmot.mjs';

const frame = { width: 640, height: 360, data: new Uint8Array(3 * 640 * 360).fill(90) };
const mebibyte = 1 << 20;
const spare = 8 * mebibyte;

/** @returns { name, body }[] */
export function processCases(context) {
  return [
    { name: 'no device memory for a detector', body: () => outOfMemory(context) },
    { name: 'no device memory for a large frame', body: () => largeFrame(context) },
    { name: 'no device memory for track beside this process', body: () => outOfMemoryElsewhere(context) },
    { name: 'wrong shapes', body: () => wrongShapes(context) },
    { name: 'closed objects', body: () => closedObjects(context) },
    { name: 'a detector after all this', body: async () => ({ said: `${await detectOnce(context)} detections` }) },
  ];
}

const create = ({ engine }) => FairmotDetector.create({ engine, plugins });

async function detectOnce(context) {
  const detector = await create(context);
  const { count } = await detector.detect(frame);
  await detector.close();
  return count;
}

/** Free memory once a detector has been made, used and closed: what is missing then is what the libraries keep. */
async function freeAfterUse(context) {
  await detectOnce(context);
  return (await memoryInfo()).free;
}

async function outOfMemory(context) {
  const before = await freeAfterUse(context);
  const said = await withoutMemory(spare, async (free) => {
    const error = await errorOf(() => create(context), 'a detector without memory');
    expect(error.kind === 'environment', `expected an error of the environment but received ${error.kind}: ${error}`);
    expect(error.hint, `expected a hint with: ${error.message}`);
    return `with ${Math.round(free / mebibyte)} MiB free: ${error.message} (${nativeErrorCode(error)})`;
  });
  const lost = before - (await freeAfterUse(context));
  expect(lost <= 8 * mebibyte, `expected the memory back but ${lost} bytes are gone`);
  return { said };
}

/** A frame's memory comes with the first frame, when the engine and its slots have what they need. */
async function largeFrame(context) {
  const detector = await create(context);
  const [width, height] = [8192, 4608];
  const large = { width, height, data: new Uint8Array(3 * width * height) };
  const said = await withoutMemory(spare, async () => {
    const error = await errorOf(() => detector.detect(large), 'a frame without memory');
    expect(error.kind === 'environment', `expected an error of the environment but received: ${error.message}`);
    return error.message;
  });
  // The same detector goes on, with a frame that fits and then with the large one.
  await detector.detect(frame);
  await detector.detect(large);
  await detector.close();
  return { said };
}

/** The command, while this process holds the memory. */
async function outOfMemoryElsewhere({ engine, video }) {
  const said = await withoutMemory(spare, async () => {
    const ran = runFairmot(['track', video, '--model', engine, '--device', 'tensorrt', '--max-frames', '3', '--quiet']);
    expect(ran.code === 3, `expected exit code 3 but received ${ran.code ?? ran.signal}: ${ran.stderr.trim()}`);
    expect(!/^\s+at /m.test(ran.stderr), `expected no stack but received: ${ran.stderr.trim()}`);
    return sentenceOf(ran);
  });
  return { said };
}

async function wrongShapes({ engine: path }) {
  const engine = await Engine.load(path, { plugins });
  const detector = await FairmotDetector.create({ engine });
  const context = await engine.createContext();
  const input = engine.tensors.find(({ mode }) => mode === 'input');
  const [batch, channels, height, width] = input.shape.map((size) => (size === -1 ? 1 : size));
  const short = { ...frame, data: frame.data.subarray(1) };
  const size = { width: 64, height: 64 };
  const messages = [];
  for (const [what, call] of [
    ['a short frame', () => detector.detect(short)],
    ['a wrong shape', () => context.setInputShape(input.name, [batch, channels, height + 32, width])],
    ['a batch too large', () => FairmotDetector.create({ engine, batch: 64 })],
    ['a wrong size', () => FairmotDetector.create({ engine, inputSize: size })],
  ]) {
    const error = await errorOf(call, what);
    expect(error.name === 'FairmotError', `${what}: expected a FairmotError but received ${error}`);
    messages.push(error.message);
  }
  await detector.detect(frame);
  await Promise.all([detector.close(), context.close()]);
  await engine.close();
  return { said: messages.join(' | ') };
}

async function closedObjects({ engine: path }) {
  const engine = await Engine.load(path, { plugins });
  const detector = await FairmotDetector.create({ engine });
  const stream = await Stream.create();
  await detector.close();
  await Promise.all([engine.close(), stream.close()]);
  const messages = new Set();
  for (const [what, call] of [
    ['a closed detector', () => detector.detect(frame)],
    ['a closed engine', () => FairmotDetector.create({ engine })],
    ['a context of a closed engine', () => engine.createContext()],
    ['a closed stream', () => stream.synchronize()],
  ]) {
    const error = await errorOf(call, what);
    expect(/closed/.test(error.message), `${what}: expected "closed" but received: ${error.message}`);
    messages.add(error.message);
  }
  return { said: [...messages].join(' | ') };
}
