"""FairMOT's DLA-34 in PyTorch, for comparisons only: the widths are read off a checkpoint's state dict.

Follows pose_dla_dcn.py of FairMOT; `deform_conv2d` is torchvision's where its operators load, else a form of PyTorch's own.
"""
import torch
from torch import nn
from torch.nn import functional as F

from stream_deform_conv import sampled_deform_conv2d

try:
    from torchvision.ops import deform_conv2d as _torchvision_deform_conv2d
except Exception as error:  # an installation whose operators do not fit
    _torchvision_deform_conv2d = None
    DEFORM_CONV = f"PyTorch's grid_sample, since torchvision does not load: {str(error).splitlines()[0]}"
else:
    DEFORM_CONV = "torchvision.ops.deform_conv2d"

HEADS = ("hm", "wh", "reg", "id")


def deform_conv2d(x, offset, weight, bias, padding, mask):
    """Modulated deformable convolution of stride 1."""
    if _torchvision_deform_conv2d is None:
        return sampled_deform_conv2d(x, offset, weight, bias, padding, mask)
    return _torchvision_deform_conv2d(x, offset, weight, bias, padding=padding, mask=mask)


def conv_norm(c_in, c_out, kernel, stride=1):
    """Convolution without bias, and batch normalisation."""
    return nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(c_out)


class Block(nn.Module):
    """Two 3x3 convolutions beside a residual."""

    def __init__(self, c_in, c_out, stride):
        super().__init__()
        self.conv1, self.bn1 = conv_norm(c_in, c_out, 3, stride)
        self.conv2, self.bn2 = conv_norm(c_out, c_out, 3)

    def forward(self, x, residual):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + residual)


class Root(nn.Module):
    """A 1x1 convolution over joined maps."""

    def __init__(self, c_in, c_out):
        super().__init__()
        self.conv, self.bn = conv_norm(c_in, c_out, 1)

    def forward(self, *maps):
        return F.relu(self.bn(self.conv(torch.cat(maps, 1))))


class Tree(nn.Module):
    """`levels` 1: two blocks and a root; more: a tree of trees. `root_in`: channels that join the root from outside."""

    def __init__(self, levels, c_in, c_out, stride, keeps_input=False, root_in=0):
        super().__init__()
        root_in += c_in if keeps_input else 0
        self.keeps_input, self.stride, self.levels = keeps_input, stride, levels
        if levels == 1:
            self.tree1, self.tree2 = Block(c_in, c_out, stride), Block(c_out, c_out, 1)
            self.root = Root(2 * c_out + root_in, c_out)
        else:
            self.tree1 = Tree(levels - 1, c_in, c_out, stride)
            self.tree2 = Tree(levels - 1, c_out, c_out, 1, root_in=root_in + c_out)
        # The outer projection of a tree of trees is in the checkpoints, but its value goes nowhere.
        self.project = nn.Sequential(*conv_norm(c_in, c_out, 1)) if c_in != c_out else None

    def forward(self, x, children=()):
        bottom = F.max_pool2d(x, self.stride, self.stride) if self.stride > 1 else x
        children = [*children, bottom] if self.keeps_input else list(children)
        if self.levels > 1:
            first = self.tree1(x)
            return self.tree2(first, [*children, first])
        x1 = self.tree1(x, self.project(bottom) if self.project else bottom)
        x2 = self.tree2(x1, x1)
        # The kept input comes before maps from further out.
        return self.root(x2, x1, *children)


class Backbone(nn.Module):
    """DLA-34: maps at strides 1, 2, 4, 8, 16, 32."""

    def __init__(self, widths):
        super().__init__()
        w = widths
        self.base_layer = nn.Sequential(*conv_norm(3, w[0], 7), nn.ReLU())
        self.level0 = nn.Sequential(*conv_norm(w[0], w[0], 3), nn.ReLU())
        self.level1 = nn.Sequential(*conv_norm(w[0], w[1], 3, 2), nn.ReLU())
        self.level2 = Tree(1, w[1], w[2], 2)
        self.level3 = Tree(2, w[2], w[3], 2, keeps_input=True)
        self.level4 = Tree(2, w[3], w[4], 2, keeps_input=True)
        self.level5 = Tree(1, w[4], w[5], 2, keeps_input=True)

    def forward(self, x):
        x = self.base_layer(x)
        maps = []
        for level in range(6):
            x = getattr(self, f"level{level}")(x)
            maps.append(x)
        return maps


