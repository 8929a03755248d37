/** A track in one frame, as a tracker's `update` gives it. */
export interface Track {
  /** From 1, never given to another object until `reset`. */
  readonly id: number;
  /** Left, top, width, height in pixels, smoothed by the Kalman filter; not clipped to the image. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
  /** Of the detection, 0 to 1; of the last one before it was lost, in the frame in which a track is found again. */
  readonly score: number;
  /** Row of its detection in the frame's input. */
  readonly detection: number;
  /** Motion of the box's centre in pixels a frame. */
  readonly velocity: readonly [x: number, y: number];
  /** Number of the frame, from 1, in which it was first detected. */
  readonly startFrame: number;
  /** Frames since then, this one not counted: 0 in the first. */
  readonly age: number;
}

/** What a track is to the tracker: seen in this frame, lost but still looked for, or given up. */
export type TrackState = 'tracked' | 'lost' | 'removed';

/** A track while the tracker keeps it. Its motion and embedding lie in flat arrays under `slot`. */
export interface TrackRecord {
  readonly slot: number;
  id: number;
  state: TrackState;
  confirmed: boolean;
  /** Whether it was given up in an earlier frame, though it may have been found since. */
  givenUp: boolean;
  readonly startFrame: number;
  /** The last frame with a detection. */
  frame: number;
  score: number;
  detection: number;
}
