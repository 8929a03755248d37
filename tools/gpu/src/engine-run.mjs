// An engine with buffers for all its tensors, ready to run at one batch size.
import { DeviceBuffer, Engine, PinnedBuffer, Stream } from '@trt-fairmot/trt-runtime';

/** Loads an engine and gives every tensor a buffer on the GPU and one on the host. */
export async function openRun(path, { plugins, batch = 1 }) {
  const engine = await Engine.load(path, { plugins });
  const context = await engine.createContext();
  const stream = await Stream.create();
  const ports = {};
  for (const { name, mode, shape: declared } of engine.tensors) {
    const shape = declared.map((size) => (size === -1 ? batch : size));
    if (mode === 'input') context.setInputShape(name, shape);
    const size = 4 * shape.reduce((product, side) => product * side, 1);
    const device = await DeviceBuffer.create(size);
    const host = await PinnedBuffer.create(size);
    context.setBuffer(name, device);
    ports[name] = { mode, shape, device, host, floats: new Float32Array(host.bytes.buffer) };
  }
  const input = Object.values(ports).find(({ mode }) => mode === 'input');
  return { engine, context, stream, ports, input };
}

/** Uploads the input, runs once, downloads all outputs. */
export async function runOnce({ context, stream, ports, input }) {
  await stream.upload(input.host, input.device);
  await context.enqueue(stream);
  for (const { mode, device, host } of Object.values(ports)) if (mode === 'output') await stream.download(device, host);
  await stream.synchronize();
}
