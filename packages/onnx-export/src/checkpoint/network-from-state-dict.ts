import { FairmotError } from '../error.js';

/** Networks told apart by the names of their tensors. */
export type NetworkName =
  | 'dla34-dcn'
  | 'dla34-conv'
  | 'dlav0'
  | 'dla-deep'
  | 'dla-imagenet'
  | 'centertrack'
  | 'hrnet'
  | 'yolov5s'
  | 'resdcn'
  | 'resfpndcn'
  | 'res'
  | 'hourglass'
  | 'jde'
  | 'yolox'
  | 'yolov5'
  | 'resnet-imagenet'
  | 'unknown';

/** What a state dict holds. */
export interface Network {
  readonly network: NetworkName;
  /** For people: "FairMOT's DLA-34 with DCNv2 (dla_34)". */
  readonly title: string;
  /** Output channels of each head, in the order of the file: `{ hm: 1, wh: 4, id: 128, reg: 2 }`. */
  readonly heads: Readonly<Record<string, number>>;
}

/** Anything with a shape under a name: a checkpoint's `stateDict`, or a stand-in. */
export type Shapes = ReadonlyMap<string, { readonly shape: readonly number[] }>;

interface Rule {
  readonly network: NetworkName;
  readonly title: (keys: Keys) => string;
  readonly matches: (keys: Keys) => boolean;
}

/**
 * Recognises the network of a state dict by its keys; reads no element and refuses nothing.
 *
 * Sources of the names: FairMOT src/lib/models/networks (pose_dla_dcn, pose_dla_conv, dlav0, pose_hrnet, resnet_dcn,
 * resnet_fpn_dcn) and src/lib/models/yolo.py; CenterNet msra_resnet, large_hourglass; CenterTrack model/networks/dla.py;
 * JDE models.py.
 * @example
 * const { network, heads } = networkFromStateDict(checkpoint.stateDict);
 * // 'dla34-dcn', { hm: 1, wh: 4, id: 128, reg: 2 }
 */
export function networkFromStateDict(stateDict: Shapes): Network {
  const keys = new Keys(stateDict);
  const rule = rules.find(({ matches }) => matches(keys));
  return {
    network: rule?.network ?? 'unknown',
    title: rule?.title(keys) ?? 'an unknown network',
    heads: headsOf(stateDict),
  };
}

/**
 * Refuses, by name, every network but the one that can be exported: DLA-34 with DCNv2, FairMOT's or CenterNet's.
 *
 * @param network as networkFromStateDict found it
 * @param path the checkpoint, for the error
 * @throws FairmotError of kind `input`
 */
export function expectExportable(network: Network, path: string): void {
  if (network.network === 'dla34-dcn') return;
  throw new FairmotError(
    `Expected FairMOT's DLA-34 with DCNv2 (--arch dla_34) but received ${network.title}: ${path}`,
    { hint: "export supports DLA-34 with DCNv2 only, FairMOT's default: use fairmot_dla34.pth or one trained from it" },
  );
}

class Keys {
  readonly shapes: Shapes;
  readonly #all: readonly string[];

  constructor(shapes: Shapes) {
    this.shapes = shapes;
    this.#all = [...shapes.keys()];
  }

  has(key: string): boolean {
    return this.shapes.has(key);
  }

  starts(prefix: string): boolean {
    return this.#all.some((key) => key.startsWith(prefix));
  }

  some(pattern: RegExp): boolean {
    return this.#all.some((key) => pattern.test(key));
  }
}

const isDla = (keys: Keys) => keys.has('base.base_layer.0.weight') && keys.starts('base.level2.tree1.');
const isResNet = (keys: Keys) => keys.has('conv1.weight') && keys.starts('layer4.0.');

