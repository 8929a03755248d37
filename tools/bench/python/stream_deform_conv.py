"""Deformable convolution for CUDA graphs: recipe-plugin's im2col on the current stream, and one batched product of cuBLAS.

torchvision launches its kernels on the default stream (pytorch/vision#9513), so a graph captured on another does not contain them.
"""
import ctypes
import os
from pathlib import Path

import torch
from torch.nn import functional as F

BUILT = Path(__file__).resolve().parent.parent / "build" / "recipe-plugin" / "librecipe_im2col.so"
_function = None


def load():
    """The library's function, RECIPE_IM2COL or that of the build folder; OSError where there is none."""
    global _function
    if _function is None:
        path = os.environ.get("RECIPE_IM2COL") or str(BUILT)
        try:
            _function = ctypes.CDLL(path).recipeIm2col
        except OSError as error:
            raise OSError(f"Expected librecipe_im2col.so but received: {error}; build tools/bench/recipe-plugin") from error
        _function.argtypes = [ctypes.c_int32] * 7 + [ctypes.c_void_p] * 5
        _function.restype = ctypes.c_int
    return _function


def sampled_columns(x, offset, mask, side, padding):
    """Columns [N, C * taps, H * W] by PyTorch's grid_sample, tap by tap, anywhere."""
    n, channels, height, width = x.shape
    ys = torch.arange(height, device=x.device, dtype=x.dtype).view(1, height, 1)
    xs = torch.arange(width, device=x.device, dtype=x.dtype).view(1, 1, width)
    taps = []
    for tap in range(side * side):
        at_y = ys - padding + tap // side + offset[:, 2 * tap]
        at_x = xs - padding + tap % side + offset[:, 2 * tap + 1]
        grid = torch.stack((2 * at_x / (width - 1) - 1, 2 * at_y / (height - 1) - 1), dim=-1)
        sampled = F.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=True)
        taps.append(sampled * mask[:, tap : tap + 1])
    return torch.stack(taps, dim=2).view(n, channels * side * side, height * width)


def streamed_columns(x, offset, mask, side, padding):
    """The same by the library, on the current stream."""
    if x.dtype not in (torch.float32, torch.float16):
        raise TypeError(f"Expected float32 or float16 but received {x.dtype}")
    n, channels, height, width = x.shape
    # Named, so that they live until the kernel is queued.
    inputs = [tensor.contiguous() for tensor in (x, offset, mask)]
    columns = x.new_empty(n, channels * side * side, height * width)
    sizes = (int(x.dtype == torch.float16), n, channels, height, width, side, padding)
    stream = torch.cuda.current_stream(x.device).cuda_stream
    status = load()(*sizes, *(tensor.data_ptr() for tensor in (*inputs, columns)), stream)
    if status != 0:
        raise RuntimeError(f"im2col failed with CUDA error {status}")
    return columns


def product(columns, x, weight, bias):
    """weight [C_out, C, side, side] times the columns of all images, plus bias."""
    flat = weight.flatten(1)
    n, (height, width) = x.shape[0], x.shape[2:]
    start = bias.view(1, -1, 1).expand(n, -1, height * width)
    return torch.baddbmm(start, flat.expand(n, *flat.shape), columns).view(n, -1, height, width)


def sampled_deform_conv2d(
    x: torch.Tensor, offset: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, padding: int, mask: torch.Tensor
) -> torch.Tensor:
    """DCNv2 of stride 1: x [N, C, H, W], offset [N, 2 * taps, H, W] as (dy, dx), mask [N, taps, H, W]."""
    return product(sampled_columns(x, offset, mask, weight.shape[-1], padding), x, weight, bias)


stream_deform_conv2d = torch.library.custom_op("fairmot_bench::deform_conv2d", sampled_deform_conv2d, mutates_args=())


@stream_deform_conv2d.register_kernel("cuda")
def _(x, offset, weight, bias, padding, mask):
    return product(streamed_columns(x, offset, mask, weight.shape[-1], padding), x, weight, bias)


@stream_deform_conv2d.register_fake
def _(x, offset, weight, bias, padding, mask):
    return x.new_empty(x.shape[0], weight.shape[0], *x.shape[2:])
