"""Rows of the comparison that PyTorch makes, and the reference that all rows are held against.

python3 pytorch_rows.py reference --checkpoint FILE.pth --golden FOLDER --golden-model half|full --out FOLDER
        [--height 608 --width 1088 --device cuda]
python3 pytorch_rows.py rows --checkpoint FILE.pth --reference FOLDER --rows '[{"name": "fp16", "batch": 1, "half": true}, ...]'
        [--seconds 2 --device cuda]

`reference` writes a folder: manifest.json, the input, the heads in float32 without TF32. `rows` prints one JSON object a line for
each row as soon as it is measured; one that fails says why. No figure is asserted.
"""
import argparse
import json
import time
from pathlib import Path

import numpy
import torch

import fairmot
import stream_deform_conv

OUTPUTS = ("hm", "wh", "reg", "id_feature")


def golden_heads(folder, model):
    """Input and heads of a manifest.json as tensors."""
    manifest = json.loads((folder / "manifest.json").read_text())

    def read(entry):
        return torch.from_numpy(numpy.fromfile(folder / entry["file"], numpy.float32)).view(*entry["shape"])

    return read(manifest["input"]), {name: read(manifest["models"][model][name]) for name in OUTPUTS}


def differences(expected, received):
    """Largest and relative (2-norm) difference of each head; both of the first image."""
    result = {}
    for name in OUTPUTS:
        a, b = expected[name].double(), received[name][:1].double().cpu()
        error = (a - b).abs()
        if not bool(torch.isfinite(error).all()):
            result[name] = {"max": None, "relative": None}
            continue
        result[name] = {"max": error.max().item(), "relative": (error.norm() / a.norm()).item()}
    return result


def heads_of(network, image):
    """Heads by name, in float32."""
    return {name: value.float() for name, value in zip(OUTPUTS, network(image))}


def exact_float32(on):
    """Whether float32 is computed as float32: TF32 off."""
    torch.backends.cuda.matmul.allow_tf32 = not on
    torch.backends.cudnn.allow_tf32 = not on


class Clock:
    """Milliseconds of a call: events on a GPU, wall time on the CPU."""

    def __init__(self, device):
        self.cuda = device == "cuda"
        if self.cuda:
            self.events = [torch.cuda.Event(enable_timing=True) for _ in range(2)]

    def time(self, call):
        if not self.cuda:
            begin = time.perf_counter()
            call()
            return 1000 * (time.perf_counter() - begin)
        self.events[0].record()
        call()
        self.events[1].record()
        torch.cuda.synchronize()
        return self.events[0].elapsed_time(self.events[1])

    def median_of(self, call, seconds):
        """Statistics of calls over so many seconds, after some that do not count."""
        for _ in range(10 if self.cuda else 1):
            self.time(call)
        times, end = [], time.perf_counter() + seconds
        while time.perf_counter() < end or len(times) < (20 if self.cuda else 2):
            times.append(self.time(call))
        times.sort()
        at = lambda share: times[min(len(times) - 1, int(share * len(times)))]
        return {"runs": len(times), "median": at(0.5), "p99": at(0.99), "min": times[0]}


def captured(network, image):
    """The network as one CUDA graph: a call that replays it, and its outputs."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            network(image)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        outputs = network(image)
    return graph.replay, outputs


def row(settings, path, image, expected, seconds, device):
    """Times one form at one batch and compares its heads; settings: batch, exact, half, last, compile, graph."""
    deform = fairmot.deform_conv2d
    if settings.get("graph"):
        stream_deform_conv.load()  # a graph without the deformable convolutions is none of this network
        deform = stream_deform_conv.stream_deform_conv2d
    exact_float32(settings.get("exact", False))
    torch.backends.cudnn.benchmark = True
    kind = torch.float16 if settings.get("half") else torch.float32
    layout = torch.channels_last if settings.get("last") else torch.contiguous_format
    network = fairmot.load(path, deform).to(device=device, dtype=kind, memory_format=layout)
    batched = image.to(device, kind).repeat(settings["batch"], 1, 1, 1).to(memory_format=layout)
    if settings.get("compile"):
        network = torch.compile(network)
    with torch.inference_mode():
        outputs = network(batched)
        call = lambda: network(batched)
        if settings.get("graph"):
            call, outputs = captured(network, batched)
        times = Clock(device).median_of(call, seconds)
    received = {name: value.float() for name, value in zip(OUTPUTS, outputs)}
    return {"times": times, "accuracy": differences(expected, received)}


def write_reference(folder, image, heads, about):
    """A folder in the form of the golden one, with one model called `reference`."""
    folder.mkdir(parents=True, exist_ok=True)

    def write(name, tensor):
        tensor.contiguous().numpy().astype("<f4").tofile(folder / f"{name}.f32")
        return {"file": f"{name}.f32", "shape": list(tensor.shape)}

    manifest = {
        "input": write("input", image),
        "models": {"reference": {name: write(name, value) for name, value in heads.items()}},
        **about,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))


def reference(options):
    """The input at the wanted size, float32 heads of it, and how far the same network is from the golden heads."""
    exact_float32(True)
    small, golden = golden_heads(options.golden, options.golden_model)
    network = fairmot.load(options.checkpoint).to(options.device)
    with torch.inference_mode():
        received = heads_of(network, small.to(options.device))
        error = differences(golden, received)
        size = (options.height, options.width)
        image = torch.nn.functional.interpolate(small, size, mode="bilinear", align_corners=False)
        heads = {name: value.cpu() for name, value in heads_of(network, image.to(options.device)).items()}
    return image, heads, error


def versions(device):
    found = {"PyTorch": torch.__version__, "deformable convolution": fairmot.DEFORM_CONV}
    try:
        import torchvision

        found["torchvision"] = torchvision.__version__
    except Exception:
        pass
    if device == "cuda":
        found["CUDA of PyTorch"] = torch.version.cuda
        found["cuDNN of PyTorch"] = str(torch.backends.cudnn.version())
        found["GPU"] = torch.cuda.get_device_name(0)
    return found


def make_reference(options):
    image, heads, error = reference(options)
    made_with = f"PyTorch {torch.__version__}, float32 without TF32, {fairmot.DEFORM_CONV}"
    about = {"made_with": made_with, "golden": error, "versions": versions(options.device)}
    write_reference(options.out, image, heads, about)
    print(json.dumps(about))


def measure_rows(options):
    image, heads = golden_heads(options.reference, "reference")
    for settings in json.loads(options.rows):
        entry = {"name": settings["name"], "batch": settings["batch"]}
        try:
            entry |= row(settings, options.checkpoint, image, heads, options.seconds, options.device)
        except Exception as problem:  # the other rows go on
            entry["error"] = (str(problem).strip() or repr(problem)).splitlines()[0][:300]
        if options.device == "cuda":
            torch.cuda.empty_cache()
        print(json.dumps(entry), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, run in (("reference", make_reference), ("rows", measure_rows)):
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        command.add_argument("--checkpoint", type=Path, required=True)
        command.add_argument("--device", default="cuda")
    making, measuring = commands.choices["reference"], commands.choices["rows"]
    making.add_argument("--golden", type=Path, required=True)
    making.add_argument("--golden-model", default="full")
    making.add_argument("--out", type=Path, required=True)
    making.add_argument("--height", type=int, default=608)
    making.add_argument("--width", type=int, default=1088)
    measuring.add_argument("--reference", type=Path, required=True)
    measuring.add_argument("--rows", required=True, help="JSON")
    measuring.add_argument("--seconds", type=float, default=2)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
