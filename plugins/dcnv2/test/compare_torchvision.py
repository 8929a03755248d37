"""The kernels against torchvision.ops.deform_conv2d, and their times side by side (development only).

usage: compare_torchvision.py LIBDCNV2_C [--count N] [--seed N] [--time]
"""

import argparse
import ctypes
import math
import statistics
import sys

import torch
from torchvision.ops import deform_conv2d

NCHW, NHWC = 0, 1
OIHW, OHWI = 0, 1
TYPES = {torch.float32: 0, torch.float16: 1, torch.bfloat16: 2}
LAYERS = [(512, 256, 19, 34, 1), (256, 256, 38, 68, 1), (256, 128, 38, 68, 2), (128, 128, 76, 136, 2),
          (128, 64, 76, 136, 4), (64, 64, 152, 272, 5), (256, 64, 38, 68, 1)]


def load(path):
    library = ctypes.CDLL(path)
    library.dcnv2_workspace_bytes.restype = ctypes.c_int64
    library.dcnv2_problem.restype = ctypes.c_char_p
    return library


def pitch(channels, dtype):
    return channels if dtype == torch.float32 else (channels + 7) // 8 * 8


def packed(tensor, layout):
    """[N, C, H, W] in a layout; padding channels hold NaN."""
    if layout == NCHW:
        return tensor.contiguous()
    n, c, h, w = tensor.shape
    out = torch.full((n, h, w, pitch(c, tensor.dtype)), math.nan, dtype=tensor.dtype, device=tensor.device)
    out[..., :c] = tensor.permute(0, 2, 3, 1)
    return out


class Layer:
    """One layer of our kernel with its buffers."""

    def __init__(self, library, x, offset, mask, weight, bias, stride, padding, dilation, groups, deformable, layout,
                 offset_layout, weight_layout, fused, relu):
        n, c, h, w = x.shape
        self.library, self.layout, self.channels = library, layout, weight.shape[0]
        self.out_size = (n, weight.shape[0], offset.shape[2], offset.shape[3])
        values = [n, c, h, w, weight.shape[0], weight.shape[2], weight.shape[3], *stride, *padding, *dilation, groups,
                  deformable, TYPES[x.dtype], layout, offset_layout, weight_layout, int(fused), int(fused), int(relu)]
        assert len(values) == library.dcnv2_integers()
        self.params = (ctypes.c_int32 * len(values))(*values)
        problem = library.dcnv2_problem(self.params)
        assert problem is None, problem
        if fused:
            logits = torch.logit(mask.float().clamp(1e-3, 1 - 1e-3)).to(mask.dtype)
            self.mask_used = torch.sigmoid(logits.double())
            first, second = packed(torch.cat([offset, logits], 1), offset_layout), None
        else:
            self.mask_used = mask.double()
            first, second = packed(offset, offset_layout), packed(mask, offset_layout)
        ohwi = weight.permute(0, 2, 3, 1).contiguous() if weight_layout == OHWI else weight.contiguous()
        last = pitch(self.channels, x.dtype)
        shape = self.out_size if layout == NCHW else (n, offset.shape[2], offset.shape[3], last)
        self.output = torch.full(shape, math.nan, dtype=x.dtype, device=x.device)
        workspace = torch.empty(max(1, library.dcnv2_workspace_bytes(self.params)), dtype=torch.uint8, device=x.device)
        self.tensors = [packed(x, layout), first, second, ohwi, bias, self.output, workspace]
        pointers = [None if t is None else t.data_ptr() for t in self.tensors]
        self.pointers = (ctypes.c_void_p * 7)(*pointers)

    def run(self):
        stream = ctypes.c_void_p(torch.cuda.current_stream().cuda_stream)
        status = self.library.dcnv2_forward(self.params, self.pointers, stream)
        assert status == 0, f"dcnv2_forward returned CUDA error {status}"

    def result(self):
        out = self.output if self.layout == NCHW else self.output[..., : self.channels].permute(0, 3, 1, 2)
        return out.double()


