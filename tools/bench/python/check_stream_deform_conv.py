"""Holds stream_deform_conv against torchvision on the CPU, and the network with one against that with the other's form.

python3 check_stream_deform_conv.py [CHECKPOINT.pth]; prints the relative differences as JSON.
"""
import json
import sys

import torch
from torchvision.ops import deform_conv2d

import fairmot
from stream_deform_conv import stream_deform_conv2d


def relative(expected, received):
    return ((received - expected).norm() / expected.norm()).item()


torch.manual_seed(0)
n, c_in, c_out, height, width = 3, 5, 7, 13, 19
x, weight, bias = torch.randn(n, c_in, height, width), torch.randn(c_out, c_in, 3, 3), torch.randn(c_out)
offset, mask = 3 * torch.randn(n, 18, height, width), torch.rand(n, 9, height, width)
expected = deform_conv2d(x, offset, weight, bias, padding=1, mask=mask)
found = {"contiguous": relative(expected, stream_deform_conv2d(x, offset, weight, bias, 1, mask))}
last = [tensor.contiguous(memory_format=torch.channels_last) for tensor in (x, offset, mask)]
found["channels last"] = relative(expected, stream_deform_conv2d(last[0], last[1], weight, bias, 1, last[2]))
tests = ("test_schema", "test_faketensor", "test_aot_dispatch_static")
torch.library.opcheck(stream_deform_conv2d, (x, offset, weight, bias, 1, mask), test_utils=tests)
if len(sys.argv) > 1:
    image = torch.rand(2, 3, 64, 96)
    with torch.inference_mode():
        heads = zip(fairmot.load(sys.argv[1])(image), fairmot.load(sys.argv[1], stream_deform_conv2d)(image))
        found["heads"] = max(relative(*both) for both in heads)
print(json.dumps(found))
