import { FairmotError, type RgbImage } from '@trt-fairmot/fairmot-postprocess';
import { evenImage } from './even-image.js';
import { reasonIn } from './ffprobe.js';
import { rationalFromFrameRate } from './frame-rate.js';
import { notWritable, type OutputFile } from './output-file.js';
import { type Program, programOutput, startedFfmpeg } from './programs.js';
import type { VideoBackendSink } from './video-sink.js';
import {
  bitRateOf,
  type Container,
  encoderOptions,
  even,
  muxerOptions,
  type VideoSinkOptions,
} from './video-sink-options.js';

/** Encodes with the ffmpeg program: RGB frames through a pipe. */
export class FfmpegSink implements VideoBackendSink {
  readonly #file: OutputFile;
  readonly #program: Program;
  #sent: Promise<void> = Promise.resolve();

  private constructor(file: OutputFile, program: Program) {
    this.#file = file;
    this.#program = program;
    program.child.stdin?.on('error', () => {}); // told by write()
  }

  static async open(file: OutputFile, container: Container, options: VideoSinkOptions): Promise<FfmpegSink> {
    const encoder = await availableEncoder(container);
    const { num, den } = rationalFromFrameRate(options.frameRate);
    const settings = { ...encoderOptions(encoder, options), ...muxerOptions(container, file.direct) };
    const quality = 'crf' in settings ? [] : ['-b:v', String(bitRateOf(options))];
    const args = [
      '-xerror', // else a failed write can end with exit code 0
      ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${even(options.width)}x${even(options.height)}`],
      ...['-r', `${num}/${den}`, '-i', 'pipe:0', '-an', '-c:v', encoder, '-threads', String(options.threads ?? 1)],
      ...['-vf', 'scale=flags=bicubic:out_color_matrix=bt709:out_range=tv,format=yuv420p'],
      ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
      ...['-g', String(Math.max(1, Math.round(options.frameRate * 5))), ...quality],
      ...Object.entries(settings).flatMap(([key, value]) => [`-${key === 'b' ? 'b:v' : key}`, value]),
      ...['-f', container.muxer, '-y', file.path === 'pipe:1' ? file.path : `file:${file.path}`],
    ];
    const stdout = file.path === 'pipe:1' ? 'inherit' : 'ignore';
    return new FfmpegSink(file, startedFfmpeg(args, ['pipe', stdout, 'pipe']));
  }

  /** Hands the pixels to the pipe; they must not change before `encode` resolves, so they are copied. */
  async take(image: RgbImage): Promise<void> {
    const { data } = evenImage(image);
    const bytes = Buffer.from(data);
    this.#sent = new Promise((resolve, reject) => {
      this.#program.child.stdin?.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
    this.#sent.catch(() => {});
  }

  async encode(): Promise<void> {
    try {
      await this.#sent;
    } catch (error) {
      await this.#program.ended;
      throw this.#failure(error);
    }
  }

  async finish(): Promise<void> {
    this.#program.child.stdin?.end();
    const code = await this.#program.ended;
    if (code !== 0) throw this.#failure(new Error(`exit code ${code}`));
  }

  async release(): Promise<void> {
    this.#program.child.kill('SIGKILL');
    await this.#program.ended;
  }

  #failure(cause: unknown): FairmotError {
    const { complaints } = this.#program;
    const telling = complaints.find((line) => /no space left|permission denied|broken pipe/i.test(line));
    const complaint = telling ?? complaints[0];
    return notWritable(this.#file.target, complaint ? new Error(reasonIn(complaint)) : cause);
  }
}

async function availableEncoder(container: Container): Promise<string> {
  const listed = (await programOutput('ffmpeg', '-hide_banner', '-encoders')) ?? '';
  const names = new Set([...listed.matchAll(/^ V\S* (\S+)/gm)].map((match) => match[1]));
  const encoder = container.encoders.find((name) => names.has(name));
  if (encoder) return encoder;
  throw new FairmotError(
    `Expected a video encoder for ${container.muxer} but received an FFmpeg with none of ${container.encoders.join(', ')}`,
    {
      kind: 'environment',
      hint: 'install an ffmpeg with libx264',
    },
  );
}
