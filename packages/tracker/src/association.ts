// The life of tracks, as FairMOT, JDE and BYTE share it (FairMOT's src/lib/tracker/multitracker.py, JDETracker.update): what is found by which
// match is up to the tracker; beginning, losing, finding again and ending are here.
import { overlapDistance } from './box-overlap.js';
import { FrameDetections } from './frame-detections.js';
import { overlapCosts } from './matching-costs.js';
import { OpenDetections } from './open-detections.js';
import type { LifecycleOptions } from './options.js';
import { PartialAssignment } from './partial-assignment.js';
import { SparseCosts } from './sparse-costs.js';
import type { Track, TrackRecord } from './track.js';
import { TrackStore } from './track-store.js';
import type { TrackerInput } from './tracker-input.js';

/** What all trackers do; they differ in how they match. */
export abstract class Association<Options extends LifecycleOptions> {
  /** All options, defaults filled in. */
  readonly options: Readonly<Options>;
  protected readonly detections = new FrameDetections();
  /** Detections of this frame that may begin tracks. */
  protected readonly open = new OpenDetections();
  protected readonly costs = new SparseCosts();
  protected store: TrackStore;
  readonly #assignment = new PartialAssignment();
  readonly #momentum: number;
  #frame = 0;
  #lastId = 0;
  #tracked: TrackRecord[] = [];
  #lost: TrackRecord[] = [];
  #found: TrackRecord[] = [];

  protected constructor(options: Options, momentum: number) {
    this.options = Object.freeze(options);
    this.#momentum = momentum;
    this.store = new TrackStore(options, 0);
  }

  /** Frames so far. */
  get frame(): number {
    return this.#frame;
  }

  /** Tracks that are kept at present: in view, seen once, or lost but still looked for. */
  get size(): number {
    return this.#tracked.length + this.#lost.length;
  }

  /** Forgets all tracks and frames; ids start from 1 again. */
  reset(): void {
    this.store = new TrackStore(this.options, 0);
    this.#frame = 0;
    this.#lastId = 0;
    this.#tracked = [];
    this.#lost = [];
  }

  /** Fills `open`, and matches the confirmed tracks: those in view first, then the lost ones; calls `assign` for what fits. */
  protected abstract match(pool: readonly TrackRecord[]): void;

