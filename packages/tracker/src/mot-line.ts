import type { Track } from './track.js';

/** How `motLine` writes. */
export interface MotLineOptions {
  /** Whether the seventh column is the track's score, or 1 as FairMOT writes it. Default false. */
  readonly score?: boolean;
}

/**
 * A track as a line of a MOTChallenge result file, without the line's end: `frame,id,x,y,width,height,1,-1,-1,-1`.
 *
 * @param frame number of the frame, from 1
 * @example
 * motLine(7, { id: 3, box: [10, 20.5, 30, 60], score: 0.8 }); // '7,3,10,20.5,30,60,1,-1,-1,-1'
 */
export function motLine(
  frame: number,
  track: Pick<Track, 'id' | 'box' | 'score'>,
  options: MotLineOptions = {},
): string {
  return `${frame},${track.id},${track.box.join(',')},${options.score ? track.score : 1},-1,-1,-1`;
}
