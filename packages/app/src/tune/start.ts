// Where a search begins.
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { type TrackerKind, trackerKinds } from '@trt-fairmot/tracker';
import { readConfig } from '../cli/settings.js';
import { effectiveTrackerFlags, type TrackerFlag, type TrackerFlags, trackerShape } from '../tracker-flags.js';
import type { TuneOptions } from './options.js';
import type { SearchSpace } from './search.js';
import { dimensionsOf, tunableFlags } from './search-space.js';
import type { StoredFilm } from './stored-film.js';

/** The start and the thresholds of each tracker that is asked for. */
export async function searchSpaces(films: readonly StoredFilm[], options: TuneOptions): Promise<SearchSpace[]> {
  const file: Record<string, unknown> = options.config ? await readConfig(options.config) : {};
  const configured = (file.tracker ?? 'fairmot') as TrackerKind;
  const chosen = options.tracker ?? configured;
  const only = options.only?.split(',').map(flagNamed);
  // Two digits below the lowest score, since confidences are strict bounds.
  const floor = Math.floor(100 * Math.min(...films.map(({ lowestScore }) => lowestScore))) / 100;
  return (chosen === 'all' ? trackerKinds : [chosen]).map((kind) => {
    const dimensions = dimensionsOf(kind, floor, only);
    if (dimensions.length === 0) {
      throw new FairmotError(`Expected --only to name a threshold of ${kind} but received ${options.only}`, {
        kind: 'usage',
      });
    }
    // Thresholds of a config file are meant for its tracker.
    return { kind, start: startOf(kind, films[0]!, kind === configured ? file : {}), dimensions };
  });
}

/** The file's settings, over those stored with the detections, over the tracker's defaults. */
function startOf(kind: TrackerKind, film: StoredFilm, file: Record<string, unknown>): TrackerFlags {
  const names = Object.keys(trackerShape).filter((name) => file[name] !== undefined);
  return effectiveTrackerFlags({
    minBoxArea: trackerShape.minBoxArea.def.defaultValue as number,
    maxAspectRatio: trackerShape.maxAspectRatio.def.defaultValue as number,
    conf: film.conf,
    trackBuffer: film.trackBuffer,
    ...Object.fromEntries(names.map((name) => [name, file[name]])),
    tracker: kind,
  });
}

function flagNamed(text: string): TrackerFlag {
  const name = text.trim().replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const flag = tunableFlags.find((one) => one === name);
  if (flag) return flag;
  const names = tunableFlags.map((one) => one.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  throw new FairmotError(`Expected --only to name some of ${names.join(', ')} but received ${text}`, { kind: 'usage' });
}
