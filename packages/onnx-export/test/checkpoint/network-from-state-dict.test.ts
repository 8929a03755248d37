import { describeShared, shared } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { describeCheckpoint } from '../../src/checkpoint/describe-checkpoint.js';
import { expectExportable, networkFromStateDict, type Shapes } from '../../src/checkpoint/network-from-state-dict.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { FairmotError } from '../../src/error.js';

function shapesOf(...entries: (string | Record<string, number[]>)[]): Shapes {
  const shapes = new Map<string, { shape: number[] }>();
  for (const entry of entries) {
    for (const [key, shape] of Object.entries(typeof entry === 'string' ? { [entry]: [1] } : entry))
      shapes.set(key, { shape });
  }
  return shapes;
}

/** HEAD.0 and HEAD.2 as FairMOT's networks build them. */
function head(name: string, channels: number, width = 256): Record<string, number[]> {
  return {
    [`${name}.0.weight`]: [width, 64, 3, 3],
    [`${name}.0.bias`]: [width],
    [`${name}.2.weight`]: [channels, width, 1, 1],
    [`${name}.2.bias`]: [channels],
  };
}

const heads = { ...head('hm', 1), ...head('wh', 4), ...head('id', 128), ...head('reg', 2) };
const dlaBase = [
  'base.base_layer.0.weight',
  'base.level2.tree1.conv1.weight',
  'base.level5.root.conv.weight',
  'base.fc.weight',
];
const resNet = ['conv1.weight', 'bn1.weight', 'layer1.0.conv1.weight', 'layer4.0.conv1.weight'];

// Keys as the published code registers its modules; sources at networkFromStateDict.
const networks: [name: string, says: string, shapes: Shapes][] = [
  [
    'dlav0',
    'dlav0_34',
    shapesOf(
      ...dlaBase,
      'dla_up.ida_0.proj_1.0.weight',
      'dla_up.ida_0.up_1.weight',
      'dla_up.ida_0.node_1.0.weight',
      heads,
    ),
  ],
  [
    'dla34-conv',
    'dlaconv_34',
    shapesOf(...dlaBase, 'dla_up.ida_0.proj_1.conv.weight', 'ida_up.proj_1.conv.weight', heads),
  ],
  [
    'dla-deep',
    'bottleneck',
    shapesOf(...dlaBase, 'base.level2.tree1.conv3.weight', 'ida_up.proj_1.conv.conv_offset_mask.weight', heads),
  ],
  [
    'centertrack',
    'CenterTrack',
    shapesOf(...dlaBase, 'base.pre_img_layer.0.weight', 'ida_up.proj_1.conv.conv_offset_mask.weight', head('hm', 80)),
  ],
  [
    'hrnet',
    'hrnet_18',
    shapesOf(
      'conv1.weight',
      'layer1.0.conv1.weight',
      'transition1.0.0.weight',
      'stage4.0.branches.0.0.conv1.weight',
      heads,
      {
        'stage2.0.branches.0.0.conv1.weight': [18, 18, 3, 3],
      },
    ),
  ],
  [
    'hrnet',
    'hrnet_32',
    shapesOf('conv1.weight', 'transition1.0.0.weight', 'stage4.0.branches.0.0.conv1.weight', heads, {
      'stage2.0.branches.0.0.conv1.weight': [32, 32, 3, 3],
    }),
  ],
  [
    'yolov5s',
    'YOLOv5s',
    shapesOf(
      'backbone.model.0.conv.conv.weight',
      'backbone.model.21.cv3.conv.weight',
      head('hm', 1, 64),
      head('id', 64, 64),
    ),
  ],
  ['resdcn', 'resdcn', shapesOf(...resNet, 'deconv_layers.0.weight', 'deconv_layers.0.conv_offset_mask.weight', heads)],
  [
    'resfpndcn',
    'resfpndcn',
    shapesOf(...resNet, 'deconv_layer1.0.conv_offset_mask.weight', 'smooth_layer1.conv.weight', heads),
  ],
  ['res', "CenterNet's ResNet", shapesOf(...resNet, 'deconv_layers.0.weight', head('hm', 80))],
  [
    'hourglass',
    'Hourglass',
    shapesOf('pre.0.conv.weight', 'kps.0.up1.0.conv1.weight', 'cnvs.0.conv.weight', 'hm.0.0.conv.weight'),
  ],
  ['jde', 'JDE', shapesOf('module_list.0.conv_0.weight', 'classifier.weight')],
  ['yolox', 'YOLOX', shapesOf('backbone.backbone.stem.conv.conv.weight', 'head.cls_preds.0.weight')],
  ['yolov5', 'YOLOv5', shapesOf('model.0.conv.weight', 'model.24.anchors', 'model.24.m.0.weight')],
  ['dla-imagenet', 'classification', shapesOf('base_layer.0.weight', 'level2.tree1.conv1.weight', 'fc.weight')],
  ['resnet-imagenet', 'classification', shapesOf(...resNet, 'fc.weight')],
  ['unknown', 'an unknown network', shapesOf('encoder.weight')],
  ['unknown', 'an unknown network', shapesOf()],
];

