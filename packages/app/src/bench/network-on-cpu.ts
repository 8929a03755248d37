// The network alone in ONNX Runtime.
import { CpuNetwork, convolutionLanes, profileNetwork } from '@trt-fairmot/cpu-runtime';
import { FairmotError, type Size } from '@trt-fairmot/fairmot-postprocess';
import { onnxForCpu, onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
import type { ChosenModel } from '../pipeline/chosen-model.js';
import { networkFile } from '../pipeline/network-file.js';
import type { LayerResult, NetworkResult } from './result.js';
import { statisticsOf } from './statistics.js';
import { type Timing, timedLoop } from './timed-loop.js';

export interface CpuBenchOptions {
  readonly batch: number;
  readonly topK: number;
  readonly threads: number;
}

/** The ONNX network as `track` runs it, at the wanted batch: a file, or bytes. */
async function networkAtBatch(model: ChosenModel, { batch, topK }: CpuBenchOptions): Promise<string | Uint8Array> {
  if (batch === 1 || model.kind !== 'checkpoint') return (await networkFile(model, topK)).path;
  const { height, width } = model;
  const rows = Math.min(topK, (height / 4) * (width / 4));
  const options = { height, width, batch, topK: rows, outputs: 'detections' } as const;
  const { bytes } = await onnxFromCheckpoint(model.path, options);
  return onnxForCpu(bytes, model.path, { lanes: convolutionLanes() });
}

function requireBatch(network: CpuNetwork, batch: number, { path }: ChosenModel): void {
  const own = network.input.batch;
  if (own === null || own === batch) return;
  throw new FairmotError(`Expected a network for batch ${batch} but received ${path}, which is for batch ${own}`, {
    kind: 'usage',
    hint: `write one with: fairmot export CHECKPOINT.pth -o model.onnx --batch ${batch}`,
  });
}

/** Numbers from 0 to 1, as pictures are. */
function randomInput(batch: number, { height, width }: Size): Float32Array {
  return Float32Array.from({ length: batch * 3 * height * width }, Math.random);
}

/** Times the network at one batch size. */
export async function networkOnCpu(
  model: ChosenModel,
  options: CpuBenchOptions,
  timing: Timing,
): Promise<NetworkResult & { readonly input: Size }> {
  const { batch, threads } = options;
  const network = await CpuNetwork.load(await networkAtBatch(model, options), { threads });
  try {
    requireBatch(network, batch, model);
    const { height, width } = {
      height: network.input.height ?? model.height,
      width: network.input.width ?? model.width,
    };
    let input = randomInput(batch, { height, width });
    const compute: number[] = [];
    const run = async () => {
      const answer = await network.runTaking(input, [batch, 3, height, width]);
      input = answer.input as Float32Array<ArrayBuffer>;
      return answer.milliseconds;
    };
    const seconds = await timedLoop(timing, run, (ms) => compute.push(ms));
    return {
      batch,
      throughput: (batch * compute.length) / seconds,
      throughputWithCopies: null,
      times: { compute: statisticsOf(compute) },
      submission: `ONNX Runtime, ${threads > 0 ? `${threads} threads` : 'its own choice of threads'}`,
      contextBytes: null,
      input: { height, width },
    };
  } finally {
    await network.close();
  }
}

/** Times of the network's nodes, from ONNX Runtime's own profile of a few runs. */
export async function layersOnCpu(model: ChosenModel, options: CpuBenchOptions, size: Size): Promise<LayerResult[]> {
  const { batch, threads } = options;
  const network = await networkAtBatch(model, options);
  return profileNetwork(network, randomInput(batch, size), [batch, 3, size.height, size.width], { threads, runs: 5 });
}
