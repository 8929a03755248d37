import type { Handle, NativeAddon } from './native-addon.js';

/** What every object over a native resource can do: be closed, once or more often, and say so. */
export abstract class NativeObject {
  /** @internal */
  readonly addon: NativeAddon;
  /** @internal */
  readonly handle: Handle;
  #closed: Promise<void> | undefined;

  /** @internal */
  protected constructor(addon: NativeAddon, handle: Handle) {
    this.addon = addon;
    this.handle = handle;
  }

  /** Whether `close` was called. */
  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /**
   * Ends the use of this object. Work submitted before goes on and keeps what it needs; the promise is fulfilled when this object's
   * share of the memory is given back. Calls after it throw. Objects that are not closed are closed when garbage is collected.
   */
  close(): Promise<void> {
    this.#closed ??= this.addon.closeHandle(this.handle);
    return this.#closed;
  }

  /** For `using`: closes without waiting. */
  [Symbol.dispose](): void {
    void this.close();
  }

  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
