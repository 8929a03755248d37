// What a FairMOT engine's tensors are, from their names and shapes: checked once, so that native code need not.
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import type { TensorInfo } from './engine.js';
import type { NativePipelineOptions, NativeTensorLayout } from './native-addon.js';

/** How an engine is fed and read. */
export type EngineLayout = Pick<
  NativePipelineOptions,
  'input' | 'width' | 'height' | 'heads' | 'decoded' | 'leastBatch'
> & {
  /** Rows of a decoded output, or null for heads. */
  readonly rows: number | null;
};

/** Width and height of the input, for engines that leave them open. */
export interface InputSize {
  readonly width: number;
  readonly height: number;
}

const hint = 'use an engine built from a model of `fairmot export`';
/** FairMOT's heads have a quarter of the input's size. */
const downRatio = 4;

/**
 * @param profile number of the optimisation profile whose shapes count
 * @param batch images it must take at once
 * @throws FairmotError that names the tensor which does not fit
 */
export function layoutFromTensors(
  tensors: readonly TensorInfo[],
  inputSize?: InputSize,
  profile = 0,
  batch = 1,
): EngineLayout {
  const inputs = tensors.filter(({ mode }) => mode === 'input');
  const [input] = inputs;
  if (inputs.length !== 1 || !input) {
    throw new FairmotError(`Expected an engine with one input but received ${listOf(inputs)}`, { hint });
  }
  const { width, height } = sizeOf(input, inputSize);
  const outputs = new Map(tensors.filter(({ mode }) => mode === 'output').map((tensor) => [tensor.name, tensor]));
  const leastBatch = leastBatchOf(input, profile, batch);
  const common = { input: layoutOf(input, 3, width * height), width, height, leastBatch };
  if (outputs.has('hm')) return { ...common, heads: headsOf(outputs, width, height), decoded: null, rows: null };
  if (outputs.has('boxes')) return { ...common, heads: null, ...decodedOf(outputs) };
  throw new FairmotError(
    `Expected an engine with outputs hm, wh, id, or boxes, scores, embeddings, but received ${listOf([...outputs.values()])}`,
    { hint },
  );
}

function listOf(tensors: readonly TensorInfo[]): string {
  return tensors.map(({ name, shape }) => `${name} [${shape.join('x')}]`).join(', ') || 'none';
}

/** The smallest batch the input takes. */
function leastBatchOf(input: TensorInfo, profile: number, wanted: number): number {
  const [batch] = input.shape;
  const range = input.profiles[profile];
  const least = (batch === -1 ? range?.min[0] : batch) ?? 1;
  const most = (batch === -1 ? range?.max[0] : batch) ?? 1;
  if (wanted < least) {
    throw new FairmotError(`Expected an engine that takes a batch of ${wanted} but received one for ${least} or more`, {
      hint: `give batch: ${least}, or build the engine with --min-batch 1`,
    });
  }
  if (wanted > most) {
    throw new FairmotError(`Expected an engine that takes a batch of ${wanted} but received one for ${most} at most`, {
      hint: `give batch: ${most}, or build the engine with --max-batch ${wanted}`,
    });
  }
  return least;
}

function sizeOf(input: TensorInfo, wanted: InputSize | undefined): InputSize {
  const [, channels, height, width] = input.shape;
  if (input.shape.length !== 4 || channels !== 3) {
    throw new FairmotError(`Expected an input [batch, 3, height, width] but received ${listOf([input])}`, { hint });
  }
  const size = { width: width === -1 ? wanted?.width : width, height: height === -1 ? wanted?.height : height };
  if (size.width === undefined || size.height === undefined) {
    throw new FairmotError(`Expected a size for the dynamic input ${listOf([input])} but received none`, {
      hint: 'give inputSize: { width, height }',
    });
  }
  if (wanted && (wanted.width !== size.width || wanted.height !== size.height)) {
    throw new FairmotError(
      `Expected the engine's input size ${size.width}x${size.height} but received ${wanted.width}x${wanted.height}`,
      { hint: 'leave out inputSize, or build an engine of that size' },
    );
  }
  return { width: size.width, height: size.height };
}

