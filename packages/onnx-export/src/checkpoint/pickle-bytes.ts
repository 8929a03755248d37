/** The pickle ends before its STOP; a reader that holds only the front of a file may fetch more and start again. */
export class PickleEnd extends Error {}

/** A cursor over the bytes of a pickle. */
export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Index of the next byte. */
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
  }

  /** Moves past `length` bytes and returns where they began. */
  #advance(length: number): number {
    const start = this.position;
    if (length > this.#bytes.length - start) throw new PickleEnd();
    this.position = start + length;
    return start;
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A 64-bit length; beyond 2^53 it is beyond any file as well. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** BINFLOAT is big-endian. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** A two's complement integer of any length, least significant byte first. */
  long(length: number): number | bigint {
    const bytes = this.take(length);
    if (length === 0) return 0;
    const hex = Buffer.from(bytes).reverse().toString('hex');
    const value = BigInt.asIntN(length * 8, BigInt(`0x${hex}`));
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : value;
  }

  utf8(length: number): string {
    return Buffer.from(this.take(length)).toString('utf8');
  }

  latin1(length: number): string {
    return Buffer.from(this.take(length)).toString('latin1');
  }

  /** Text up to the next newline, which is left out. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.position);
    if (end < 0) throw new PickleEnd();
    const text = this.utf8(end - this.position);
    this.position = end + 1;
    return text;
  }
}
