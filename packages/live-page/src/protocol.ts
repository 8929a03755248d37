// What server and page say to each other, and other programs may read: JSON in server-sent events.

/** `ended`: the source had no more frames; `stopped`: somebody stopped it. */
export type SourceState = 'starting' | 'running' | 'stopping' | 'stopped' | 'ended' | 'failed';

/** A named time. */
export interface StageTime {
  readonly name: string;
  readonly ms: number;
}

/** What a line or region counted so far: `{ name: 'door', kind: 'line', values: { in: 3, out: 1 } }`. */
export interface Count {
  readonly name: string;
  readonly kind: string;
  readonly values: Readonly<Record<string, number>>;
}

/** All that is shown of a source beside its picture. Times are means over the last seconds. */
export interface SourceStatus {
  /** From 1; the same as in every address. */
  readonly id: number;
  readonly name: string;
  readonly state: SourceState;
  /** Why it failed, or what a live source last told: one sentence. */
  readonly message: string | null;
  readonly hint: string | null;
  /** Pixels; null before the first frame. */
  readonly width: number | null;
  readonly height: number | null;
  /** A camera or stream that drops what comes too fast; null before it was opened. */
  readonly live: boolean | null;
  /** How often it was started: ids are unique within a run. */
  readonly run: number;
  /** Frames tracked in this run. */
  readonly frames: number;
  /** Tracked objects in the last frame, and different ones in this run. */
  readonly now: number;
  readonly total: number;
  readonly fps: number;
  /** From a decoded frame to its tracks. */
  readonly latencyMs: number | null;
  /** What that time and the picture's way to the viewers consist of. */
  readonly stages: readonly StageTime[];
  /** What happens inside the first stage; shared by all sources. */
  readonly detail: readonly StageTime[];
  readonly dropped: number;
  readonly reconnects: number;
  /** Programs and pages that take its video now. */
  readonly viewers: number;
  readonly counts: readonly Count[];
}

/** `event: status` of /api/events. */
export interface StatusEvent {
  readonly title: string;
  /** What the network runs on. */
  readonly runsOn: string;
  readonly sources: readonly SourceStatus[];
}

/** One tracked frame, as a line of `fairmot track --json` (`fairmot schema ndjson`). */
export interface FrameLine {
  readonly frame: number;
  /** Seconds from the beginning of the source. */
  readonly time: number;
  readonly tracks: readonly {
    readonly id: number;
    /** Left, top, width, height in pixels of the source. */
    readonly box: readonly number[];
    readonly score: number;
  }[];
  /** What lines and regions counted in this frame. */
  readonly counts?: object | undefined;
}

/** `event: tracks` of /api/tracks: one frame of one source. */
export interface TracksEvent extends FrameLine {
  readonly source: number;
  /** Ids are unique within a run of a source. */
  readonly run: number;
}

/** `event: dropped` of /api/tracks: the reader was too slow for so many events. */
export interface DroppedEvent {
  readonly events: number;
}