/** Where element [image, channel, pixel] lies, in elements. */
function layoutOf(tensor: TensorInfo, channels: number, pixels: number): NativeTensorLayout {
  const { name, dtype, format } = tensor;
  if (dtype !== 'float32' && dtype !== 'float16') {
    throw new FairmotError(`Expected ${name} to be float32 or float16 but received ${dtype}`, { hint });
  }
  if (format === 'linear') {
    return { name, dtype, channels, imageStride: channels * pixels, channelStride: pixels, pixelStride: 1 };
  }
  const vector = { hwc: 1, hwc8: 8, hwc16: 16 }[format as string];
  if (vector === undefined) {
    throw new FairmotError(`Expected ${name} in a linear, hwc, hwc8 or hwc16 layout but received ${format}`, { hint });
  }
  const pixelStride = Math.ceil(channels / vector) * vector;
  return { name, dtype, channels, imageStride: pixels * pixelStride, channelStride: 1, pixelStride };
}

function headsOf(
  outputs: ReadonlyMap<string, TensorInfo>,
  inputWidth: number,
  inputHeight: number,
): EngineLayout['heads'] {
  const [width, height] = [inputWidth / downRatio, inputHeight / downRatio];
  const layoutOfHead = (name: string, fits: (channels: number) => boolean): NativeTensorLayout | null => {
    const tensor = outputs.get(name);
    if (!tensor) return null;
    const [, channels = 0, rows, columns] = tensor.shape;
    const sized = (rows === -1 || rows === height) && (columns === -1 || columns === width);
    if (tensor.shape.length !== 4 || !sized || !fits(channels)) {
      throw new FairmotError(`Expected head ${name} of ${height}x${width} cells but received ${listOf([tensor])}`, {
        hint,
      });
    }
    return layoutOf(tensor, channels, width * height);
  };
  const hm = layoutOfHead('hm', (channels) => channels >= 1);
  const wh = layoutOfHead('wh', (channels) => channels === 4 || channels === 2);
  if (!hm || !wh) {
    throw new FairmotError(`Expected heads hm and wh but received ${listOf([...outputs.values()])}`, { hint });
  }
  const reg = layoutOfHead('reg', (channels) => channels === 2);
  const id = layoutOfHead('id_feature', (channels) => channels >= 1) ?? layoutOfHead('id', (channels) => channels >= 1);
  return { hm, wh, reg, id, width, height, scale: downRatio };
}

function decodedOf(outputs: ReadonlyMap<string, TensorInfo>): Pick<EngineLayout, 'decoded' | 'rows'> {
  const tensor = (name: string, rank: number, dtypes: readonly string[]): TensorInfo => {
    const found = outputs.get(name);
    if (found?.shape.length === rank && dtypes.includes(found.dtype) && found.format === 'linear') return found;
    const received = found ? `${listOf([found])} of ${found.dtype}` : listOf([...outputs.values()]);
    throw new FairmotError(
      `Expected an output ${name} of rank ${rank} and type ${dtypes.join(' or ')} but received ${received}`,
      {
        hint,
      },
    );
  };
  const boxes = tensor('boxes', 3, ['float32']);
  tensor('scores', 2, ['float32']);
  const embeddings = tensor('embeddings', 3, ['float32']);
  const classes = tensor('classes', 2, ['int32', 'int64']);
  const [rows = 0, embeddingSize = 0] = [boxes.shape[1], embeddings.shape[2]];
  if (rows < 1 || embeddingSize < 1) {
    throw new FairmotError(`Expected outputs of fixed size but received ${listOf([boxes, embeddings])}`, { hint });
  }
  return {
    rows,
    decoded: {
      boxes: 'boxes',
      scores: 'scores',
      classes: 'classes',
      embeddings: 'embeddings',
      classes64: classes.dtype === 'int64',
      embeddingSize,
    },
  };
}
