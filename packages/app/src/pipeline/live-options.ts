// What `track` and `serve` say of cameras and streams, as openSource wants it.
import type { SourceOptions } from '@trt-fairmot/media';

export interface LiveFlags {
  readonly reconnect: number;
  readonly cameraSize?: string | undefined;
}

export function liveOptions({ reconnect, cameraSize }: LiveFlags): Pick<SourceOptions, 'reconnect' | 'cameraSize'> {
  const [width, height] = cameraSize?.split('x').map(Number) ?? [];
  return { reconnect: { attempts: reconnect }, ...(width && height ? { cameraSize: { width, height } } : {}) };
}
