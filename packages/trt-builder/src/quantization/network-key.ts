import { createHash } from 'node:crypto';
import { bytesFromModel, type ModelProto } from '@trt-fairmot/onnx-export';
import { updated } from '../graph/updated.js';
import { graphOf } from '../passes/pass.js';

/**
 * A hash of what a network computes: nodes, weights and the size of its inputs. Names of files, metadata, the batch and
 * declared shapes of values do not change it.
 *
 * @returns SHA-256, hexadecimal
 */
export function networkKey(model: ModelProto): string {
  const graph = graphOf(model);
  const sizes = graph.input.map(({ name, type }) => {
    const shape = type?.value.case === 'tensorType' ? type.value.value.shape?.dim : undefined;
    return [name, ...(shape ?? []).slice(1).map(({ value }) => String(value.value ?? ''))];
  });
  const core = updated(model, {
    producerName: '',
    producerVersion: '',
    docString: '',
    metadataProps: [],
    graph: updated(graph, { name: '', docString: '', input: [], output: [], valueInfo: [] }),
  });
  return createHash('sha256').update(JSON.stringify(sizes)).update(bytesFromModel(core)).digest('hex');
}
