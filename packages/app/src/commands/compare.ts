// fairmot compare: two models on the same frames, error by head and by stage.
import { extname } from 'node:path';
import { type Detections, FairmotError, type RgbImage } from '@trt-fairmot/fairmot-postprocess';
import { openSource, openTextSink } from '@trt-fairmot/media';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import { DetectionDifference, TensorDifference } from '../compare/difference.js';
import { stagesOnGpu } from '../compare/engine-stages.js';
import { ComparisonRecord, comparisonPage } from '../compare/page.js';
import { headNames, type Stages, stagesOnCpu } from '../compare/stages.js';
import type { CompareOptions } from '../options.js';
import { chosenModel } from '../pipeline/chosen-model.js';
import { demoFilmPath } from '../pipeline/demo-model.js';

/** What `compare` found, as `--json` prints it. */
export interface Comparison {
  readonly first: string;
  readonly second: string;
  readonly frames: number;
  readonly stages: readonly { name: string; max: number; mean: number; relative: number; excess: number }[];
  readonly detections: Readonly<Omit<DetectionDifference, 'add'>>;
}

/** Prints the comparison; exit code 1 where tolerances were given and are exceeded. */
export async function compare(
  first: string,
  second: string,
  options: CompareOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  const film = options.source ?? demoFilmPath();
  if (!film) throw new FairmotError('Expected --source FILM but received none', { kind: 'usage' });
  const sink = options.report ? await openTextSink(options.report, { overwrite: options.overwrite }) : null;
  try {
    const record = sink ? new ComparisonRecord() : null;
    const comparison = await compared(first, second, film, record, options, signal);
    if (options.json) console.log(JSON.stringify(comparison, null, 2));
    else for (const line of comparisonLines(comparison)) console.log(line);
    if (record) await sink?.write(comparisonPage(comparison, record));
    await sink?.close();
    return withinTolerance(comparison, options) ? exitCode.ok : exitCode.failed;
  } catch (error) {
    await sink?.abort();
    throw error;
  }
}

async function compared(
  first: string,
  second: string,
  film: string,
  record: ComparisonRecord | null,
  options: CompareOptions,
  signal: AbortSignal,
): Promise<Comparison> {
  const a = await openStages(first, options);
  try {
    const b = await openStages(second, options);
    try {
      requireSameSize(a, b);
      return await comparisonOf(a, b, film, record, options, signal);
    } finally {
      await b.close();
    }
  } finally {
    await a.close();
  }
}

async function openStages(path: string, options: CompareOptions): Promise<Stages> {
  const { height, width, conf, topK, gpu } = options;
  const model = await chosenModel({ model: path, height, width });
  if (model.kind === 'engine' || extname(path) === '.plan') return stagesOnGpu(path, gpu, conf, topK);
  return stagesOnCpu(model, conf, topK);
}

function requireSameSize(a: Stages, b: Stages): void {
  const [first, second] = [a, b].map(({ inputSize }) => `${inputSize.height}x${inputSize.width}`);
  if (first === second) return;
  throw new FairmotError(
    `Expected two models of one input size but received ${a.name} of ${first} and ${b.name} of ${second}`,
    {
      kind: 'usage',
      hint: 'give --height and --width for checkpoints, or export and build at one size',
    },
  );
}

async function comparisonOf(
  a: Stages,
  b: Stages,
  film: string,
  record: ComparisonRecord | null,
  options: CompareOptions,
  signal: AbortSignal,
): Promise<Comparison> {
  const differences = new Map(['letterbox', ...headNames].map((name) => [name, new TensorDifference(options.rtol)]));
  const detections = new DetectionDifference();
  const source = await openSource(film, { maxFrames: options.frames, stride: options.vidStride, signal });
  let frames = 0;
  for await (const frame of source) {
    const found = await compareFrame(a, b, frame, differences, detections);
    frames += 1;
    await record?.add(frame, differences, found);
  }
  const stages = [...differences].map(([name, { max, mean, relative, excess }]) => ({
    name,
    max,
    mean,
    relative,
    excess,
  }));
  record?.conclude(detections.scores);
  return { first: a.name, second: b.name, frames, stages, detections: { ...detections } as Comparison['detections'] };
}

/** Heads are compared on the first model's input, so that no stage inherits the error of the one before. */
async function compareFrame(
  a: Stages,
  b: Stages,
  image: RgbImage,
  differences: ReadonlyMap<string, TensorDifference>,
  detections: DetectionDifference,
): Promise<readonly [Detections, Detections]> {
  const input = await a.letterbox(image);
  differences.get('letterbox')?.add(input, await b.letterbox(image));
  const [expected, received] = [await a.heads(input), await b.heads(input)];
  for (const name of headNames) {
    differences
      .get(name)
      ?.add(expected.get(name)?.data ?? new Float32Array(), received.get(name)?.data ?? new Float32Array());
  }
  const found = [await a.detections(image), await b.detections(image)] as const;
  detections.add(...found);
  return found;
}

function comparisonLines({ first, second, frames, stages, detections }: Comparison): string[] {
  const column = (value: number) => value.toExponential(2).padStart(10);
  return [
    `${first}`,
    `${second}`,
    `${frames} frames; heads on the first model's input`,
    `${'stage'.padEnd(12)}${'max |a-b|'.padStart(10)} ${'mean'.padStart(10)} ${'relative'.padStart(10)}`,
    ...stages.map(
      ({ name, max, mean, relative }) => `${name.padEnd(12)}${column(max)} ${column(mean)} ${column(relative)}`,
    ),
    `detections  ${detections.matched} matched, ${detections.onlyFirst} only in the first, ${detections.onlySecond} only in the second`,
    `            score ${detections.maxScore.toExponential(2)}, box ${detections.maxBox.toFixed(3)} px, embedding ${detections.maxEmbedding.toExponential(2)} (1 - cosine), at most`,
  ];
}

function withinTolerance({ stages }: Comparison, { atol }: CompareOptions): boolean {
  return atol === undefined || stages.every(({ excess }) => excess <= atol);
}
