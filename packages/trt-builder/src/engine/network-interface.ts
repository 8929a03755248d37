import {
  TensorProto_DataType as DataType,
  FairmotError,
  type ModelProto,
  type ValueInfoProto,
} from '@trt-fairmot/onnx-export';
import type { InputProfile } from '@trt-fairmot/trt-runtime';
import { type BatchRange, type BuildOptions, batchRangeFrom } from '../options/build-options.js';
import { graphOf } from '../passes/pass.js';

/** An input or output of an engine; -1 is the open batch. */
export interface Port {
  readonly name: string;
  readonly type: string;
  readonly shape: number[];
}

/** What goes into an engine and comes out of it. */
export interface NetworkInterface {
  readonly inputs: Port[];
  readonly outputs: Port[];
  readonly batch: BatchRange;
  /** Shapes of the inputs whose batch is open. */
  readonly profile: Record<string, InputProfile>;
  /** Channels of each output that is a map. */
  readonly heads: Record<string, number>;
}

/**
 * Reads the inputs and outputs of a network and lays the asked-for batch range over them.
 *
 * @throws FairmotError of kind 'usage' where the network cannot have that batch or leaves more than the batch open
 */
export function networkInterface(
  model: ModelProto,
  options: Pick<BuildOptions, 'minBatch' | 'optBatch' | 'maxBatch'>,
): NetworkInterface {
  const graph = graphOf(model);
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !weights.has(name)).map(portFrom);
  for (const { name, shape } of inputs) {
    if (!shape.slice(1).includes(-1)) continue;
    throw new FairmotError(`Expected fixed sizes behind the batch of input ${name} but received [${shape}]`, {
      kind: 'usage',
      hint: 'export again with --height and --width',
    });
  }
  const open = inputs.filter(({ shape }) => shape[0] === -1);
  const batch = open.length > 0 ? batchRangeFrom(options) : fixedBatch(inputs, options);
  const outputs = graph.output.map(portFrom);
  return {
    inputs,
    outputs,
    batch,
    profile: Object.fromEntries(open.map(({ name, shape }) => [name, shapeRange(shape, batch)])),
    heads: Object.fromEntries(
      outputs.filter(isMap).map(({ name, shape }) => [name === 'id_feature' ? 'id' : name, shape[1] as number]),
    ),
  };
}

function portFrom(info: ValueInfoProto): Port {
  const tensor = info.type?.value.case === 'tensorType' ? info.type.value.value : null;
  const shape = (tensor?.shape?.dim ?? []).map(({ value }) =>
    value.case === 'dimValue' && value.value > 0n ? Number(value.value) : -1,
  );
  const types: Partial<Record<number, string>> = { [DataType.FLOAT]: 'float32', [DataType.FLOAT16]: 'float16' };
  const type = tensor?.elemType ?? DataType.UNDEFINED;
  return { name: info.name, type: types[type] ?? (DataType[type] ?? 'undefined').toLowerCase(), shape };
}

function isMap({ shape }: Port): boolean {
  return shape.length === 4 && shape[1] !== -1;
}

function shapeRange([, ...rest]: readonly number[], { min, opt, max }: BatchRange): InputProfile {
  return { min: [min, ...rest], opt: [opt, ...rest], max: [max, ...rest] };
}

/** The batch that a network without an open one has, provided that nothing else was asked for. */
function fixedBatch(
  inputs: readonly Port[],
  options: Pick<BuildOptions, 'minBatch' | 'optBatch' | 'maxBatch'>,
): BatchRange {
  const fixed = inputs[0]?.shape[0] ?? 1;
  const asked = [options.minBatch, options.optBatch, options.maxBatch].find(
    (size) => size !== undefined && size !== fixed,
  );
  if (asked === undefined) return { min: fixed, opt: fixed, max: fixed };
  throw new FairmotError(
    `Expected a network with a dynamic batch for a batch of ${asked} but received one with a fixed batch of ${fixed}`,
    {
      kind: 'usage',
      hint: 'export it again with fairmot export --batch dynamic',
    },
  );
}
