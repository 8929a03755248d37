// Host arrays to the GPU and back.
import { DeviceBuffer, PinnedBuffer } from '@trt-fairmot/trt-runtime';

const bytesOf = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** A device buffer with the array's bytes. */
export async function toDevice(stream, array) {
  const bytes = bytesOf(array);
  const pinned = await PinnedBuffer.create(bytes.length);
  pinned.bytes.set(bytes);
  const device = await DeviceBuffer.create(bytes.length);
  await stream.upload(pinned, device);
  await stream.synchronize();
  await pinned.close();
  return device;
}

/** The device buffer's bytes as an array of the given kind. */
export async function toHost(stream, device, Kind) {
  const pinned = await PinnedBuffer.create(device.size);
  await stream.download(device, pinned);
  await stream.synchronize();
  const array = new Kind(pinned.bytes.slice().buffer);
  await pinned.close();
  return array;
}
