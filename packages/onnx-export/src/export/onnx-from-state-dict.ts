import { create } from '@bufbuild/protobuf';
import manifest from '../../package.json' with { type: 'json' };
import { bytesFromModel } from '../codec/model-bytes.js';
import { type ModelProto, ModelProtoSchema } from '../gen/onnx_pb.js';
import { type FairmotNetwork, fairmotNetwork } from '../models/fairmot.js';
import { fingerprintFromStateDict } from '../models/fingerprint.js';
import type { StateDict } from '../models/weights.js';
import { descriptionFromModel, type PortDescription } from './describe-onnx.js';
import { type ExportOptions, exportOptionsFrom } from './options.js';

/** What was written, in figures. */
export interface ExportSummary {
  readonly network: 'dla34';
  /** Channels of the backbone's six levels. */
  readonly widths: readonly number[];
  /** Output channels of each head. */
  readonly heads: Readonly<Record<string, number>>;
  readonly inputs: readonly PortDescription[];
  readonly outputs: readonly PortDescription[];
  readonly opset: number;
  /** Numbers in the graph's float initializers, batch normalisation folded in. */
  readonly parameters: number;
  /** Multiply-accumulate operations of one run (of one image for a dynamic batch). */
  readonly macs: number;
  readonly nodes: number;
  /** Tensors of the checkpoint that never reach an output and were left out. */
  readonly dropped: readonly string[];
  readonly warnings: readonly string[];
  readonly options: ExportOptions;
}

/** An ONNX model as bytes, and what is in it. */
export interface ExportResult {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly summary: ExportSummary;
}

/** Where a state dict comes from. */
export interface StateDictOrigin {
  /** What errors call it, normally the checkpoint's path. */
  readonly name?: string;
  /** Entries beside the exporter's own in the model's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const opset = 19;
const irVersion = 9;

/**
 * Writes a state dict of FairMOT's DLA-34 as an ONNX model.
 *
 * @throws FairmotError naming the option or tensor that cannot be used
 * @example
 * const { bytes, summary } = await onnxFromStateDict(checkpoint.stateDict, { height: 320, width: 576 });
 */
export async function onnxFromStateDict(
  state: StateDict,
  options: Partial<ExportOptions> = {},
  { name, metadata = {} }: StateDictOrigin = {},
): Promise<ExportResult> {
  const complete = exportOptionsFrom(options);
  const batch = complete.batch === 'dynamic' ? 'batch' : complete.batch;
  const network = fairmotNetwork(state, { ...complete, batch }, name);
  const graph = await network.graph.finish('fairmot-dla34');
  const fingerprint = await fingerprintFromStateDict(state);
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    producerName: manifest.name,
    producerVersion: manifest.version,
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    metadataProps: entriesOf({ ...metadataOf(network, complete), 'fairmot.weights': fingerprint, ...metadata }),
    graph,
  });
  return { bytes: bytesFromModel(model), summary: summaryOf(model, network, complete) };
}

function entriesOf(metadata: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(metadata).map(([key, value]) => ({ key, value }));
}

/** What a runtime needs to know of a model; all keys begin with `fairmot.`. */
function metadataOf({ heads }: FairmotNetwork, options: ExportOptions): Record<string, string> {
  return {
    'fairmot.network': 'dla34',
    'fairmot.heads': [...heads].map(([name, { channels }]) => `${name}:${channels}`).join(','),
    'fairmot.height': String(options.height),
    'fairmot.width': String(options.width),
    'fairmot.batch': String(options.batch),
    'fairmot.outputs': options.outputs,
    ...(options.outputs === 'detections' ? { 'fairmot.top_k': String(options.topK) } : {}),
    'fairmot.dcn': options.dcn,
    'fairmot.precision': options.precision,
    'fairmot.exporter': `${manifest.name} ${manifest.version}`,
  };
}

function summaryOf(model: ModelProto, network: FairmotNetwork, options: ExportOptions): ExportSummary {
  const { inputs, outputs, parameters, macs, nodes } = descriptionFromModel(model);
  return {
    network: 'dla34',
    widths: network.widths,
    heads: Object.fromEntries([...network.heads].map(([name, { channels }]) => [name, channels])),
    inputs,
    outputs,
    opset,
    parameters,
    macs: macs ?? 0,
    nodes,
    dropped: network.dropped,
    warnings: warningsOf(network, options),
    options,
  };
}

function warningsOf({ heads }: FairmotNetwork, options: ExportOptions): string[] {
  const warnings: string[] = [];
  if (!heads.has('id'))
    warnings.push('the checkpoint has no id head (CenterNet): it detects but cannot be tracked with');
  if (options.outputs === 'detections' && options.topK > 3840) {
    warnings.push(`TensorRT takes at most 3840 rows of a TopK, this model asks for ${options.topK}`);
  }
  return warnings;
}
