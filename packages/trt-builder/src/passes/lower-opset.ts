import type { ModelProto, NodeProto } from '@trt-fairmot/onnx-export';
import { GraphIndex } from '../graph/graph-index.js';
import { updated } from '../graph/updated.js';
import { withoutUnused } from '../graph/without-unused.js';
import { newestKnownOpset, nodeInOpset17 } from './opset17.js';
import { graphOf, type PassResult } from './pass.js';

/** IR version of the ONNX release that brought opset 17. */
const irVersionOfOpset17 = 8n;

/**
 * Declares opset 17 where the model says a later one and each of its nodes has the same meaning there: the parser of
 * TensorRT 8.6 documents nothing newer. To run behind `fuseDeformConv`, since `DeformConv` began with opset 19. Plugin
 * nodes and nodes of other domains stay as they are. Where one node has no place in opset 17, the whole model stays as it
 * is, with a note.
 */
export function lowerOpset(model: ModelProto): PassResult {
  const opset = model.opsetImport.find(({ domain }) => isDefaultDomain(domain));
  if (!opset || opset.version <= 17n) return { model, changed: 0, notes: [] };
  const stays = (reason: string): PassResult => ({
    model,
    changed: 0,
    notes: [`${reason}, so opset ${opset.version} stays`],
  });
  if (opset.version > newestKnownOpset) return stays(`this pass knows opsets up to ${newestKnownOpset}`);
  const graph = graphOf(model);
  const index = new GraphIndex(graph);
  const node: NodeProto[] = [];
  for (const candidate of graph.node) {
    const lowered = isDefaultDomain(candidate.domain) ? nodeInOpset17(candidate, index) : candidate;
    if (typeof lowered === 'string') return stays(`${candidate.opType} ${candidate.name} ${lowered}`);
    node.push(lowered);
  }
  const opsetImport = model.opsetImport.map((entry) => (entry === opset ? updated(entry, { version: 17n }) : entry));
  const irVersion = model.irVersion < irVersionOfOpset17 ? model.irVersion : irVersionOfOpset17;
  const lowered = withoutUnused(updated(graph, { node }));
  return { model: updated(model, { opsetImport, irVersion, graph: lowered }), changed: 1, notes: [] };
}

function isDefaultDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}
