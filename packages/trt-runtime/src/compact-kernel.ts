// The kernel behind networks that decode themselves, on buffers of one's own.
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { DeviceBuffer } from './device-buffer.js';
import type { DecodedRows } from './kernels.js';
import type { Handle, NativeAddon } from './native-addon.js';
import { NativeObject } from './native-object.js';
import { requireWhole } from './requirements.js';
import type { Stream } from './stream.js';

/** Outputs of a network exported with `--outputs detections`, in device memory, best first within each image. */
export interface CompactKernelOptions {
  /** float32 [batch, topK, 4] */
  readonly boxes: DeviceBuffer;
  /** float32 [batch, topK] */
  readonly scores: DeviceBuffer;
  /** [batch, topK]; left out: class 0. */
  readonly classes?: DeviceBuffer;
  /** Default int32. */
  readonly classType?: 'int32' | 'int64';
  /** float32 [batch, topK, embeddingSize] */
  readonly embeddings: DeviceBuffer;
  readonly embeddingSize: number;
  /** Default 1. */
  readonly batch?: number;
  /** 1 to 1000. */
  readonly topK: number;
  /** Only scores strictly above. Default 0. */
  readonly confidence?: number;
}

/**
 * Keeps the rows above a confidence of a whole batch, in one launch, and writes them to host memory.
 *
 * @example
 * const kernel = await CompactKernel.create(stream, { boxes, scores, embeddings, embeddingSize: 128, topK: 500, batch: 8 });
 * await kernel.launch(stream);
 * await stream.synchronize();
 * const { count, boxes } = kernel.results(7);
 */
export class CompactKernel extends NativeObject {
  private constructor(addon: NativeAddon, handle: Handle) {
    super(addon, handle);
  }

  static async create(stream: Stream, options: CompactKernelOptions): Promise<CompactKernel> {
    const { batch = 1, topK, confidence = 0, embeddingSize, classType = 'int32' } = options;
    requireWhole(batch, 1, 'batch');
    requireWhole(topK, 1, 'topK', 1000);
    requireWhole(embeddingSize, 0, 'embeddingSize');
    if (Number.isNaN(confidence)) throw new FairmotError('Expected confidence to be a number but received NaN');
    const handle = await stream.addon.compactPrepare(stream.handle, {
      boxes: options.boxes.handle,
      scores: options.scores.handle,
      classes: options.classes?.handle ?? null,
      classes64: classType === 'int64',
      embeddings: options.embeddings.handle,
      embeddingSize,
      batch,
      topK,
      threshold: Math.fround(confidence),
    });
    return new CompactKernel(stream.addon, handle);
  }

  /** Submits the kernel; call it again after the outputs have changed. */
  launch(stream: Stream): Promise<void> {
    return this.addon.compactLaunch(stream.handle, this.handle);
  }

  /** Copies of an image's rows in the last launch; synchronise the stream first. */
  results(image = 0): DecodedRows {
    return this.addon.compactResults(this.handle, image);
  }
}
