// The page of fairmot compare --report.
import type { Detections, RgbImage } from '@trt-fairmot/fairmot-postprocess';
import { Annotator, jpegFromImage } from '@trt-fairmot/media';
import {
  barChart,
  gallery,
  grid,
  image,
  lineChart,
  numberText,
  page,
  paragraph,
  scatterChart,
  section,
  table,
  tiles,
} from '@trt-fairmot/report';
import type { Comparison } from '../commands/compare.js';
import { Spaced } from '../report/spaced.js';
import { version } from '../version.js';
import type { TensorDifference } from './difference.js';

interface Picture {
  readonly caption: string;
  readonly jpeg: Uint8Array;
}

/** What the page shows beside the figures: errors frame by frame, scores, and pictures with both models' boxes. */
export class ComparisonRecord {
  readonly #maxima: { frame: number; byStage: ReadonlyMap<string, number> }[] = [];
  readonly #pictures = new Spaced<Picture>(6);
  scores: readonly (readonly [number, number])[] = [];

  /** Takes the state of the differences after a frame. */
  async add(
    frame: RgbImage,
    differences: ReadonlyMap<string, TensorDifference>,
    [first, second]: readonly [Detections, Detections],
  ): Promise<void> {
    const number = this.#maxima.length + 1;
    this.#maxima.push({ frame: number, byStage: new Map([...differences].map(([name, { last }]) => [name, last])) });
    if (!this.#pictures.wants()) return;
    const { width, height } = frame;
    const copy = { width, height, data: frame.data.slice() };
    // The first model's boxes are wide and blue, the second's thin and orange, so that both show where they agree.
    drawBoxes(copy, first, firstColor, Math.max(3, Math.round(height / 160)));
    drawBoxes(copy, second, secondColor, Math.max(1, Math.round(height / 500)));
    const caption = `frame ${number}: ${first.count} and ${second.count} detections`;
    this.#pictures.add({ caption, jpeg: await jpegFromImage(copy, { maxWidth: 960 }) });
  }

  conclude(scores: readonly (readonly [number, number])[]): void {
    this.scores = scores;
  }

  get pictures(): readonly Picture[] {
    return this.#pictures.items;
  }

  /** Largest difference of a stage by frame. */
  maximaOf(stage: string): (readonly [number, number])[] {
    return this.#maxima.map(({ frame, byStage }) => [frame, byStage.get(stage) ?? Number.NaN]);
  }
}

/** Ids whose colours are easily told apart. */
const [firstColor, secondColor] = [1, 2];

function drawBoxes(picture: RgbImage, { count, boxes }: Detections, id: number, lineWidth: number): void {
  const tracks = Array.from({ length: count }, (_, row) => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.subarray(4 * row, 4 * row + 4);
    return { id, box: [x1, y1, x2 - x1, y2 - y1] as const };
  });
  new Annotator({ labels: false, trace: 0, lineWidth }).annotate(picture, tracks);
}

/** A self-contained page of a comparison. */
export function comparisonPage(
  { first, second, frames, stages, detections }: Comparison,
  record: ComparisonRecord,
): string {
  const worst = stages.reduce(
    (most, stage) => (stage.max > most.max ? stage : most),
    stages[0] ?? { name: '-', max: 0 },
  );
  return page({
    title: 'fairmot compare',
    lead: `${first} against ${second}`,
    body: [
      tiles([
        { value: worst.max.toExponential(1), label: `largest difference, in ${worst.name}` },
        { value: frames, label: 'frames' },
        { value: detections.matched, label: 'detections found by both' },
        { value: detections.onlyFirst + detections.onlySecond, label: 'found by one only' },
      ]),
      section(
        'Heads and letterbox',
        paragraph(
          "Heads are compared on the first model's input, so that none inherits the error of the letterbox.",
          'note',
        ),
        grid(
          barChart({
            title: 'Largest difference',
            label: '|a - b|, logarithmic',
            log: true,
            bars: stages.map(({ name, max }) => ({ name, values: [max], text: max.toExponential(1) })),
          }),
          barChart({
            title: 'Mean difference',
            label: '|a - b|, logarithmic',
            log: true,
            bars: stages.map(({ name, mean }) => ({ name, values: [mean], text: mean.toExponential(1) })),
          }),
          frames > 1 &&
            lineChart({
              title: 'Largest difference by frame',
              full: true,
              x: { label: 'frame' },
              y: { label: '|a - b|' },
              series: stages.map(({ name }) => ({ name, points: record.maximaOf(name) })),
            }),
        ),
        table({
          columns: ['stage', 'max |a - b|', 'mean |a - b|', '||a - b|| / ||a||'],
          rows: stages.map(({ name, max, mean, relative }) => [
            name,
            ...[max, mean, relative].map((value) => value.toExponential(2)),
          ]),
        }),
      ),
      section(
        'Detections',
        paragraph(
          `${detections.matched} matched, ${detections.onlyFirst} only in the first, ${detections.onlySecond} only in the second. Of matched ones at most: score ${detections.maxScore.toExponential(1)}, box ${numberText(detections.maxBox)} pixels, embedding ${detections.maxEmbedding.toExponential(1)} (1 - cosine).`,
        ),
        record.scores.length > 0 &&
          grid(
            scatterChart({
              title: 'Scores of matched detections',
              x: { label: 'score of the first' },
              y: { label: 'score of the second', fromZero: false },
              series: [{ name: 'detections', points: record.scores }],
            }),
          ),
        paragraph('Thick boxes are of the first model, thin ones of the second.', 'note'),
        gallery(
          ...record.pictures.map(({ caption, jpeg }) =>
            image({ bytes: jpeg, type: 'image/jpeg', alt: caption, caption }),
          ),
        ),
      ),
    ],
    footer: `fairmot ${version}`,
  });
}
