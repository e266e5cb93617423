#!/usr/bin/env python3
"""Draws the results of the kernel benchmarks as SVG: the roofline, and Linnet beside XNNPACK layer by layer.

usage: linnet_kernel_bench --benchmark_format=json > kernels.json
       bench/plot.py kernels.json --output FOLDER [--isa avx2]

Writes roofline.svg and layers.svg. Needs matplotlib (Debian: python3-matplotlib).
"""
import argparse
import json
import pathlib
import re

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

FLOAT = 4  # bytes


def peaks(context):
    """{isa: (GFLOP/s, GB/s)} of the peaks that the program measured."""
    found = {}
    for key, value in context.items():
        if key.startswith("peak_"):
            gflops, bandwidth = re.match(r"([\d.]+) GFLOP/s, ([\d.]+) GB/s", value).groups()
            found[key[len("peak_"):]] = (float(gflops), float(bandwidth))
    return found


def bytes_moved(layer):
    """Bytes of the operands of a layer, each once; None for a name that is no layer's."""
    conv = re.match(r"[^/]+/(dw)?(\d+)x\d+(?:s(\d+))?/(\d+)x\d+/(\d+)(?:-(\d+))?", layer)
    if conv:
        depthwise, kernel, stride, size, c, n = conv.groups()
        kernel, stride, size, c = int(kernel), int(stride or 1), int(size), int(c)
        n = c if depthwise else int(n)
        out = -(-size // stride)
        return FLOAT * (size * size * c + out * out * n + kernel * kernel * (1 if depthwise else c) * n)
    product = re.search(r"m(\d+)_n(\d+)_k(\d+)", layer)
    if product:
        m, n, k = map(int, product.groups())
        return FLOAT * (m * k + k * n + m * n)
    return None


def draw_roofline(results, gflops, bandwidth, isa, path):
    figure, axes = plt.subplots(figsize=(9, 6))
    xs = [0.1, gflops / bandwidth, 1000]
    axes.loglog(xs, [min(gflops, x * bandwidth) for x in xs], color="black")
    axes.text(xs[1] * 1.5, gflops * 1.06, f"{gflops:.0f} GFLOP/s, {bandwidth:.1f} GB/s ({isa}, one thread)")
    for suffix, marker, label in ((isa, "o", "Linnet"), (f"winograd/{isa}", "^", "Linnet, Winograd"), ("xnnpack", "x", "XNNPACK")):
        points = []
        for name, figures in results.items():
            layer = name[:-len(suffix) - 1]
            moved = bytes_moved(layer)
            if not name.endswith("/" + suffix) or moved is None or (suffix == isa and layer.endswith("/winograd")):
                continue
            flops = figures["GFLOP/s"] * figures["seconds"] * 1e9
            points.append((flops / moved, figures["GFLOP/s"]))
        axes.plot(*zip(*points) if points else ([], []), marker, label=label)
    axes.set_xlabel("operations per byte")
    axes.set_ylabel("GFLOP/s")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)


def draw_layers(results, isa, path):
    rows = []
    for name, figures in results.items():
        if name.endswith("/" + isa) and "/winograd/" not in name:
            layer = name[:-len(isa) - 1]
            rows.append((layer, figures["%peak"], results.get(layer + "/xnnpack", {}).get("%peak"),
                         results.get(f"{layer}/winograd/{isa}", {}).get("%peak")))
    figure, axes = plt.subplots(figsize=(9, 0.28 * len(rows) + 1))
    for y, (_, ours, theirs, winograd) in enumerate(rows):
        axes.barh(y, ours, height=0.7, color="tab:blue", label="Linnet" if y == 0 else None)
        if theirs is not None:
            axes.plot(theirs, y, "k|", markersize=12, label="XNNPACK" if y == 0 else None)
        if winograd is not None:
            axes.plot(winograd, y, "r^", label=None)
    axes.set_yticks(range(len(rows)), [row[0] for row in rows], fontsize=7)
    axes.invert_yaxis()
    axes.axvline(100, color="gray")
    axes.set_xlabel(f"percent of peak ({isa}, one thread; red: Winograd)")
    axes.legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("json", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("--isa", help="default: the fastest that was measured")
    arguments = parser.parse_args()
    data = json.loads(arguments.json.read_text())
    measured = peaks(data["context"])
    isa = arguments.isa or max(measured, key=lambda name: measured[name][0])
    unit = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}
    results = {run["name"]: {**run, "seconds": run["real_time"] * unit[run["time_unit"]]} for run in data["benchmarks"]}
    arguments.output.mkdir(parents=True, exist_ok=True)
    draw_roofline(results, *measured[isa], isa, arguments.output / "roofline.svg")
    draw_layers(results, isa, arguments.output / "layers.svg")


if __name__ == "__main__":
    main()
