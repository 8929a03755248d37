// Buffers, streams, graphs: what they do, and what they say when misused.
import { DeviceBuffer, memoryInfo, nativeErrorCode, PinnedBuffer, Stream } from '@trt-fairmot/trt-runtime';
import { errorOf, expect } from '../support/report.mjs';

export async function checkObjects(report) {
  report.part('objects');
  await report.check('copies there and back keep every byte', checkCopies);
  await report.check('a graph replays copies', checkGraph);
  await report.check('closed objects are refused, the process lives', checkClosed);
  await report.check('copies outside a buffer are refused', checkRanges);
  await report.check('too much device memory is an error, and less still works', checkOutOfMemory);
  await report.check('a device that is not there is an error', checkDevice);
}

async function checkCopies() {
  const [stream, a, b] = await Promise.all([
    Stream.create(),
    PinnedBuffer.create(100_000),
    PinnedBuffer.create(100_000),
  ]);
  const device = await DeviceBuffer.create(100_000);
  a.bytes.forEach((_, i) => {
    a.bytes[i] = (i * 31) % 251;
  });
  await stream.upload(a, device);
  await stream.download(device, b);
  await stream.synchronize();
  expect(
    a.bytes.every((byte, i) => byte === b.bytes[i]),
    'expected equal bytes',
  );
  await Promise.all([stream, a, b, device].map((object) => object.close()));
}

async function checkGraph() {
  const [stream, a, b, device] = await Promise.all([
    Stream.create(),
    PinnedBuffer.create(64),
    PinnedBuffer.create(64),
    DeviceBuffer.create(64),
  ]);
  const graph = await stream.capture(async () => {
    await stream.upload(a, device);
    await stream.download(device, b);
  });
  for (let round = 1; round <= 3; round++) {
    a.bytes.fill(round);
    await graph.launch(stream);
    await stream.synchronize();
    expect(
      b.bytes.every((byte) => byte === round),
      `round ${round}: expected fresh bytes`,
    );
  }
  const { nodeCount } = graph;
  await Promise.all([graph, stream, a, b, device].map((object) => object.close()));
  return { nodeCount };
}

async function checkClosed() {
  const [stream, pinned, device] = await Promise.all([
    Stream.create(),
    PinnedBuffer.create(64),
    DeviceBuffer.create(64),
  ]);
  await device.close();
  await device.close();
  expect(device.closed, 'expected closed');
  const error = await errorOf((async () => stream.upload(pinned, device))(), 'closed device buffer');
  expect(nativeErrorCode(error) === 'CLOSED', `received ${error}`);
  await pinned.close();
  expect(pinned.bytes.length === 0, 'expected detached bytes');
  await stream.close();
  const late = await errorOf((async () => stream.synchronize())(), 'closed stream');
  expect(nativeErrorCode(late) === 'CLOSED', `received ${late}`);
  return { message: error.message };
}

async function checkRanges() {
  const [stream, pinned, device] = await Promise.all([
    Stream.create(),
    PinnedBuffer.create(64),
    DeviceBuffer.create(32),
  ]);
  const error = await errorOf((async () => stream.upload(pinned, device, { size: 33 }))(), 'copy past the end');
  expect(nativeErrorCode(error) === 'INVALID_ARGUMENT', `received ${error}`);
  await Promise.all([stream.close(), pinned.close(), device.close()]);
  return { message: error.message };
}

async function checkOutOfMemory() {
  const { total, free } = await memoryInfo();
  const error = await errorOf(DeviceBuffer.create(2 * total), 'twice the memory');
  expect(nativeErrorCode(error) === 'CUDA_OUT_OF_MEMORY' && error.kind === 'environment', `received ${error}`);
  const buffer = await DeviceBuffer.create(1 << 20);
  await buffer.close();
  const after = await memoryInfo();
  expect(after.free >= free - (4 << 20), `expected the memory back but ${free - after.free} bytes are gone`);
  return { message: error.message };
}

async function checkDevice() {
  const error = await errorOf(Stream.create({ device: 99 }), 'device 99');
  expect(nativeErrorCode(error) === 'CUDA_NO_DEVICE' && error.kind === 'environment', `received ${error}`);
  return { message: error.message };
}
