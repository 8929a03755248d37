import type { RgbImage } from '@trt-fairmot/fairmot-postprocess';
import type { Frame as AvFrame, Packet, SoftwareScaleContext } from 'node-av/lib';
import { evenImage } from './even-image.js';
import { type Av, checkAv, nodeAv } from './node-av.js';
import { type AvOutput, openAvOutput } from './node-av-encoder.js';
import { notWritable, type OutputFile } from './output-file.js';
import { paddingBytes } from './picture-reader.js';
import type { VideoBackendSink } from './video-sink.js';
import { type Container, even, type VideoSinkOptions } from './video-sink-options.js';

/** Encodes with the FFmpeg inside node-av. Colour conversion and encoding run on its thread pool. */
export class NodeAvSink implements VideoBackendSink {
  readonly #av: Av;
  readonly #file: OutputFile;
  readonly #output: AvOutput;
  readonly #options: VideoSinkOptions;
  readonly #scaler: SoftwareScaleContext;
  readonly #packet: Packet;
  readonly #yuv: AvFrame;
  #pts = 0n;

  private constructor(av: Av, file: OutputFile, output: AvOutput, options: VideoSinkOptions) {
    this.#av = av;
    this.#file = file;
    this.#output = output;
    this.#options = options;
    this.#scaler = new av.SoftwareScaleContext();
    this.#scaler.allocContext();
    this.#scaler.setOption('sws_flags', 'bicubic');
    this.#packet = new av.Packet();
    this.#packet.alloc();
    this.#yuv = new av.Frame();
    this.#yuv.alloc();
  }

  static async open(file: OutputFile, container: Container, options: VideoSinkOptions): Promise<NodeAvSink> {
    const av = await nodeAv();
    return new NodeAvSink(av, file, await openAvOutput(av, file, container, options), options);
  }

  /** Converts to YUV; after that the image may change. */
  async take(image: RgbImage): Promise<void> {
    const rgb = this.#wrapped(image);
    this.#prepareYuv();
    const status = await this.#scaler.scaleFrame(this.#yuv, rgb);
    rgb.free();
    checkAv(this.#av, status, 'Expected to convert an image to YUV');
    this.#yuv.pts = this.#pts++;
  }

  async encode(): Promise<void> {
    checkAv(this.#av, await this.#output.encoder.sendFrame(this.#yuv), `Expected to encode frame ${this.#pts}`);
    await this.#writePackets();
  }

  async finish(): Promise<void> {
    const { encoder, format } = this.#output;
    await encoder.sendFrame(null);
    await this.#writePackets();
    this.#checkWrite(await format.writeTrailer());
    await this.release();
  }

  async release(): Promise<void> {
    this.#scaler.freeContext();
    this.#packet.free();
    this.#yuv.free();
    this.#output.encoder.freeContext();
    await this.#output.format.closeOutput();
  }

  async #writePackets(): Promise<void> {
    const { encoder, format, stream } = this.#output;
    for (;;) {
      const status = await encoder.receivePacket(this.#packet);
      if (status === this.#av.again || status === this.#av.eof) return;
      checkAv(this.#av, status, `Expected a packet for ${this.#file.target}`);
      this.#packet.streamIndex = stream.index;
      this.#packet.duration = 1n;
      this.#packet.rescaleTs(encoder.timeBase, stream.timeBase);
      this.#checkWrite(await format.interleavedWriteFrame(this.#packet));
    }
  }

  #checkWrite(status: number): void {
    if (status < 0) throw notWritable(this.#file.target, new Error(this.#av.FFmpegError.strerror(status)));
  }

  /** An FFmpeg frame over the pixels of the image, padded to even size where needed. */
  #wrapped(image: RgbImage): AvFrame {
    const { AV_PIX_FMT_RGB24, AVCOL_SPC_RGB, AVCOL_RANGE_JPEG } = this.#av.constants;
    const { width, height, data } = evenImage(image);
    const bytes = withPadding(data);
    const frame = this.#av.Frame.fromVideoBuffer(bytes, { width, height, format: AV_PIX_FMT_RGB24 });
    frame.colorSpace = AVCOL_SPC_RGB;
    frame.colorRange = AVCOL_RANGE_JPEG;
    return frame;
  }

  /** The encoder may still read the last picture: then this one needs memory of its own. */
  #prepareYuv(): void {
    if (this.#yuv.data && this.#yuv.isWritable) return;
    const { AV_PIX_FMT_YUV420P, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG } = this.#av.constants;
    this.#yuv.unref();
    this.#yuv.width = even(this.#options.width);
    this.#yuv.height = even(this.#options.height);
    this.#yuv.format = AV_PIX_FMT_YUV420P;
    this.#yuv.colorSpace = AVCOL_SPC_BT709;
    this.#yuv.colorRange = AVCOL_RANGE_MPEG;
    checkAv(this.#av, this.#yuv.getBuffer(), 'Expected memory for a picture');
  }
}

/** swscale may read past the last pixel: memory that ends there is copied to where it may. */
function withPadding(data: Uint8Array): Buffer {
  const spare = data.buffer.byteLength - data.byteOffset - data.byteLength;
  if (spare >= paddingBytes) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const copy = Buffer.alloc(data.byteLength + paddingBytes);
  copy.set(data);
  return copy.subarray(0, data.byteLength);
}
