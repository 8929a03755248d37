// Tracks and detections as text: MOTChallenge lines, JSON lines, and the detections file.
import { basename } from 'node:path';
import type { Detections } from '@trt-fairmot/fairmot-postprocess';
import { openTextSink, type TextSink } from '@trt-fairmot/media';
import { motLine } from '@trt-fairmot/tracker';
import type { DetectionsFile, DetectionsFrame, FrameTracks } from '../schemas.js';
import type { Output, TextResult } from './output.js';

/** An output that turns each frame into text, with text before the first and after the last. */
function textOutput(
  sink: TextSink,
  textFromResult: (result: TextResult, first: boolean) => string,
  tail = '',
): Output<TextResult> {
  let first = true;
  return {
    async write(result) {
      const text = textFromResult(result, first);
      first = false;
      if (text) await sink.write(text);
    },
    async close() {
      if (tail) await sink.write(tail);
      await sink.close();
    },
    abort: () => sink.abort(),
  };
}

/** Tracks in MOTChallenge format: `frame,id,x,y,width,height,1,-1,-1,-1`. */
export async function openMotOutput(path: string, overwrite: boolean): Promise<Output<TextResult>> {
  const sink = await openTextSink(path, { overwrite });
  return textOutput(sink, ({ frame, tracks }) => tracks.map((track) => `${motLine(frame.index, track)}\n`).join(''));
}

/** One JSON line a frame, frames without tracks included; the schema is `frameTracksSchema`. */
export async function openNdjsonOutput(path: string, overwrite: boolean): Promise<Output<TextResult>> {
  const sink = await openTextSink(path, { overwrite });
  return textOutput(sink, ({ frame, tracks, counts }) => {
    const line: FrameTracks = {
      frame: frame.index,
      time: rounded(frame.time, 6),
      tracks: tracks.map(({ id, box, score }) => ({ id, box: [...box], score: rounded(score, 6) })),
    };
    return `${JSON.stringify(counts ? { ...line, counts } : line)}\n`;
  });
}

/** What the detections file says before its frames. */
export type DetectionsHeader = Omit<DetectionsFile, 'frames'>;

/** Detections with embeddings, written frame by frame; the schema is `detectionsFileSchema`. */
export async function openDetectionsOutput(
  path: string,
  header: DetectionsHeader,
  overwrite: boolean,
): Promise<Output<TextResult>> {
  const sink = await openTextSink(path, { overwrite });
  const head = `${JSON.stringify({ ...header, weights: basename(header.weights) }).slice(0, -1)},"frames":[`;
  await sink.write(head);
  const tail = '\n]}\n';
  return textOutput(
    sink,
    ({ frame, detections }, first) => {
      const { index, width, height } = frame;
      const time = rounded(frame.time, 6);
      const entry: DetectionsFrame = { frame: index, time, width, height, detections: detectionList(detections) };
      return `${first ? '' : ','}\n${JSON.stringify(entry)}`;
    },
    tail,
  );
}

function detectionList({ count, boxes, scores, embeddings, embeddingSize }: Detections): DetectionsFrame['detections'] {
  return Array.from({ length: count }, (_, row) => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.subarray(4 * row, 4 * row + 4);
    const embedding = embeddings.subarray(row * embeddingSize, (row + 1) * embeddingSize);
    return {
      tlwh: [rounded(x1, 5), rounded(y1, 5), rounded(x2 - x1, 5), rounded(y2 - y1, 5)],
      score: rounded(scores[row] ?? 0, 7),
      embedding: Array.from(embedding, (value) => rounded(value, 7)),
    };
  });
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
