import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { nodeAvProblem } from './node-av.js';
import { programVersion } from './programs.js';
import type { Backend } from './types.js';

const installHint =
  'npm install node-av, or put ffmpeg and ffprobe on the PATH (apt-get install ffmpeg, brew install ffmpeg, winget install ffmpeg)';

/**
 * The backend to use: the named one, or for 'auto' node-av and else ffmpeg.
 *
 * @throws FairmotError kind 'environment' where it cannot be used here.
 */
export async function chosenBackend(wanted: Backend | 'auto'): Promise<Backend> {
  const problem = wanted === 'ffmpeg' ? null : await nodeAvProblem();
  if (wanted !== 'ffmpeg' && problem === null) return 'node-av';
  if (wanted === 'node-av') {
    throw new FairmotError(`Expected the package node-av but received: ${problem}`, {
      kind: 'environment',
      hint: installHint,
    });
  }
  if ((await programVersion('ffmpeg')) && (await programVersion('ffprobe'))) return 'ffmpeg';
  const missing = wanted === 'ffmpeg' ? 'ffmpeg and ffprobe on the PATH' : 'node-av or ffmpeg';
  throw new FairmotError(`Expected ${missing} for video but received none`, { kind: 'environment', hint: installHint });
}
