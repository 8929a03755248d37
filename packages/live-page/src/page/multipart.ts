/** One part of a multipart/x-mixed-replace answer; header names are in lower case. */
export interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

const mostHeaderBytes = 8192;
const decoder = new TextDecoder('latin1');

/** Cuts the bytes of a multipart answer, whatever the pieces they come in, into parts. Every part must say its Content-Length. */
export class PartReader {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  /**
   * Takes a piece; returns the parts that are complete now.
   *
   * @throws Error where the bytes are no such answer
   */
  push(piece: Uint8Array): Part[] {
    const joined = new Uint8Array(this.#bytes.length + piece.length);
    joined.set(this.#bytes);
    joined.set(piece, this.#bytes.length);
    const parts: Part[] = [];
    let from = 0;
    for (;;) {
      const end = endOfHeaders(joined, from);
      if (end < 0) break;
      const headers = headersFrom(decoder.decode(joined.subarray(from, end)));
      const length = Number(headers.get('content-length') ?? Number.NaN);
      if (!Number.isInteger(length) || length < 0)
        throw new Error('Expected parts with a Content-Length but received one without');
      if (joined.length < end + length) break;
      parts.push({ headers, body: joined.slice(end, end + length) });
      from = end + length;
    }
    this.#bytes = joined.slice(from);
    return parts;
  }
}

/** Position after the empty line; -1 where it has not come yet. */
function endOfHeaders(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 3 < bytes.length; at++) {
    if (bytes[at] === 13 && bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at + 4;
    if (at - from > mostHeaderBytes)
      throw new Error(`Expected headers of at most ${mostHeaderBytes} bytes but received more`);
  }
  return -1;
}

/** `name: value` lines; the boundary before them has no colon. */
function headersFrom(text: string): Map<string, string> {
  const lines = text.split('\r\n').map((line) => /^([^:\s]+):\s*(.*)$/.exec(line));
  return new Map(lines.flatMap((match) => (match ? [[(match[1] as string).toLowerCase(), match[2] as string]] : [])));
}
