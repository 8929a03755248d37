import { NodeAvReader } from './node-av-reader.js';
import { PictureSource } from './picture-source.js';
import type { FrameSource, SourceOptions } from './types.js';

/** Opens a source. */
export async function openSource(source: string, options: SourceOptions = {}): Promise<FrameSource> {
  const reader = await NodeAvReader.open({ url: source }, { ...options, kind: 'video', live: false, name: source });
  return PictureSource.open(reader, options, source);
}
