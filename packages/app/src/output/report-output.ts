// The page of a run as one of its outputs: collects frame by frame, is written at the end.
import { basename } from 'node:path';
import { openTextSink } from '@trt-fairmot/media';
import { KeyFrames } from '../report/key-frames.js';
import { type RunSummary, type TrackPageOptions, trackPage } from '../report/track-page.js';
import { TrackRecord } from '../report/track-record.js';
import type { Output } from './output.js';

/** The report's output; `conclude` says how the run went, before `close`. */
export interface ReportOutput extends Output {
  conclude(run: RunSummary, warnings: readonly string[]): void;
}

/** Opens the page's file; frames are read only, so that it may come before outputs that draw into them. */
export async function openReportOutput(
  path: string,
  { source, settings }: Pick<TrackPageOptions, 'source' | 'settings'>,
  overwrite: boolean,
): Promise<ReportOutput> {
  const sink = await openTextSink(path, { overwrite });
  const record = new TrackRecord();
  const keyFrames = new KeyFrames();
  let run: RunSummary | null = null;
  let warnings: readonly string[] = [];
  return {
    async write(result) {
      record.add(result);
      await keyFrames.add(result);
    },
    conclude(summary, told) {
      run = summary;
      warnings = told;
    },
    async close() {
      const { pictures } = keyFrames;
      await sink.write(trackPage({ source: basename(source), settings, record, pictures, run, warnings }));
      await sink.close();
    },
    abort: () => sink.abort(),
  };
}
