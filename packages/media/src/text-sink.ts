import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { notWritable, type OutputFile, openOutputFile } from './output-file.js';

/** Takes text piece by piece. */
export interface TextSink {
  /** Resolves when more may be written. */
  write(text: string): Promise<void>;
  /** Finishes the file and gives it its name. */
  close(): Promise<void>;
  /** Drops what was written. */
  abort(): Promise<void>;
}

/**
 * Writes UTF-8 text under a temporary name beside `path`, renamed on `close()`; a FIFO, a device or '-' (standard output) is written
 * directly. Folders are created.
 *
 * @throws FairmotError where the file exists and `overwrite` is not set, or cannot be written.
 * @example
 * const sink = await openTextSink('out/tracks.txt', { overwrite: true });
 * await sink.write('1,1,10,20,30,40,1,-1,-1,-1\n');
 * await sink.close();
 */
export async function openTextSink(path: string, options: { readonly overwrite?: boolean } = {}): Promise<TextSink> {
  const file = await openOutputFile(path, options.overwrite ?? false);
  if (path === '-') return new FileTextSink(file, process.stdout);
  const stream = createWriteStream(file.path);
  try {
    await once(stream, 'open');
  } catch (error) {
    throw notWritable(path, error);
  }
  return new FileTextSink(file, stream);
}

class FileTextSink implements TextSink {
  readonly #file: OutputFile;
  readonly #stream: WriteStream | NodeJS.WriteStream;
  #failure: unknown = null;
  #closed = false;
  #waiting: (() => void)[] = [];

  constructor(file: OutputFile, stream: WriteStream | NodeJS.WriteStream) {
    this.#file = file;
    this.#stream = stream;
    stream.on('error', this.#fail).on('drain', this.#go).on('close', this.#go);
  }

  #fail = (error: unknown): void => {
    this.#failure ??= error;
    this.#go();
  };

  #go = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  };

  async write(text: string): Promise<void> {
    this.#throwIfFailed();
    if (this.#closed) throw new Error(`Expected an open sink but received ${this.#file.target}, which is closed`);
    if (!this.#stream.write(text)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#throwIfFailed();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#end();
    try {
      this.#throwIfFailed();
      await this.#file.commit();
    } catch (error) {
      await this.#file.discard();
      throw error;
    }
  }

  async abort(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#end();
    await this.#file.discard();
  }

  /** Everything handed to the system; standard output stays open. */
  async #end(): Promise<void> {
    if (!this.#failure) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        if (this.#stream === process.stdout) this.#stream.write('', () => this.#go());
        else this.#stream.end(this.#go);
      });
    }
    this.#stream.off('error', this.#fail).off('drain', this.#go).off('close', this.#go);
    this.#stream.on('error', () => {});
  }

  #throwIfFailed(): void {
    if (this.#failure) throw notWritable(this.#file.target, this.#failure);
  }
}