describe('networkFromStateDict', () => {
  test.each(networks)('%s (%s) is recognised, and refused for export by name', (name, says, shapes) => {
    const network = networkFromStateDict(shapes);
    expect(network.network).toBe(name);
    expect(network.title).toContain(says);
    const exporting = () => expectExportable(network, 'a.pth');
    expect(exporting).toThrow(FairmotError);
    expect(exporting).toThrow(
      `Expected FairMOT's DLA-34 with DCNv2 (--arch dla_34) but received ${network.title}: a.pth`,
    );
  });

  test("FairMOT's and CenterNet's DLA-34 pass with the heads they have", () => {
    const trunk = [...dlaBase, 'dla_up.ida_0.proj_1.conv.weight', 'ida_up.node_1.conv.conv_offset_mask.weight'];
    const fairmot = networkFromStateDict(shapesOf(...trunk, heads));
    expect(fairmot).toMatchObject({ network: 'dla34-dcn', heads: { hm: 1, wh: 4, id: 128, reg: 2 } });
    expect(Object.keys(fairmot.heads)).toEqual(['hm', 'wh', 'id', 'reg']);
    const centernet = networkFromStateDict(shapesOf(...trunk, head('hm', 80), head('wh', 2), head('reg', 2)));
    expect(centernet).toMatchObject({ network: 'dla34-dcn', heads: { hm: 80, wh: 2, reg: 2 } });
    expect(centernet.title).toContain('no id head');
    for (const network of [fairmot, centernet]) expect(() => expectExportable(network, 'a.pth')).not.toThrow();
  });

  test('a head of one convolution counts; fc, stems and normalisations do not', () => {
    const single = { 'hm.weight': [1, 64, 1, 1], 'hm.bias': [1], 'fc.weight': [1000, 512, 1, 1], 'fc.bias': [1000] };
    const stem = { 'conv1.weight': [64, 3, 7, 7], 'bn1.weight': [64], 'bn1.bias': [64] };
    expect(networkFromStateDict(shapesOf(single, stem)).heads).toEqual({ hm: 1 });
  });
});

describeShared('describeCheckpoint', () => {
  test.each([
    ['half', { hm: 1, wh: 4, id: 64, reg: 2 }, 5139494],
    ['full', { hm: 1, wh: 4, id: 128, reg: 2 }, 19856350],
  ])('of the %s demo checkpoint', async (model, wanted, elements) => {
    const checkpoint = await openCheckpoint(shared('models', `fairmot-dla34-${model}.pth`));
    const description = describeCheckpoint(checkpoint);
    await checkpoint.close();
    expect(description).toMatchObject({
      network: 'dla34-dcn',
      heads: wanted,
      format: 'zip',
      tensors: 402,
      elements,
      dtypes: { float16: 347, int64: 55 },
    });
  });
});
