// One engine at one batch, in a process of its own: node engine-row.mjs '{"engine","batch","seconds","reference","plugins"}'
// Prints a JSON object on the last line: times of the CUDA graph and of plain submission, accuracy, memory; or why there is none.
import { DeviceBuffer, Engine, Event, PinnedBuffer, Stream } from '@trt-fairmot/trt-runtime';
import { detectionDifference, headDifference, heads, readReference } from './accuracy.mjs';

const { engine: path, batch, seconds, reference: folder, plugins } = JSON.parse(process.argv[2]);

async function open() {
  const engine = await Engine.load(path, { plugins });
  const context = await engine.createContext();
  const stream = await Stream.create();
  const input = engine.tensors.find(({ mode }) => mode === 'input');
  const [own] = input.shape;
  if (own !== -1 && own !== batch) return { skipped: `the engine is for batch ${own}` };
  const shape = [batch, ...input.shape.slice(1)];
  context.setInputShape(input.name, shape);
  const ports = {};
  for (const { name, mode, dtype } of engine.tensors) {
    const size = context.tensorSize(name);
    const [device, host] = [await DeviceBuffer.create(size), await PinnedBuffer.create(size)];
    context.setBuffer(name, device);
    ports[name] = { mode, dtype, device, host, floats: new Float32Array(host.bytes.buffer, 0, size >> 2) };
  }
  return { engine, context, stream, ports, input: ports[input.name], shape };
}

async function runOnce({ context, stream, ports, input }) {
  await stream.upload(input.host, input.device);
  await context.enqueue(stream);
  for (const { mode, device, host } of Object.values(ports)) if (mode === 'output') await stream.download(device, host);
  await stream.synchronize();
}

/** Statistics of a submission between two events, over so many seconds. */
async function timesOf(stream, submit) {
  const [begin, end] = [await Event.create(), await Event.create()];
  const times = [];
  const once = async () => {
    await begin.record(stream);
    await submit();
    await end.record(stream);
    await stream.synchronize();
    return end.since(begin);
  };
  for (let i = 0; i < 20; i++) await once();
  const until = performance.now() + 1000 * seconds;
  while (performance.now() < until || times.length < 50) times.push(await once());
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
  return { runs: times.length, median: at(0.5), p99: at(0.99), min: times[0] };
}

/** Of the first image; null where the engine has neither heads nor detections of the reference's size. */
function accuracyOf({ heads: maps }, ports) {
  const found = heads.filter((name) => ports[name]?.floats.length >= maps[name].data.length);
  if (found.length > 0) {
    return Object.fromEntries(found.map((name) => [name, headDifference(maps[name].data, ports[name].floats)]));
  }
  if (!ports.boxes || !ports.scores || !ports.embeddings) return null;
  const rows = ports.scores.floats.length / batch;
  const first = (name) =>
    ports[name].floats.subarray(0, (ports[name].floats.length / ports.scores.floats.length) * rows);
  return {
    detections: detectionDifference(maps, {
      boxes: first('boxes'),
      scores: first('scores'),
      embeddings: first('embeddings'),
    }),
  };
}

/** The reference, or why the accuracy stays unknown; speed does not depend on it. */
function referenceFor({ input, shape }) {
  try {
    const reference = readReference(folder);
    if (reference.input.data.length * batch === input.floats.length) return { reference, note: null };
    const sizes = `the engine's input is ${shape.join('x')}, the reference's ${reference.input.shape.join('x')}`;
    return { reference: null, note: `accuracy unknown: ${sizes}` };
  } catch (error) {
    return { reference: null, note: `accuracy unknown: ${error.message}` };
  }
}

async function row() {
  const run = await open();
  if (run.skipped) return run;
  const { reference, note } = referenceFor(run);
  const { floats } = run.input;
  if (reference) for (let i = 0; i < batch; i++) floats.set(reference.input.data, (i * floats.length) / batch);
  else for (let i = 0; i < floats.length; i++) floats[i] = Math.random();
  await runOnce(run);
  const accuracy = reference && accuracyOf(reference, run.ports);
  const { context, stream, engine } = run;
  const enqueued = await timesOf(stream, () => context.enqueue(stream));
  const memory = { contextBytes: engine.deviceMemorySize, layers: engine.layerCount };
  try {
    const graph = await stream.capture(() => context.enqueue(stream));
    return {
      times: await timesOf(stream, () => graph.launch(stream)),
      enqueued,
      accuracy,
      ...memory,
      ...(note ? { note } : {}),
    };
  } catch (error) {
    return {
      times: enqueued,
      enqueued,
      accuracy,
      ...memory,
      note: `no CUDA graph: ${error.cause?.message ?? error.message}`,
    };
  }
}

const result = await row().catch((error) => ({ error: error.message }));
console.log(JSON.stringify(result));
// The process ends here, whatever a failed engine has left on the GPU.
process.exit(0);
