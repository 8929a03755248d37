// The detector's two kernels on buffers of one's own: for other pipelines, and for tests against their TypeScript twins.
import { FairmotError, type Letterbox } from '@trt-fairmot/fairmot-postprocess';
import type { DeviceBuffer } from './device-buffer.js';
import { geometryFromLetterbox, type PixelFormat } from './letterbox-plan.js';
import type { Handle, NativeAddon, NativeDetections, NativeHead } from './native-addon.js';
import { NativeObject } from './native-object.js';
import { requireWhole } from './requirements.js';
import type { Stream } from './stream.js';

/** Where element [channel, row, column] of a tensor lies: channel * channelStride + (row * width + column) * pixelStride. */
export interface ElementLayout {
  readonly dtype: 'float32' | 'float16';
  /** In elements. Default height * width: channels first. */
  readonly channelStride?: number;
  /** In elements. Default 1. */
  readonly pixelStride?: number;
}

/**
 * FairMOT's letterbox on the GPU, the twin of `tensorFromImage`: same resizing, same rounding to 8 bit, same border.
 *
 * @example
 * const kernel = await LetterboxKernel.create(stream, letterboxFromSize(frame, { width: 1088, height: 608 }), 'rgb');
 * await kernel.launch(stream, frameBuffer, inputBuffer, { dtype: 'float16' });
 */
export class LetterboxKernel extends NativeObject {
  readonly letterbox: Letterbox;
  readonly format: PixelFormat;

  private constructor(addon: NativeAddon, handle: Handle, letterbox: Letterbox, format: PixelFormat) {
    super(addon, handle);
    this.letterbox = letterbox;
    this.format = format;
  }

  static async create(stream: Stream, letterbox: Letterbox, format: PixelFormat): Promise<LetterboxKernel> {
    const handle = await stream.addon.tablesCreate(stream.handle, geometryFromLetterbox(letterbox, format));
    return new LetterboxKernel(stream.addon, handle, letterbox, format);
  }

  /** Submits the kernel. @param out [3, H, W] RGB, 0 to 1, in the layout asked for */
  launch(stream: Stream, frame: DeviceBuffer, out: DeviceBuffer, layout: ElementLayout): Promise<void> {
    const { width, height } = this.letterbox.input;
    const { dtype, channelStride = width * height, pixelStride = 1 } = layout;
    const options = { width, height, dtype, channelStride, pixelStride };
    return this.addon.letterboxLaunch(stream.handle, this.handle, frame.handle, out.handle, options);
  }
}

/** A head of the network in device memory. */
export interface DeviceHead extends ElementLayout {
  readonly buffer: DeviceBuffer;
  readonly channels: number;
}

/** What `DecodeKernel.create` takes; the heads are those of `detectionsFromHeads`. */
export interface DecodeKernelOptions {
  readonly hm: DeviceHead;
  readonly wh: DeviceHead;
  readonly reg?: DeviceHead;
  readonly id?: DeviceHead;
  /** Of the maps, in cells. */
  readonly width: number;
  readonly height: number;
  /** 1 to 1000. Default 500. */
  readonly topK?: number;
  /** Only scores strictly above. Default 0. */
  readonly confidence?: number;
}

/** Detections of a `DecodeKernel`, in pixels of the network's input. */
export type DecodedRows = NativeDetections;

/**
 * FairMOT's decoding on the GPU, the twin of `detectionsFromHeads`.
 *
 * @example
 * const kernel = await DecodeKernel.create(stream, { hm, wh, reg, id, width: 272, height: 152 });
 * await kernel.launch(stream);
 * await stream.synchronize();
 * const { count, boxes, scores } = kernel.results();
 */
export class DecodeKernel extends NativeObject {
  private constructor(addon: NativeAddon, handle: Handle) {
    super(addon, handle);
  }

  static async create(stream: Stream, options: DecodeKernelOptions): Promise<DecodeKernel> {
    const { width, height, topK = 500, confidence = 0 } = options;
    requireWhole(width, 1, 'width');
    requireWhole(height, 1, 'height');
    requireWhole(topK, 1, 'topK', 1000);
    if (Number.isNaN(confidence)) throw new FairmotError('Expected confidence to be a number but received NaN');
    const headOf = (
      { buffer, channels, dtype, channelStride = width * height, pixelStride = 1 }: DeviceHead,
      name: string,
    ) => ({ name, buffer: buffer.handle, channels, dtype, channelStride, pixelStride }) satisfies NativeHead;
    const native = {
      hm: headOf(options.hm, 'hm'),
      wh: headOf(options.wh, 'wh'),
      reg: options.reg ? headOf(options.reg, 'reg') : null,
      id: options.id ? headOf(options.id, 'id') : null,
      width,
      height,
      topK,
      threshold: Math.fround(confidence),
      scale: 4,
    };
    return new DecodeKernel(stream.addon, await stream.addon.decodePrepare(stream.handle, native));
  }

  /** Submits the kernels; call it again after the heads have changed. */
  launch(stream: Stream): Promise<void> {
    return this.addon.decodeLaunch(stream.handle, this.handle);
  }

  /** Copies of the rows of the last launch; synchronise the stream first. */
  results(): DecodedRows {
    return this.addon.decodeResults(this.handle);
  }
}
