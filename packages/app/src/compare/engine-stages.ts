// An engine's stages: the same kernels that the detector runs, one by one.
import { FairmotError, letterboxFromSize, type RgbImage } from '@trt-fairmot/fairmot-postprocess';
import {
  DeviceBuffer,
  Engine,
  type ExecutionContext,
  FairmotDetector,
  LetterboxKernel,
  PinnedBuffer,
  Stream,
} from '@trt-fairmot/trt-runtime';
import { pluginLibraries } from '../pipeline/engine-file.js';
import { type HeadMap, headNames, type Stages } from './stages.js';

/** An engine's tensor with a buffer on the GPU and one on the host. */
interface Port {
  readonly name: string;
  readonly mode: 'input' | 'output';
  readonly shape: readonly number[];
  readonly device: DeviceBuffer;
  readonly host: PinnedBuffer;
}

/** TensorRT and CUDA, at batch 1. */
export async function stagesOnGpu(path: string, gpu: number, confidence: number, topK: number): Promise<Stages> {
  const engine = await Engine.load(path, { device: gpu, plugins: pluginLibraries() });
  await requireHeads(engine, path);
  const context = await engine.createContext();
  const stream = await Stream.create({ device: gpu });
  const ports = await openPorts(engine, context);
  const input = [...ports.values()].find(({ mode }) => mode === 'input') as Port;
  const inputSize = { height: input.shape[2] ?? 0, width: input.shape[3] ?? 0 };
  const detector = await FairmotDetector.create({ engine, device: gpu, confidence, topK });
  const close = async () => {
    await detector.close();
    for (const { device, host } of ports.values()) await Promise.all([device.close(), host.close()]);
    for (const owned of [context, stream, engine]) await owned.close();
  };
  return {
    name: path,
    inputSize,
    letterbox: (image) => letterboxOnGpu(image, stream, input),
    heads: (tensor) => headsOnGpu(tensor, context, stream, input, ports),
    detections: (image) => detector.detect(image),
    close,
  };
}

async function requireHeads(engine: Engine, path: string): Promise<void> {
  const absent = headNames.filter((head) => !engine.tensors.some(({ name }) => name === head));
  if (absent.length === 0) return;
  await engine.close();
  throw new FairmotError(
    `Expected ${path} to have the outputs ${headNames.join(', ')} but received no ${absent.join(', ')}`,
    { hint: 'build the engine to compare with: fairmot build MODEL --disable-pass peak-heads' },
  );
}

async function openPorts(engine: Engine, context: ExecutionContext): Promise<ReadonlyMap<string, Port>> {
  const ports = new Map<string, Port>();
  for (const { name, mode, dtype, shape: declared } of engine.tensors) {
    if (dtype !== 'float32')
      throw new FairmotError(`Expected float32 tensors to compare but received ${name} of ${dtype}`);
    const shape = declared.map((size) => (size === -1 ? 1 : size));
    if (mode === 'input') context.setInputShape(name, shape);
    const bytes = 4 * shape.reduce((product, size) => product * size, 1);
    const device = await DeviceBuffer.create(bytes, { device: engine.device });
    context.setBuffer(name, device);
    ports.set(name, { name, mode, shape, device, host: await PinnedBuffer.create(bytes, { device: engine.device }) });
  }
  return ports;
}

async function letterboxOnGpu(image: RgbImage, stream: Stream, input: Port): Promise<Float32Array> {
  const [, , height = 0, width = 0] = input.shape;
  const kernel = await LetterboxKernel.create(stream, letterboxFromSize(image, { height, width }), 'rgb');
  const pinned = await PinnedBuffer.create(image.data.length, { device: stream.device });
  const frame = await DeviceBuffer.create(image.data.length, { device: stream.device });
  pinned.bytes.set(image.data);
  await stream.upload(pinned, frame);
  await kernel.launch(stream, frame, input.device, { dtype: 'float32' });
  await stream.download(input.device, input.host);
  await stream.synchronize();
  for (const owned of [kernel, pinned, frame]) await owned.close();
  return floatsOf(input).slice();
}

async function headsOnGpu(
  tensor: Float32Array,
  context: ExecutionContext,
  stream: Stream,
  input: Port,
  ports: ReadonlyMap<string, Port>,
): Promise<ReadonlyMap<string, HeadMap>> {
  floatsOf(input).set(tensor);
  await stream.upload(input.host, input.device);
  await context.enqueue(stream);
  const outputs = headNames.flatMap((name) => ports.get(name) ?? []);
  for (const { device, host } of outputs) await stream.download(device, host);
  await stream.synchronize();
  return new Map(outputs.map((port) => [port.name, { data: floatsOf(port).slice(), dims: port.shape }]));
}

/** A view of the port's host memory. */
const floatsOf = ({ host }: Port) => new Float32Array(host.bytes.buffer, host.bytes.byteOffset, host.size / 4);
