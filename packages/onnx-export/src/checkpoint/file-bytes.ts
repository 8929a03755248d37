import { type FileHandle, open, stat } from 'node:fs/promises';
import { FairmotError } from '../error.js';

const largestRead = 2 ** 30;

/** Random access to the bytes of a regular file; nothing is read before it is asked for. */
export class FileBytes {
  readonly path: string;
  /** Length of the file in bytes when it was opened. */
  readonly size: number;
  #handle: FileHandle | undefined;

  private constructor(path: string, size: number, handle: FileHandle) {
    this.path = path;
    this.size = size;
    this.#handle = handle;
  }

  /** Opens a regular file for reading; what is missing, a folder, a pipe or a device is refused. */
  static async open(path: string): Promise<FileBytes> {
    try {
      const found = await stat(path);
      if (!found.isFile()) throw notAFile(path, found.isDirectory() ? 'a folder' : 'a pipe or device');
      return new FileBytes(path, found.size, await open(path, 'r'));
    } catch (cause) {
      throw cause instanceof FairmotError ? cause : unreadable(path, cause);
    }
  }

  /**
   * Bytes `offset` to `offset + length` in a buffer of their own (so typed arrays of any width may lie over it).
   * @param what names the part for the error where the file ends too early
   */
  async read(offset: number, length: number, what: string): Promise<Uint8Array<ArrayBuffer>> {
    if (offset < 0 || length < 0 || offset + length > this.size) throw this.#tooShort(offset, length, what);
    if (length > largestRead) {
      throw new FairmotError(`Expected ${what} of ${this.path} to take at most 1 GiB but received ${length} bytes`, {
        hint: 'this is no FairMOT checkpoint: its largest tensor takes 9 MB',
      });
    }
    const handle = this.#handle;
    if (!handle)
      throw new FairmotError(`Expected ${this.path} to be open but received a read after close()`, { kind: 'usage' });
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done).catch((cause) => {
        throw unreadable(this.path, cause);
      });
      if (bytesRead === 0) throw this.#tooShort(offset, length, what);
      done += bytesRead;
    }
    return bytes;
  }

  /** Closes the file; a second call does nothing. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  #tooShort(offset: number, length: number, what: string): FairmotError {
    return new FairmotError(
      `Expected ${what} at bytes ${offset} to ${offset + length} but received a file of ${this.size} bytes: ${this.path}`,
      { hint: 'the file is truncated or damaged: download or copy it again and compare its size with the source' },
    );
  }
}

function notAFile(path: string, what: string): FairmotError {
  return new FairmotError(`Expected a checkpoint file but received ${what}: ${path}`, {
    hint: 'name the .pth file itself',
  });
}

function unreadable(path: string, cause: unknown): FairmotError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'an error';
  const what = code === 'ENOENT' || code === 'ENOTDIR' ? 'no such file' : code;
  return new FairmotError(`Expected a readable checkpoint file but received ${what}: ${path}`, {
    hint: what === 'no such file' ? 'check the path' : 'check the permissions of the file',
    cause,
  });
}
