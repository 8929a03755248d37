// What a layer of an engine is, from its name: TensorRT tells no operators. Names are the exporter's, joined where layers are fused.

const deformable = /(proj|node)_\d+\.conv(?![.\w])|dcn/i;
const upsampling = /\bup_\d+|\bida_(up|\d)\.add_\d|upsample|deconv|convtranspose/i;

const kinds: readonly (readonly [RegExp, string])[] = [
  [/conv_offset_mask/i, 'offset and mask convolution'],
  [deformable, 'DCNv2'],
  [upsampling, 'upsampling'],
  [/peak/i, 'heads at the peaks'],
  [/(^|[^\w.])(hm|wh|reg|id|id_feature)(\.\d|\b)/, 'heads'],
  [/pool|downsample/i, 'pooling'],
  [/conv|base_layer|base\.level|project/i, 'convolution'],
];

/**
 * The kind of a layer. Copies into another memory layout are told apart by the layer they are for.
 *
 * @example
 * kindOfLayer('Reformatting CopyNode for Input Tensor 0 to dla_up.ida_0.proj_1.conv'); // 'reformat beside DCNv2'
 */
export function kindOfLayer(name: string): string {
  if (/reformat/i.test(name)) {
    if (/conv_offset_mask/i.test(name)) return 'reformat';
    if (deformable.test(name)) return 'reformat beside DCNv2';
    return upsampling.test(name) ? 'reformat beside upsampling' : 'reformat';
  }
  return kinds.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
}