class DeformableConv(nn.Module):
    """DCNv2 with its own convolution for offsets and mask."""

    def __init__(self, c_in, c_out):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(c_out, c_in, 3, 3))
        self.bias = nn.Parameter(torch.empty(c_out))
        self.conv_offset_mask = nn.Conv2d(c_in, 27, 3, padding=1)
        self.deform = deform_conv2d

    def forward(self, x):
        both = self.conv_offset_mask(x)
        return self.deform(x, both[:, :18], self.weight, self.bias, 1, both[:, 18:].sigmoid())


class Node(nn.Module):
    """DCNv2, batch normalisation, ReLU."""

    def __init__(self, c_in, c_out):
        super().__init__()
        self.actf = nn.Sequential(nn.BatchNorm2d(c_out), nn.ReLU())
        self.conv = DeformableConv(c_in, c_out)

    def forward(self, x):
        return self.actf(self.conv(x))


class Merge(nn.Module):
    """Brings maps of growing stride to the first one's size and width, each added to the one before."""

    def __init__(self, c_out, channels, factors):
        super().__init__()
        for i, (c_in, f) in enumerate(zip(channels[1:], factors[1:]), 1):
            setattr(self, f"proj_{i}", Node(c_in, c_out))
            up = nn.ConvTranspose2d(c_out, c_out, 2 * f, f, f // 2, groups=c_out, bias=False)
            setattr(self, f"up_{i}", up)
            setattr(self, f"node_{i}", Node(c_out, c_out))

    def forward(self, maps):
        merged = [maps[0]]
        for i, x in enumerate(maps[1:], 1):
            up = getattr(self, f"up_{i}")(getattr(self, f"proj_{i}")(x))
            merged.append(getattr(self, f"node_{i}")(up + merged[i - 1]))
        return merged


class Neck(nn.Module):
    """DLAUp: one map at each of the strides 4, 8, 16 and 32."""

    def __init__(self, channels):
        super().__init__()
        channels = list(channels)
        inner = list(channels)
        for i in range(3):
            j = len(channels) - 2 - i
            setattr(self, f"ida_{i}", Merge(channels[j], inner[j:], [1] + [2] * (len(channels) - j - 1)))
            inner[j + 1 :] = [channels[j]] * (len(channels) - j - 1)

    def forward(self, maps):
        maps = list(maps)
        out = [maps[-1]]
        for i in range(3):
            j = len(maps) - 2 - i
            maps[j:] = getattr(self, f"ida_{i}")(maps[j:])
            out.insert(0, maps[-1])
        return out


class FairMot(nn.Module):
    """Image [N, 3, H, W], RGB / 255, to hm (before the sigmoid), wh, reg and id at stride 4."""

    def __init__(self, state):
        super().__init__()
        width = lambda name: state[f"base.{name}.weight"].shape[0]
        names = ("level0.0", "level1.0", "level2.tree1.conv1", "level3.tree1.tree1.conv1")
        widths = [width(name) for name in (*names, "level4.tree1.tree1.conv1", "level5.tree1.conv1")]
        self.base = Backbone(widths)
        self.dla_up = Neck(widths[2:])
        self.ida_up = Merge(widths[2], widths[2:5], [1, 2, 4])
        for head in HEADS:
            hidden, c_in = state[f"{head}.0.weight"].shape[:2]
            out = state[f"{head}.2.weight"].shape[0]
            setattr(self, head, nn.Sequential(nn.Conv2d(c_in, hidden, 3, padding=1), nn.ReLU(), nn.Conv2d(hidden, out, 1)))
        self.load_state_dict({name: tensor.float() for name, tensor in state.items() if not name.startswith("base.fc.")})
        self.eval()

    def forward(self, image):
        features = self.ida_up(self.dla_up(self.base(image)[2:])[:3])[-1]
        return tuple(getattr(self, head)(features) for head in HEADS)


def load(path, deform=deform_conv2d):
    """The network of a checkpoint, in float32 on the CPU; `deform` samples and multiplies in its deformable convolutions."""
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    state = checkpoint.get("state_dict", checkpoint)
    network = FairMot({name.removeprefix("module."): tensor for name, tensor in state.items()})
    for module in network.modules():
        if isinstance(module, DeformableConv):
            module.deform = deform
    return network
