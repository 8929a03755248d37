// A small pickle writer, independent of the reader under test: protocol 2 or 4, as Python's own pickler would write.

/** A Python object to write. Lists are arrays; the other shapes say what they are. */
export type Python =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Python[]
  | { readonly float: number }
  | { readonly tuple: readonly Python[] }
  | { readonly dict: readonly (readonly [Python, Python])[] }
  | { readonly set: readonly Python[] }
  | { readonly global: readonly [string, string] }
  | { readonly call: readonly [Python, readonly Python[]] }
  | { readonly state: readonly [Python, Python] }
  | { readonly persistent: Python };

/** The pickle of a value. Every text is memoised, and fetched where it comes again. */
export function pickled(value: Python, protocol: 2 | 4 = 2): Uint8Array {
  const writer = new Writer(protocol);
  writer.write(value);
  return Uint8Array.from([0x80, protocol, ...writer.bytes, 0x2e]);
}

class Writer {
  readonly bytes: number[] = [];
  readonly #memo = new Map<string, number>();
  readonly #protocol: 2 | 4;

  constructor(protocol: 2 | 4) {
    this.#protocol = protocol;
  }

  write(value: Python): void {
    if (value === null) this.bytes.push(0x4e);
    else if (typeof value === 'boolean') this.bytes.push(value ? 0x88 : 0x89);
    else if (typeof value === 'number' || typeof value === 'bigint') this.#integer(BigInt(value));
    else if (typeof value === 'string') this.#text(value);
    else if (value instanceof Uint8Array) this.bytes.push(0x42, ...uint32(value.length), ...value);
    else if (Array.isArray(value)) this.#marked([0x5d], value, 0x65);
    else this.#shaped(value as Exclude<Python, readonly Python[]>);
  }

  #shaped(value: Exclude<Python, readonly Python[]>): void {
    if (value === null || typeof value !== 'object' || value instanceof Uint8Array) throw new Error('not a shape');
    if ('float' in value) this.bytes.push(0x47, ...float64(value.float));
    else if ('tuple' in value) this.#tuple(value.tuple);
    else if ('dict' in value) this.#marked([0x7d], value.dict.flat(), 0x75);
    else if ('set' in value) this.#marked([0x8f], value.set, 0x90);
    else if ('global' in value) this.#global(...value.global);
    else if ('call' in value) {
      this.write(value.call[0]);
      this.#tuple(value.call[1]);
      this.bytes.push(0x52);
    } else if ('state' in value) {
      this.write(value.state[0]);
      this.write(value.state[1]);
      this.bytes.push(0x62);
    } else if ('persistent' in value) {
      this.write(value.persistent);
      this.bytes.push(0x51);
    }
  }

  #marked(open: number[], values: readonly Python[], close: number): void {
    this.bytes.push(...open);
    if (values.length === 0) return;
    this.bytes.push(0x28);
    for (const value of values) this.write(value);
    this.bytes.push(close);
  }

  #tuple(values: readonly Python[]): void {
    const short = [0x29, 0x85, 0x86, 0x87][values.length];
    if (short === undefined) this.bytes.push(0x28);
    for (const value of values) this.write(value);
    this.bytes.push(short ?? 0x74);
  }

  #integer(value: bigint): void {
    if (value >= 0n && value < 256n) this.bytes.push(0x4b, Number(value));
    else if (value >= 0n && value < 65536n) this.bytes.push(0x4d, Number(value & 255n), Number(value >> 8n));
    else if (value >= -(2n ** 31n) && value < 2n ** 31n)
      this.bytes.push(0x4a, ...uint32(Number(BigInt.asUintN(32, value))));
    else {
      const raw: number[] = [];
      for (let rest = value; ; rest >>= 8n) {
        raw.push(Number(rest & 255n));
        if ((rest >= -128n && rest < 128n) || raw.length === 255) break;
      }
      this.bytes.push(0x8a, raw.length, ...raw);
    }
  }

  #text(value: string): void {
    const known = this.#memo.get(value);
    if (known !== undefined) {
      this.bytes.push(...(known < 256 ? [0x68, known] : [0x6a, ...uint32(known)]));
      return;
    }
    const utf8 = new TextEncoder().encode(value);
    if (this.#protocol === 4 && utf8.length < 256) this.bytes.push(0x8c, utf8.length, ...utf8);
    else this.bytes.push(0x58, ...uint32(utf8.length), ...utf8);
    const index = this.#memo.size;
    this.#memo.set(value, index);
    if (this.#protocol === 4) this.bytes.push(0x94);
    else this.bytes.push(...(index < 256 ? [0x71, index] : [0x72, ...uint32(index)]));
  }

  #global(module: string, name: string): void {
    if (this.#protocol === 4) {
      this.#text(module);
      this.#text(name);
      this.bytes.push(0x93);
    } else this.bytes.push(0x63, ...new TextEncoder().encode(`${module}\n${name}\n`));
  }
}

function uint32(value: number): number[] {
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255];
}

function float64(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return new Uint8Array(view.buffer);
}
