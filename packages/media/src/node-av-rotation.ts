import type { Frame as AvFrame, FilterContext, FilterGraph, Stream } from 'node-av/lib';
import { type Av, checkAv } from './node-av.js';

/**
 * FFmpeg filters that bring a picture upright, from the display matrix of its stream (ISO 14496-12, 3x3 fixed point, row vectors
 * x' = a x + c y, y' = b x + d y); null where it is upright. Only multiples of 90 degrees and mirrors are undone.
 */
export function filtersFromDisplayMatrix(matrix: Uint8Array | null): string | null {
  if (!matrix || matrix.byteLength < 36) return null;
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  const at = (i: number) => view.getInt32(i * 4, true);
  const [a, b, c, d] = [at(0), at(1), at(3), at(4)];
  const transposed = Math.abs(b) + Math.abs(c) > Math.abs(a) + Math.abs(d);
  const [alongX, alongY] = transposed ? [c, b] : [a, d];
  const filters = [
    ...(transposed ? ['transpose=cclock_flip'] : []), // a plain transposition
    ...(alongX < 0 ? ['hflip'] : []),
    ...(alongY < 0 ? ['vflip'] : []),
  ];
  return filters.length > 0 ? filters.join(',') : null;
}

/** A filter graph that turns the pictures of a stream upright. */
export class NodeAvRotation {
  readonly upright: AvFrame;
  readonly #av: Av;
  readonly #graph: FilterGraph;
  readonly #source: FilterContext;
  readonly #sink: FilterContext;

  private constructor(av: Av, graph: FilterGraph, source: FilterContext, sink: FilterContext) {
    this.#av = av;
    this.#graph = graph;
    this.#source = source;
    this.#sink = sink;
    this.upright = new av.Frame();
    this.upright.alloc();
  }

  /** For pictures like `picture`; null where the stream needs no turning. */
  static async open(av: Av, stream: Stream, picture: AvFrame): Promise<NodeAvRotation | null> {
    const filters = filtersFromDisplayMatrix(stream.codecpar.getCodedSideData(av.constants.AV_PKT_DATA_DISPLAYMATRIX));
    if (!filters) return null;
    const graph = new av.FilterGraph();
    graph.alloc();
    const { num, den } = stream.timeBase;
    const input = [
      `video_size=${picture.width}x${picture.height}`,
      `pix_fmt=${picture.format}`,
      `time_base=${num}/${den}`,
      `colorspace=${picture.colorSpace}`,
      `range=${picture.colorRange}`,
    ].join(':');
    checkAv(av, graph.parsePtr(`buffer@in=${input},${filters},buffersink@out`), 'Expected a filter graph for rotation');
    checkAv(av, await graph.config(), 'Expected a filter graph for rotation');
    const source = graph.getFilter('buffer@in');
    const sink = graph.getFilter('buffersink@out');
    if (!source || !sink) throw new Error('Expected both ends of the rotation graph but received none');
    return new NodeAvRotation(av, graph, source, sink);
  }

  /** Turns `picture` into `upright`. */
  async turn(picture: AvFrame): Promise<void> {
    this.upright.unref();
    const keep = this.#av.constants.AV_BUFFERSRC_FLAG_KEEP_REF;
    checkAv(this.#av, await this.#source.buffersrcAddFrame(picture, keep), 'Expected to turn a picture upright');
    checkAv(this.#av, await this.#sink.buffersinkGetFrame(this.upright), 'Expected a picture turned upright');
  }

  close(): void {
    this.upright.free();
    this.#graph.free();
  }
}
