// FairMOT's association (src/lib/tracker/multitracker.py, JDETracker.update): detections in, tracks with stable ids out.
import { overlapDistance } from './box-overlap.js';
import { FrameDetections } from './frame-detections.js';
import { appearanceCosts, overlapCosts } from './matching-costs.js';
import { type TrackerOptions, trackerOptionsFrom } from './options.js';
import { PartialAssignment } from './partial-assignment.js';
import { SparseCosts } from './sparse-costs.js';
import type { Track, TrackRecord } from './track.js';
import { TrackStore } from './track-store.js';
import { requireTrackerInput, type TrackerInput } from './tracker-input.js';

/**
 * Tracks objects of one class through the frames of one camera. Deterministic; instances know nothing of each other; memory follows
 * the number of tracks alive, not the number of frames.
 * Source: Zhang et al., "FairMOT: On the Fairness of Detection and Re-Identification in Multiple Object Tracking", IJCV 2021.
 *
 * @example
 * const tracker = new FairmotTracker({ frameRate: 25 });
 * for (const detections of frames) {
 *   for (const { id, box } of tracker.update(detections)) console.log(id, box);
 * }
 */
export class FairmotTracker {
  /** All options, defaults filled in. */
  readonly options: Readonly<TrackerOptions>;
  readonly #detections = new FrameDetections();
  readonly #costs = new SparseCosts();
  readonly #assignment = new PartialAssignment();
  #store: TrackStore;
  #frame = 0;
  #lastId = 0;
  #tracked: TrackRecord[] = [];
  #lost: TrackRecord[] = [];
  /** Detections of this frame that have no track yet: the first #openCount. */
  #open = new Int32Array(0);
  #openCount = 0;

  /** @throws RangeError if an option is unknown or out of its range */
  constructor(options: Partial<TrackerOptions> = {}) {
    this.options = Object.freeze(trackerOptionsFrom(options));
    this.#store = new TrackStore(this.options, 0);
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
    this.#store = new TrackStore(this.options, 0);
    this.#frame = 0;
    this.#lastId = 0;
    this.#tracked = [];
    this.#lost = [];
  }

  /**
   * Takes the detections of the next frame. Call it for every frame, also for those without detections, since time passes by calls.
   * Detections without width or height are passed over.
   *
   * @returns the confirmed tracks that have a detection in this frame, in FairMOT's order
   * @throws RangeError if lengths do not fit, a number is NaN or infinite, or the embedding size changes; the tracker is then as before
   */
  update(input: TrackerInput): Track[] {
    requireTrackerInput(input, this.#store.embeddingSize);
    if (input.count > 0 && this.#store.embeddingSize === 0)
      this.#store = new TrackStore(this.options, input.embeddingSize);
    this.#detections.read(input, this.options.confidence);
    this.#frame += 1;
    this.#openAll();

    const confirmed = this.#tracked.filter((track) => track.confirmed);
    const unconfirmed = this.#tracked.filter((track) => !track.confirmed);
    const pool = [...confirmed, ...this.#lost];
    this.#predict(pool, unconfirmed);

    const found = this.#matchAppearance(pool);
    this.#matchOverlap(pool.filter((track) => track.state === 'tracked' && track.frame < this.#frame));
    this.#matchUnconfirmed(unconfirmed);
    const born = this.#begin();
    this.#arrange(born, found);
    this.#removeDuplicates();
    return this.#tracked.filter((track) => track.confirmed).map((track) => this.#trackFrom(track));
  }

  #openAll(): void {
    const { count } = this.#detections;
    if (this.#open.length < count) this.#open = new Int32Array(2 * count);
    for (let j = 0; j < count; j++) this.#open[j] = j;
    this.#openCount = count;
  }

  #predict(pool: readonly TrackRecord[], unconfirmed: readonly TrackRecord[]): void {
    for (const { slot, state } of pool)
      this.#store.predict(slot, this.options.freezeHeightOfLost && state !== 'tracked');
    if (this.options.predictUnconfirmed) for (const { slot } of unconfirmed) this.#store.predict(slot, false);
  }

  /** First match, by appearance and motion, of all confirmed tracks; returns those found again. */
  #matchAppearance(pool: readonly TrackRecord[]): TrackRecord[] {
    appearanceCosts(this.#costs, this.#store, pool, this.#detections, this.options);
    const found: TrackRecord[] = [];
    this.#assign(pool, this.options.appearanceThreshold, (track, detection) => {
      if (track.state !== 'tracked') found.push(track);
      this.#continue(track, detection);
    });
    return found;
  }

