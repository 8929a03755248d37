// Builder, engines and contexts on the small network, and their errors.
import { DeviceBuffer, Engine, memoryInfo, nativeErrorCode, Stream } from '@trt-fairmot/trt-runtime';
import { buildQuickly } from '../support/build-quickly.mjs';
import { largestDifference } from '../support/compare.mjs';
import { toDevice, toHost } from '../support/device.mjs';
import { randomNormal, randomSource } from '../support/random.mjs';
import { errorOf, expect } from '../support/report.mjs';
import { batchEngine, smallEngine } from '../support/small-engines.mjs';
import { headsOf, onnxOf, size, smallNetwork } from '../support/small-network.mjs';

const network = smallNetwork();
const shape = (batch) => [batch, 3, size.height, size.width];

export async function checkEngine(report) {
  report.part('tensorrt engine');
  await report.check('buildEngine builds the small network, with progress and a timing cache', checkBuild);
  await report.check('the engine computes what JavaScript computes', async () => checkOutputs(await smallEngine(), 1));
  await report.check('a dynamic batch of 1, 5 and 8', checkDynamic);
  await report.check('fp16 stays near float32', async () => checkHalf(await smallEngine()));
  await report.check('bytes that are no engine are refused, the process lives', async () =>
    checkDamaged(await smallEngine()),
  );
  await report.check('shapes outside the profile and unknown tensors are refused', checkShapes);
  await report.check('a closed engine is refused, its contexts go on', async () => checkClosed(await smallEngine()));
  await report.check('models TensorRT cannot read are refused with the node', checkModels);
  await report.check('a build can be cancelled before it starts', checkCancel);
  await report.check('inspect and profile name the layers', async () => checkInspect(await smallEngine()));
  await report.check('contexts and engines give their memory back', async () => checkMemory(await smallEngine()));
}

async function checkBuild() {
  const phases = new Set();
  const built = await buildQuickly(onnxOf(network), { onProgress: ({ phase }) => phases.add(phase) });
  expect(built.engine.length > 0 && built.timingCache.length > 0, 'expected bytes');
  return { bytes: built.engine.length, phases: [...phases].slice(0, 6).join('|'), warnings: built.log.length };
}

/** Runs a batch and returns every output. */
async function outputsOf(engine, batch, input) {
  const [stream, context] = await Promise.all([Stream.create(), engine.createContext()]);
  context.setInputShape('input', shape(batch));
  const buffers = new Map();
  for (const { name, mode } of engine.tensors) {
    buffers.set(
      name,
      mode === 'input' ? await toDevice(stream, input) : await DeviceBuffer.create(context.tensorSize(name)),
    );
    context.setBuffer(name, buffers.get(name));
  }
  await context.enqueue(stream);
  const outputs = {};
  for (const { name, mode } of engine.tensors) {
    if (mode === 'output') outputs[name] = await toHost(stream, buffers.get(name), Float32Array);
  }
  await Promise.all([context, stream, ...buffers.values()].map((object) => object.close()));
  return outputs;
}

const imageOf = (random) => randomNormal(random, 3 * size.width * size.height);

function joined(images) {
  const all = new Float32Array(images.length * images[0].length);
  images.forEach((image, i) => {
    all.set(image, i * image.length);
  });
  return all;
}

async function differenceOf(bytes, batch) {
  const random = randomSource(batch);
  const images = Array.from({ length: batch }, () => imageOf(random));
  const engine = await Engine.load(bytes);
  const outputs = await outputsOf(engine, batch, joined(images));
  await engine.close();
  let largest = 0;
  for (const name of ['hm', 'wh', 'reg', 'id']) {
    const expected = joined(images.map((image) => headsOf(network, image)[name].data));
    largest = Math.max(largest, largestDifference(outputs[name], expected));
  }
  return largest;
}

async function checkOutputs(bytes, batch) {
  const difference = await differenceOf(bytes, batch);
  expect(difference < 2e-4, `largest difference ${difference}`);
  return { difference };
}

async function checkDynamic() {
  const engine = await batchEngine();
  const differences = {};
  for (const batch of [1, 5, 8]) differences[batch] = (await checkOutputs(engine, batch)).difference;
  const error = await errorOf(buildQuickly(onnxOf(network, { batch: 'batch' })), 'dynamic input without shapes');
  expect(/input/.test(error.message), error.message);
  return differences;
}

async function checkHalf() {
  const { engine } = await buildQuickly(onnxOf(network), { fp16: true });
  const difference = await differenceOf(engine, 1);
  expect(difference < 0.2, `largest difference ${difference}`);
  return { difference };
}

