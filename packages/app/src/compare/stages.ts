// A model taken apart into the stages that `compare` looks at: letterbox, heads, detections.
import { CpuNetwork } from '@trt-fairmot/cpu-runtime';
import {
  type Detections,
  detectionsAbove,
  detectionsFromHeads,
  detectionsInImage,
  FairmotError,
  letterboxFromSize,
  type RgbImage,
  type Size,
  tensorFromImage,
} from '@trt-fairmot/fairmot-postprocess';
import { onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
import type { ChosenModel } from '../pipeline/chosen-model.js';

/** A head's map of one image, [1, channels, height, width]. */
export interface HeadMap {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export type HeadMaps = ReadonlyMap<string, HeadMap>;

/** One model, stage by stage. */
export interface Stages {
  readonly name: string;
  readonly inputSize: Size;
  /** [3, H, W] RGB / 255 */
  letterbox(image: RgbImage): Promise<Float32Array>;
  /** hm, wh, reg, id_feature of one input. */
  heads(input: Float32Array): Promise<HeadMaps>;
  /** The whole way, in the image's pixels. */
  detections(image: RgbImage): Promise<Detections>;
  close(): Promise<void>;
}

export const headNames = ['hm', 'wh', 'reg', 'id_feature'] as const;

/** The reference: ONNX Runtime and TypeScript. */
export async function stagesOnCpu(model: ChosenModel, confidence: number, topK: number): Promise<Stages> {
  const { height, width } = model;
  const source = model.kind === 'onnx' ? model.path : (await onnxFromCheckpoint(model.path, { height, width })).bytes;
  const network = await CpuNetwork.load(source);
  const absent = headNames.filter((name) => !network.outputNames.includes(name));
  if (absent.length > 0) {
    await network.close();
    throw new FairmotError(
      `Expected ${model.path} to have the outputs ${headNames.join(', ')} but received no ${absent.join(', ')}`,
      {
        hint: 'compare checkpoints, or networks of: fairmot export CHECKPOINT -o model.onnx --outputs heads',
      },
    );
  }
  const inputSize = { height: network.input.height ?? height, width: network.input.width ?? width };
  const letterbox = async (image: RgbImage) => tensorFromImage(image, letterboxFromSize(image, inputSize));
  const heads = async (input: Float32Array) => {
    const outputs = await network.run(input, [1, 3, inputSize.height, inputSize.width]);
    return new Map(headNames.map((name) => [name, outputs[name] as HeadMap]));
  };
  const detections = async (image: RgbImage) => {
    const maps = await heads(await letterbox(image));
    const found = detectionsAbove(detectionsFromMaps(maps, topK), confidence);
    return detectionsInImage(found, letterboxFromSize(image, inputSize));
  };
  return { name: `${model.path} (CPU)`, inputSize, letterbox, heads, detections, close: () => network.close() };
}

function detectionsFromMaps(maps: HeadMaps, topK: number): Detections {
  const head = (name: string) => {
    const { data, dims } = maps.get(name) as HeadMap;
    return { data, channels: dims[1] ?? 0 };
  };
  const [, , height = 0, width = 0] = maps.get('hm')?.dims ?? [];
  return detectionsFromHeads(
    { hm: head('hm'), wh: head('wh'), reg: head('reg'), id: head('id_feature'), height, width },
    { topK },
  );
}