def compare(library, generator, index):
    def pick(*values):
        return values[int(torch.randint(len(values), (1,), generator=generator))]

    def normal(*shape):
        return torch.randn(*shape, generator=generator)

    dtype = pick(torch.float32, torch.float16, torch.bfloat16)
    groups, deformable = pick(1, 1, 2), pick(1, 1, 2)
    n, c = pick(1, 2, 3, 8), groups * deformable * pick(4, 8, 16, 32, 64)
    cout, k = groups * pick(3, 8, 27, 64, 128), pick(1, 3, 3, 5)
    h, w = pick(7, 19, 38, 61), pick(9, 34, 68, 71)
    stride, padding, dilation = (pick(1, 2), pick(1, 1, 3)), (pick(0, 1, 2), pick(0, 1)), (pick(1, 2), pick(1, 1, 2))
    oh = (h + 2 * padding[0] - dilation[0] * (k - 1) - 1) // stride[0] + 1
    ow = (w + 2 * padding[1] - dilation[1] * (k - 1) - 1) // stride[1] + 1
    if oh < 1 or ow < 1:
        return None
    scale = pick(0.5, 2.0, 12.0)
    cuda = {"device": "cuda", "dtype": dtype}
    x = normal(n, c, h, w).to(**cuda)
    offset = (normal(n, 2 * deformable * k * k, oh, ow) * scale).to(**cuda)
    mask = torch.rand(n, deformable * k * k, oh, ow, generator=generator).to(**cuda)
    weight = (normal(cout, c // groups, k, k) / math.sqrt(c // groups * k * k)).to(**cuda)
    bias = pick(None, normal(cout).to(**cuda))
    relu = pick(False, True)
    layer = Layer(library, x, offset, mask, weight, bias, stride, padding, dilation, groups, deformable,
                  pick(NCHW, NHWC), pick(NCHW, NHWC), pick(OIHW, OHWI), pick(False, True), relu)
    layer.run()
    expected = deform_conv2d(x.double(), offset.double(), weight.double(), None if bias is None else bias.double(),
                             stride, padding, dilation, layer.mask_used)
    expected = expected.relu() if relu else expected
    error = ((layer.result() - expected).norm() / expected.norm().clamp_min(1e-12)).item()
    limit = {torch.float32: 1e-4, torch.float16: 2e-3, torch.bfloat16: 1.6e-2}[dtype]
    passed = math.isfinite(error) and error <= limit
    if not passed:
        print(f"FAIL {index}: {dtype} batch {n} {c}->{cout} {h}x{w} kernel {k}, offsets {scale}: error {error:.2e}")
    return dtype, error, passed


def median_microseconds(run, repeats=30, calls=20):
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        run()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        for _ in range(calls):
            run()
    times = []
    for _ in range(repeats):
        start, stop = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        graph.replay()
        stop.record()
        stop.synchronize()
        times.append(1000 * start.elapsed_time(stop) / calls)
    return statistics.median(times)


def time_layers(library, dtype):
    print(f"\n{dtype}, batch 1, warm, median us of one layer in a CUDA graph")
    print(f"{'layer':22} {'count':>5} {'ours':>9} {'torchvision':>12}")
    totals = [0.0, 0.0]
    fast = dtype != torch.float32
    for c, cout, h, w, count in LAYERS:
        cuda = {"device": "cuda", "dtype": dtype}
        x, weight = torch.randn(1, c, h, w).to(**cuda), (torch.randn(cout, c, 3, 3) / math.sqrt(9 * c)).to(**cuda)
        offset, mask = torch.randn(1, 18, h, w).to(**cuda), torch.rand(1, 9, h, w).to(**cuda)
        bias = torch.randn(cout).to(**cuda)
        layout = NHWC if fast else NCHW
        layer = Layer(library, x, offset, mask, weight, bias, (1, 1), (1, 1), (1, 1), 1, 1, layout, layout,
                      OHWI if fast else OIHW, fast, True)
        ours = median_microseconds(layer.run)
        theirs = median_microseconds(lambda: deform_conv2d(x, offset, weight, bias, 1, 1, 1, mask))
        totals = [totals[0] + count * ours, totals[1] + count * theirs]
        print(f"{f'{c}->{cout} {h}x{w}':22} {count:5} {ours:9.2f} {theirs:12.2f}")
    print(f"{'sixteen layers':22} {16:5} {totals[0]:9.2f} {totals[1]:12.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time", action="store_true")
    arguments = parser.parse_args()
    library = load(arguments.library)
    generator = torch.Generator().manual_seed(arguments.seed)
    results = [r for r in (compare(library, generator, i) for i in range(arguments.count)) if r is not None]
    for dtype in TYPES:
        errors = [error for kind, error, _ in results if kind == dtype]
        print(f"{dtype}: {len(errors)} shapes, largest relative error {max(errors, default=0):.2e}")
    failures = sum(not passed for _, _, passed in results)
    print(f"{'FAIL' if failures else 'PASS'}: {len(results)} shapes, {failures} failures")
    if arguments.time:
        time_layers(library, torch.float16)
        time_layers(library, torch.float32)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