  /** Second match, by overlap, of tracks in view until the last frame; those without a detection are lost. */
  #matchOverlap(tracks: readonly TrackRecord[]): void {
    this.#matchByOverlap(tracks, this.options.overlapThreshold);
    for (const track of tracks) if (track.frame < this.#frame) track.state = 'lost';
  }

  /** Tracks seen once: confirmed by a second detection, or given up. */
  #matchUnconfirmed(tracks: readonly TrackRecord[]): void {
    this.#matchByOverlap(tracks, this.options.unconfirmedOverlapThreshold);
    for (const track of tracks) if (track.frame < this.#frame) track.state = 'removed';
  }

  #matchByOverlap(tracks: readonly TrackRecord[], limit: number): void {
    const rule = { limit, pixel: this.options.inclusivePixels ? 1 : 0 };
    overlapCosts(this.#costs, this.#store, tracks, this.#detections, this.#open, this.#openCount, rule);
    this.#assign(tracks, limit, (track, detection) => this.#continue(track, detection));
  }

  /** Solves the current costs, whose columns are the open detections, and closes those that are matched. */
  #assign(tracks: readonly TrackRecord[], limit: number, match: (track: TrackRecord, detection: number) => void): void {
    this.#assignment.solve(this.#costs, limit);
    const { columnOfRow, rowOfColumn } = this.#assignment;
    tracks.forEach((track, row) => {
      const column = columnOfRow[row]!;
      if (column !== -1) match(track, this.#open[column]!);
    });
    let stillOpen = 0;
    for (let column = 0; column < this.#openCount; column++) {
      if (rowOfColumn[column] === -1) this.#open[stillOpen++] = this.#open[column]!;
    }
    this.#openCount = stillOpen;
  }

  #continue(track: TrackRecord, detection: number): void {
    this.#store.update(track.slot, this.#detections, detection, this.options.embeddingMomentum);
    if (track.state === 'tracked' || this.options.updateScoreWhenFound)
      track.score = this.#detections.scores[detection]!;
    track.state = 'tracked';
    track.frame = this.#frame;
    track.detection = this.#detections.input[detection]!;
    if (!track.confirmed) this.#confirm(track);
  }

  #confirm(track: TrackRecord): void {
    track.confirmed = true;
    if (track.id === 0) track.id = ++this.#lastId;
  }

  /** Begins a track with each detection that is left. */
  #begin(): TrackRecord[] {
    const born: TrackRecord[] = [];
    for (let k = 0; k < this.#openCount; k++) {
      const detection = this.#open[k]!;
      if (!this.#detections.reaches(detection, this.options.newTrackConfidence)) continue;
      const track: TrackRecord = {
        slot: this.#store.add(this.#detections, detection),
        id: this.options.idsAtBirth ? ++this.#lastId : 0,
        state: 'tracked',
        confirmed: false,
        givenUp: false,
        startFrame: this.#frame,
        frame: this.#frame,
        score: this.#detections.scores[detection]!,
        detection: this.#detections.input[detection]!,
      };
      if (this.#frame === 1 && this.options.confirmFirstFrame) this.#confirm(track);
      born.push(track);
    }
    return born;
  }

  /** Gives up what has been lost too long and sorts the tracks into their lists, in FairMOT's order. */
  #arrange(born: readonly TrackRecord[], found: readonly TrackRecord[]): void {
    const { frameRate, trackBuffer, reviveRemoved } = this.options;
    const longest = Math.floor((frameRate / 30) * trackBuffer);
    for (const track of this.#lost) if (this.#frame - track.frame > longest) track.state = 'removed';
    const lost = [...this.#lost, ...this.#tracked.filter((track) => track.state === 'lost')];
    const gone = this.#tracked.filter((track) => track.state === 'removed');
    this.#tracked = [...this.#tracked.filter((track) => track.state === 'tracked'), ...born, ...found];
    this.#lost = [];
    for (const track of lost) {
      if (track.state === 'tracked') continue;
      const ends = track.givenUp || (track.state === 'removed' && !reviveRemoved);
      (ends ? gone : this.#lost).push(track);
      if (track.state === 'removed') track.givenUp = true;
    }
    for (const { slot } of gone) this.#store.release(slot);
  }

  /** Of a tracked and a lost track in the same place, the younger goes. */
  #removeDuplicates(): void {
    const { duplicateThreshold, duplicateTie, inclusivePixels } = this.options;
    const { boxes } = this.#store;
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
    for (const { slot } of doubles) this.#store.release(slot);
  }

  #trackFrom({ slot, id, score, detection, startFrame, frame }: TrackRecord): Track {
    const { mean } = this.#store.kalman;
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
