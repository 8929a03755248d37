import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { Codec, CodecContext, FormatContext, Stream } from 'node-av/lib';
import { rationalFromFrameRate } from './frame-rate.js';
import { type Av, checkAv, encoderByName } from './node-av.js';
import { notWritable, type OutputFile } from './output-file.js';
import {
  bitRateOf,
  type Container,
  encoderOptions,
  even,
  muxerOptions,
  type VideoSinkOptions,
} from './video-sink-options.js';

export interface AvOutput {
  readonly format: FormatContext;
  readonly encoder: CodecContext;
  readonly stream: Stream;
}

/** Opens encoder and muxer and writes the header. */
export async function openAvOutput(
  av: Av,
  file: OutputFile,
  container: Container,
  options: VideoSinkOptions,
): Promise<AvOutput> {
  const format = new av.FormatContext();
  checkAv(av, format.allocOutputContext2(null, container.muxer, file.path), `Expected the muxer ${container.muxer}`);
  const globalHeader = format.oformat?.hasFlags(av.constants.AVFMT_GLOBALHEADER) ?? false;
  const { encoder, codec } = await openEncoder(av, container, options, globalHeader);
  const stream = format.newStream(codec);
  stream.timeBase = encoder.timeBase;
  stream.avgFrameRate = encoder.framerate;
  checkAv(av, stream.codecpar.fromContext(encoder), 'Expected encoder parameters');
  const opened = await format.openOutput();
  if (opened < 0) throw notWritable(file.target, new Error(av.FFmpegError.strerror(opened)));
  const muxing = av.Dictionary.fromObject(muxerOptions(container, file.direct));
  checkAv(av, await format.writeHeader(muxing), `Expected to begin ${file.target}`);
  return { format, encoder, stream };
}

async function openEncoder(
  av: Av,
  container: Container,
  options: VideoSinkOptions,
  globalHeader: boolean,
): Promise<{ encoder: CodecContext; codec: Codec }> {
  const failures: string[] = [];
  for (const name of container.encoders) {
    const codec = encoderByName(av, name);
    if (!codec) continue;
    const encoder = configuredEncoder(av, codec, options);
    if (globalHeader) encoder.setFlags(av.constants.AV_CODEC_FLAG_GLOBAL_HEADER);
    const status = await encoder.open2(codec, av.Dictionary.fromObject(encoderOptions(name, options)));
    if (status >= 0) return { encoder, codec };
    failures.push(`${name}: ${av.FFmpegError.strerror(status)}`);
    encoder.freeContext();
  }
  throw new FairmotError(
    `Expected a video encoder for ${container.muxer} but received ${failures.join('; ') || 'none in this FFmpeg'}`,
    { kind: 'environment', hint: `one of ${container.encoders.join(', ')} is needed` },
  );
}

function configuredEncoder(av: Av, codec: Codec, options: VideoSinkOptions): CodecContext {
  const { AV_PIX_FMT_YUV420P, AVCOL_SPC_BT709, AVCOL_PRI_BT709, AVCOL_TRC_BT709, AVCOL_RANGE_MPEG } = av.constants;
  const encoder = new av.CodecContext();
  encoder.allocContext3(codec);
  const { num, den } = rationalFromFrameRate(options.frameRate);
  encoder.width = even(options.width);
  encoder.height = even(options.height);
  encoder.timeBase = new av.Rational(den, num);
  encoder.framerate = new av.Rational(num, den);
  encoder.pixelFormat = AV_PIX_FMT_YUV420P;
  encoder.colorSpace = AVCOL_SPC_BT709;
  encoder.colorPrimaries = AVCOL_PRI_BT709;
  encoder.colorTrc = AVCOL_TRC_BT709;
  encoder.colorRange = AVCOL_RANGE_MPEG;
  encoder.gopSize = Math.max(1, Math.round(options.frameRate * 5));
  encoder.threadCount = options.threads ?? 1;
  if (codec.name !== 'libx264' && codec.name !== 'libvpx-vp9') encoder.bitRate = BigInt(bitRateOf(options));
  return encoder;
}
