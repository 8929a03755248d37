import { applyPasses } from '../passes/apply-passes.js';
import { graphOf, type Pass } from '../passes/pass.js';
import type { PassName } from '../passes/pass-list.js';
import { insertQuantization, type QuantizationOptions } from '../quantization/insert-quantization.js';
import { layerName, quantizableNodes } from '../quantization/quantized-layers.js';

/** Passes behind `quantize` that replace convolutions by plugins and know them without quantisation only. */
const behind: readonly PassName[] = ['peak-heads', 'heat-map'];

/**
 * The pass `quantize` of an engine: what plugins compute stays theirs, whether a pass has replaced it already or one behind
 * this will. A note names the layers that were asked for and are not quantised for that reason.
 *
 * @param names the passes of the engine
 */
export function quantizeBesidePlugins(quantization: QuantizationOptions, names: readonly PassName[]): Pass {
  const { layers } = quantization;
  return (model, options) => {
    const { model: fused } = applyPasses(
      model,
      names.filter((name) => behind.includes(name)),
      options,
    );
    const present = new Set(quantizableNodes(graphOf(fused)).map(layerName));
    const absorbed = layers.filter((layer) => !present.has(layer));
    const left = layers.filter((layer) => present.has(layer));
    const result = insertQuantization(model, { ...quantization, layers: left });
    if (absorbed.length === 0) return result;
    const note = `Plugins compute ${absorbed.join(', ')}, so int8 leaves ${absorbed.length === 1 ? 'it' : 'them'} out`;
    return { ...result, notes: [note, ...result.notes] };
  };
}
