import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { rationalFromFrameRate } from './frame-rate.js';
import { evenImage } from './node-av-sink.js';
import { notWritable, type OutputFile } from './output-file.js';
import type { RgbImage } from './types.js';
import type { VideoBackendSink } from './video-sink.js';
import type { Container, VideoSinkOptions } from './video-sink-options.js';

export class FfmpegSink implements VideoBackendSink {
  static async open(_file: OutputFile, _container: Container, _options: VideoSinkOptions): Promise<FfmpegSink> {
    throw new FairmotError('to come');
  }
  async take(_image: RgbImage): Promise<void> {}
  async encode(): Promise<void> {}
  async finish(): Promise<void> {}
  async release(): Promise<void> {}
}
void [spawn, once, rationalFromFrameRate, evenImage, notWritable];

export type { ChildProcess };