  /** One frame; the input has been checked. Detections must score above `lowest`. */
  protected advance(input: TrackerInput, lowest: number): Track[] {
    if (input.count > 0 && this.store.embeddingSize !== input.embeddingSize)
      this.store = new TrackStore(this.options, input.embeddingSize);
    this.detections.read(input, lowest);
    this.open.begin(this.detections.count);
    this.#frame += 1;
    this.#found = [];

    const confirmed = this.#tracked.filter((track) => track.confirmed);
    const unconfirmed = this.#tracked.filter((track) => !track.confirmed);
    const pool = [...confirmed, ...this.#lost];
    this.#predict(pool, unconfirmed);
    this.match(pool);
    for (const track of this.unseen(pool)) track.state = 'lost';
    this.matchByOverlap(unconfirmed, this.open, this.options.unconfirmedOverlapThreshold);
    for (const track of unconfirmed) if (track.frame < this.#frame) track.state = 'removed';
    this.#arrange(this.#begin());
    this.#removeDuplicates();
    return this.#tracked.filter((track) => track.confirmed).map((track) => this.#trackFrom(track));
  }

  /** Of some tracks, those in view until the last frame that have no detection in this one. */
  protected unseen(tracks: readonly TrackRecord[]): TrackRecord[] {
    return tracks.filter((track) => track.state === 'tracked' && track.frame < this.#frame);
  }

  /** Matches tracks with detections by overlap; distances of `limit` and more are too far. */
  protected matchByOverlap(tracks: readonly TrackRecord[], candidates: OpenDetections, limit: number): void {
    const rule = { limit, pixel: this.options.inclusivePixels ? 1 : 0 };
    overlapCosts(this.costs, this.store, tracks, this.detections, candidates.rows, candidates.count, rule);
    this.assign(tracks, candidates, limit);
  }

  /** Solves the current costs, whose columns are the candidates; pairs go on as tracks, and their detections are candidates no more. */
  protected assign(tracks: readonly TrackRecord[], candidates: OpenDetections, limit: number): void {
    this.#assignment.solve(this.costs, limit);
    const { columnOfRow, rowOfColumn } = this.#assignment;
    tracks.forEach((track, row) => {
      const column = columnOfRow[row]!;
      if (column !== -1) this.#continue(track, candidates.rows[column]!);
    });
    candidates.keepAlone(rowOfColumn);
  }

  #predict(pool: readonly TrackRecord[], unconfirmed: readonly TrackRecord[]): void {
    for (const { slot, state } of pool)
      this.store.predict(slot, this.options.freezeHeightOfLost && state !== 'tracked');
    if (this.options.predictUnconfirmed) for (const { slot } of unconfirmed) this.store.predict(slot, false);
  }

  #continue(track: TrackRecord, detection: number): void {
    this.store.update(track.slot, this.detections, detection, this.#momentum);
    if (track.state !== 'tracked') this.#found.push(track);
    if (track.state === 'tracked' || this.options.updateScoreWhenFound)
      track.score = this.detections.scores[detection]!;
    track.state = 'tracked';
    track.frame = this.#frame;
    track.detection = this.detections.input[detection]!;
    if (!track.confirmed) this.#confirm(track);
  }

  #confirm(track: TrackRecord): void {
    track.confirmed = true;
    if (track.id === 0) track.id = ++this.#lastId;
  }

  /** Begins a track with each detection that is left. */
  #begin(): TrackRecord[] {
    const born: TrackRecord[] = [];
    for (let k = 0; k < this.open.count; k++) {
      const detection = this.open.rows[k]!;
      if (!this.detections.reaches(detection, this.options.newTrackConfidence)) continue;
      const track: TrackRecord = {
        slot: this.store.add(this.detections, detection),
        id: this.options.idsAtBirth ? ++this.#lastId : 0,
        state: 'tracked',
        confirmed: false,
        givenUp: false,
        startFrame: this.#frame,
        frame: this.#frame,
        score: this.detections.scores[detection]!,
        detection: this.detections.input[detection]!,
      };
      if (this.#frame === 1 && this.options.confirmFirstFrame) this.#confirm(track);
      born.push(track);
    }
    return born;
  }

  /** Gives up what has been lost too long and sorts the tracks into their lists, in FairMOT's order. */
  #arrange(born: readonly TrackRecord[]): void {
    const { frameRate, trackBuffer, reviveRemoved } = this.options;
    const longest = Math.floor((frameRate / 30) * trackBuffer);
    for (const track of this.#lost) if (this.#frame - track.frame > longest) track.state = 'removed';
    const lost = [...this.#lost, ...this.#tracked.filter((track) => track.state === 'lost')];
    const gone = this.#tracked.filter((track) => track.state === 'removed');
    this.#tracked = [...this.#tracked.filter((track) => track.state === 'tracked'), ...born, ...this.#found];
    this.#lost = [];
    for (const track of lost) {
      if (track.state === 'tracked') continue;
      const ends = track.givenUp || (track.state === 'removed' && !reviveRemoved);
      (ends ? gone : this.#lost).push(track);
      if (track.state === 'removed') track.givenUp = true;
    }
    for (const { slot } of gone) this.store.release(slot);
  }

  /** Of a tracked and a lost track in the same place, the younger goes. */
  #removeDuplicates(): void {
    const { duplicateThreshold, duplicateTie, inclusivePixels } = this.options;
    const { boxes } = this.store;
    const doubles = new Set<TrackRecord>();
    const age = (track: TrackRecord) => track.frame - track.startFrame;
    for (const tracked of this.#tracked) {
      for (const lost of this.#lost) {
        const distance = overlapDistance(boxes, 4 * tracked.slot, boxes, 4 * lost.slot, inclusivePixels ? 1 : 0);
        if (distance >= duplicateThreshold) continue;
        const lostGoes = age(tracked) > age(lost) || (age(tracked) === age(lost) && duplicateTie === 'lost');
        doubles.add(lostGoes ? lost : tracked);
      }
    }
    if (doubles.size === 0) return;
    this.#tracked = this.#tracked.filter((track) => !doubles.has(track));
    this.#lost = this.#lost.filter((track) => !doubles.has(track));
    for (const { slot } of doubles) this.store.release(slot);
  }

  #trackFrom({ slot, id, score, detection, startFrame, frame }: TrackRecord): Track {
    const { mean } = this.store.kalman;
    const m = 8 * slot;
    const height = mean[m + 3]!;
    const width = mean[m + 2]! * height;
    return {
      id,
      box: [mean[m]! - width / 2, mean[m + 1]! - height / 2, width, height],
      score,
      detection,
      velocity: [mean[m + 4]!, mean[m + 5]!],
      startFrame,
      age: frame - startFrame,
    };
  }
}
