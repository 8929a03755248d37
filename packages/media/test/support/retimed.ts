import { nodeAv } from '../../src/node-av.js';

/** Copies the packets of a video with other times: a video of variable frame rate. Needs node-av. */
export async function writeRetimed(from: string, to: string, timeOf: (seconds: number) => number): Promise<void> {
  const av = await nodeAv();
  const input = new av.FormatContext();
  await input.openInput(from, null, null);
  await input.findStreamInfo(null);
  const [read] = input.streams;
  const output = new av.FormatContext();
  output.allocOutputContext2(null, null, to);
  const written = output.newStream(null);
  if (!read) throw new Error('no stream');
  read.codecpar.copy(written.codecpar);
  written.codecpar.codecTag = 0;
  written.timeBase = new av.Rational(1, 90_000);
  await output.openOutput();
  await output.writeHeader(null);
  const packet = new av.Packet();
  packet.alloc();
  const { num, den } = read.timeBase;
  const stamp = (old: bigint) => {
    const seconds = timeOf((Number(old) * num) / den);
    return BigInt(Math.round((seconds * written.timeBase.den) / written.timeBase.num));
  };
  while ((await input.readFrame(packet)) >= 0) {
    packet.pts = stamp(packet.pts);
    packet.dts = stamp(packet.dts);
    packet.duration = 0n;
    packet.streamIndex = 0;
    await output.interleavedWriteFrame(packet);
    packet.unref();
  }
  await output.writeTrailer();
  await output.closeOutput();
  await input.closeInput();
}