/** First match wins. */
const rules: readonly Rule[] = [
  {
    network: 'centertrack',
    title: () => "CenterTrack's DLA-34, which also reads the previous frame",
    matches: (keys) => isDla(keys) && (keys.starts('base.pre_img_layer') || keys.starts('base.pre_hm_layer')),
  },
  {
    network: 'dla-deep',
    title: () => 'a DLA with bottleneck blocks (deeper than DLA-34, or one of its compact forms)',
    matches: (keys) => isDla(keys) && keys.some(/^base\.level2\.(.+\.)?tree1\.conv3\.weight$/),
  },
  {
    network: 'dla34-dcn',
    title: (keys) =>
      keys.starts('id.') ? "FairMOT's DLA-34 with DCNv2 (dla_34)" : "CenterNet's DLA-34 with DCNv2 (no id head)",
    matches: (keys) => isDla(keys) && keys.starts('ida_up.') && keys.some(/^(dla|ida)_up\..*offset/),
  },
  {
    network: 'dla34-conv',
    title: () => "FairMOT's DLA-34 without DCN (dlaconv_34)",
    matches: (keys) => isDla(keys) && keys.starts('ida_up.'),
  },
  {
    network: 'dlav0',
    title: () => "FairMOT's DLA-34 without DCN (dlav0_34)",
    matches: (keys) => isDla(keys) && keys.starts('dla_up.ida_0.'),
  },
  {
    network: 'hrnet',
    title: (keys) =>
      `FairMOT's HRNet (hrnet_${keys.shapes.get('stage2.0.branches.0.0.conv1.weight')?.shape[0] ?? '?'})`,
    matches: (keys) => keys.starts('transition1.') && keys.starts('stage2.0.branches.') && keys.starts('stage4.'),
  },
  {
    network: 'yolov5s',
    title: () => "FairMOT's YOLOv5s (yolo)",
    matches: (keys) => keys.starts('backbone.model.0.') && keys.starts('hm.'),
  },
  {
    network: 'resfpndcn',
    title: () => "FairMOT's ResNet-FPN with DCNv2 (resfpndcn)",
    matches: (keys) => isResNet(keys) && keys.starts('deconv_layer1.') && keys.starts('smooth_layer1.'),
  },
  {
    network: 'resdcn',
    title: () => "FairMOT's ResNet with DCNv2 (resdcn)",
    matches: (keys) => isResNet(keys) && keys.has('deconv_layers.0.conv_offset_mask.weight'),
  },
  {
    network: 'res',
    title: () => "CenterNet's ResNet without DCN (res)",
    matches: (keys) => isResNet(keys) && keys.starts('deconv_layers.'),
  },
  {
    network: 'hourglass',
    title: () => "CenterNet's Hourglass",
    matches: (keys) => keys.starts('kps.0.') && keys.starts('pre.') && keys.starts('cnvs.0.'),
  },
  {
    network: 'jde',
    title: () => "JDE's Darknet-53 (Towards-Realtime-MOT)",
    matches: (keys) => keys.has('module_list.0.conv_0.weight'),
  },
  {
    network: 'yolox',
    title: () => 'a YOLOX detector (ByteTrack)',
    matches: (keys) => keys.starts('backbone.backbone.') && keys.starts('head.cls_preds.'),
  },
  {
    network: 'yolov5',
    title: () => 'a YOLOv5 detector',
    matches: (keys) => keys.some(/^model\.0\.conv\./) && keys.some(/^model\.\d+\.(m|anchors|cv2)\b/),
  },
  {
    network: 'dla-imagenet',
    title: () => 'DLA weights for classification, without neck and heads',
    matches: (keys) => keys.has('base_layer.0.weight') && keys.starts('level2.tree1.'),
  },
  {
    network: 'resnet-imagenet',
    title: () => 'ResNet weights for classification, without neck and heads',
    matches: (keys) => isResNet(keys) && keys.has('fc.weight'),
  },
];

/**
 * CenterNet's family builds each head as HEAD.0 (3x3), ReLU, HEAD.2 (1x1), or as one convolution HEAD; the last one's output
 * channels count.
 */
function headsOf(stateDict: Shapes): Record<string, number> {
  const heads: Record<string, number> = {};
  for (const [key, { shape }] of stateDict) {
    const [, name, layer] = /^([A-Za-z_][A-Za-z0-9_]*)(\.2)?\.weight$/.exec(key) ?? [];
    if (name === undefined || name === 'fc' || shape.length !== 4 || !stateDict.has(`${name}${layer ?? ''}.bias`))
      continue;
    if (layer && stateDict.get(`${name}.0.weight`)?.shape.length !== 4) continue;
    heads[name] = shape[0] as number;
  }
  return heads;
}
