import type { Handle, NativeAddon } from './native-addon.js';
import { NativeObject } from './native-object.js';
import type { Stream } from './stream.js';

/** Work recorded by `Stream.capture`: one launch instead of hundreds. It uses the buffers it was recorded with. */
export class CudaGraph extends NativeObject {
  /** Kernels, copies and the like. */
  readonly nodeCount: number;

  /** @internal */
  constructor(addon: NativeAddon, handle: Handle) {
    super(addon, handle);
    this.nodeCount = addon.graphNodeCount(handle);
  }

  /** Submits the recorded work. */
  launch(stream: Stream): Promise<void> {
    return this.addon.graphLaunch(this.handle, stream.handle);
  }
}