async function checkDamaged(bytes) {
  const damaged = {
    empty: new Uint8Array(0),
    'no engine': new TextEncoder().encode('not an engine at all '.repeat(100)),
    truncated: bytes.slice(0, bytes.length >> 1),
    'cut header': bytes.slice(0, 20),
    'other magic': bytes.map((byte, i) => (i < 8 ? byte ^ 0x55 : byte)),
  };
  const messages = {};
  for (const [name, data] of Object.entries(damaged)) {
    const error = await errorOf(Engine.load(data), name);
    expect(error.name === 'FairmotError' && error.hint, `${name}: ${error}`);
    messages[name] = error.message.slice(0, 160);
  }
  await (await Engine.load(bytes)).close();
  return messages;
}

async function checkShapes() {
  const engine = await Engine.load(await batchEngine());
  const context = await engine.createContext();
  const messages = {};
  const tried = {
    'batch 9': () => context.setInputShape('input', shape(9)),
    'rank 3': () => context.setInputShape('input', [3, size.height, size.width]),
    'no such tensor': () => context.setInputShape('image', shape(1)),
  };
  for (const [name, action] of Object.entries(tried)) {
    const error = await errorOf((async () => action())(), name);
    expect(nativeErrorCode(error) === 'INVALID_ARGUMENT', `${name}: ${error}`);
    messages[name] = error.message;
  }
  context.setInputShape('input', shape(2));
  const small = await DeviceBuffer.create(16);
  const error = await errorOf((async () => context.setBuffer('input', small))(), 'small buffer');
  messages['small buffer'] = error.message;
  await Promise.all([small.close(), context.close(), engine.close()]);
  return messages;
}

async function checkClosed(bytes) {
  const engine = await Engine.load(bytes);
  const context = await engine.createContext();
  await engine.close();
  const error = await errorOf((async () => engine.createContext())(), 'closed engine');
  expect(nativeErrorCode(error) === 'CLOSED', `received ${error}`);
  expect(context.tensorShape('input').length === 4, 'expected a living context');
  await context.close();
  const late = await errorOf((async () => context.tensorShape('input'))(), 'closed context');
  expect(nativeErrorCode(late) === 'CLOSED', `received ${late}`);
  return { message: error.message };
}

async function checkModels() {
  const unknown = await errorOf(buildQuickly(onnxOf(network, { operator: 'NoSuchOperator' })), 'unknown operator');
  expect(unknown.name === 'FairmotError' && /NoSuchOperator|node/.test(unknown.message), String(unknown));
  const rubbish = await errorOf(buildQuickly(new Uint8Array(1000).fill(7)), 'rubbish');
  expect(rubbish.name === 'FairmotError', String(rubbish));
  return { unknown: unknown.message.slice(0, 200), rubbish: rubbish.message.slice(0, 200) };
}

async function checkCancel() {
  const controller = new AbortController();
  const building = buildQuickly(onnxOf(network), { signal: controller.signal, onProgress: () => controller.abort() });
  const error = await errorOf(building, 'cancelled build');
  return { message: error.message };
}

async function checkInspect(bytes) {
  const engine = await Engine.load(bytes);
  const info = await engine.inspect();
  const [stream, context] = await Promise.all([Stream.create(), engine.createContext()]);
  const buffers = [];
  context.setInputShape('input', shape(1));
  for (const { name } of engine.tensors) {
    buffers.push(await DeviceBuffer.create(context.tensorSize(name)));
    context.setBuffer(name, buffers.at(-1));
  }
  const times = await context.profile(stream);
  expect(times.length > 0 && times.every(({ milliseconds }) => milliseconds >= 0), 'expected layer times');
  await Promise.all([context, stream, engine, ...buffers].map((object) => object.close()));
  return { keys: Object.keys(info).join(','), layers: times.length };
}

async function checkMemory(bytes) {
  const round = async () => {
    const engine = await Engine.load(bytes);
    const contexts = await Promise.all([engine.createContext(), engine.createContext()]);
    await Promise.all([engine, ...contexts].map((object) => object.close()));
  };
  for (let i = 0; i < 5; i++) await round();
  const before = await memoryInfo();
  for (let i = 0; i < 50; i++) await round();
  const lost = before.free - (await memoryInfo()).free;
  expect(lost <= 2 << 20, `expected the memory back but ${lost} bytes are gone`);
  return { lost };
}
