import type { Readable } from 'node:stream';

/** Reads exact numbers of bytes from a stream, which waits while nobody asks. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Whether at least one more byte comes. */
  async more(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return false;
      this.#chunk = next.value;
    }
    return true;
  }

  /** Copies the next `count` bytes into `target`, or drops them without one; returns how many came before the end. */
  async read(count: number, target?: Buffer): Promise<number> {
    let done = 0;
    while (done < count && (await this.more())) {
      const piece = this.#chunk.subarray(0, count - done);
      target?.set(piece, done);
      done += piece.length;
      this.#chunk = this.#chunk.subarray(piece.length);
    }
    return done;
  }
}
