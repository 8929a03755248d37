import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { CodecContext, FormatContext, InputFormat, Stream } from 'node-av/lib';
import type { Address } from './address.js';
import { hintForUnreadable } from './ffprobe.js';
import { type Av, checkAv } from './node-av.js';

/** An opened container with its decoder for the best video stream. */
export interface AvInput {
  readonly format: FormatContext;
  readonly stream: Stream;
  readonly decoder: CodecContext;
}

export interface AvInputOptions {
  /** What the user called the source. */
  readonly name: string;
  readonly threads: number;
  /** Breaks off an opening that hangs. */
  readonly signal?: AbortSignal | undefined;
}

/** Opens container and decoder. */
export async function openAvInput(
  av: Av,
  address: Address,
  { name, threads, signal }: AvInputOptions,
): Promise<AvInput> {
  const demuxer = demuxerFor(av, address);
  const format = new av.FormatContext();
  format.allocContext(); // else interrupt() has no effect while it opens
  const interrupt = () => format.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    const settings = av.Dictionary.fromObject({ ...address.options, ...address.libraryOptions });
    const status = await format.openInput(address.url, demuxer, settings);
    checkAv(av, status, `Expected a video in ${name}`, hintForUnreadable(name));
    checkAv(av, await format.findStreamInfo(null), `Expected readable streams in ${name}`);
    const stream = videoStream(av, format, name);
    return { format, stream, decoder: await openDecoder(av, stream, name, threads) };
  } catch (error) {
    await format.closeInput();
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
}

function demuxerFor(av: Av, { format }: Address): InputFormat | null {
  const demuxer = format === undefined ? null : av.InputFormat.findInputFormat(format);
  if (format === undefined || demuxer) return demuxer;
  throw new FairmotError(`Expected FFmpeg to know the input device ${format} but received a build without it`, {
    kind: 'environment',
    hint: "put another ffmpeg on the PATH and choose the backend 'ffmpeg'",
  });
}

function videoStream(av: Av, format: FormatContext, name: string): Stream {
  const { AVMEDIA_TYPE_VIDEO, AV_DISPOSITION_ATTACHED_PIC } = av.constants;
  const best = format.findBestStream(AVMEDIA_TYPE_VIDEO, -1, -1, true);
  const stream = format.streams[best.streamIndex];
  if (stream && (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) === 0) return stream;
  const kinds = format.streams.map((each) => av.avGetMediaTypeString(each.codecpar.codecType) ?? 'unknown');
  throw new FairmotError(
    `Expected a video stream in ${name} but received ${kinds.length === 0 ? 'no streams' : kinds.join(', ')} only`,
  );
}

async function openDecoder(av: Av, stream: Stream, name: string, threads: number): Promise<CodecContext> {
  const codec = av.Codec.findDecoder(stream.codecpar.codecId);
  if (!codec) {
    const codecName = av.avGetCodecName(stream.codecpar.codecId) ?? 'unknown';
    throw new FairmotError(`Expected a decoder for ${codecName} in ${name} but received an FFmpeg without one`, {
      kind: 'environment',
    });
  }
  const decoder = new av.CodecContext();
  decoder.allocContext3(codec);
  checkAv(av, decoder.parametersToContext(stream.codecpar), `Expected valid stream parameters in ${name}`);
  decoder.pktTimebase = stream.timeBase;
  decoder.threadCount = threads;
  checkAv(av, await decoder.open2(codec, null), `Expected to open the ${codec.name} decoder for ${name}`);
  return decoder;
}
