import { expect, test } from 'vitest';
import { kindOfLayer } from '../../src/bench/layer-kind.js';

test.each([
  ['dla_up.ida_0.proj_1.conv', 'DCNv2'],
  ['ida_up.node_2.conv', 'DCNv2'],
  ['dla_up.ida_0.proj_1.conv.conv_offset_mask', 'offset and mask convolution'],
  ['Reformatting CopyNode for Input Tensor 0 to dla_up.ida_0.proj_1.conv', 'reformat beside DCNv2'],
  ['Reformatting CopyNode for Input Tensor 0 to dla_up.ida_0.proj_1.conv.conv_offset_mask', 'reformat'],
  ['Reformatting CopyNode for Output Tensor 0 to dla_up.ida_2.up_3 + dla_up.ida_2.add_3', 'reformat beside upsampling'],
  ['Reformatting CopyNode for Input Tensor 0 to base.base_layer.0', 'reformat'],
  ['dla_up.ida_2.up_3 + dla_up.ida_2.add_3', 'upsampling'],
  ['base.level2.tree1.conv1 + base.level2.tree1.relu1', 'convolution'],
  ['base.level3.tree1.project.0', 'convolution'],
  ['dla_up.ida_1.add_2', 'upsampling'],
  ['ida_up.add_1', 'upsampling'],
  ['base.level2.tree1.add', 'convolution'],
  ['base.level2.downsample', 'pooling'],
  ['hm.0 + hm.1 || wh.0 + wh.1', 'heads'],
  ['id.2', 'heads'],
  ['peak_heads', 'heads at the peaks'],
  ['PWN(something)', 'other'],
])('%s is %s', (name, kind) => {
  expect(kindOfLayer(name)).toBe(kind);
});
