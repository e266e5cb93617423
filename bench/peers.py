#!/usr/bin/env python3
"""Times a model in Linnet and in the other engines that this Python has, side by side.

usage: bench/peers.py MODEL.onnx... --linnet build-release/linnet [--threads 1,2] [--rounds 3] [--seconds 0.7]
                      [--shape NAME=1x3x224x224]... [--engines a,b] [--json FILE]

Engines (pip install onnxruntime openvino ncnn pnnx MNN ai-edge-litert executorch; what is missing is left out):
  onnxruntime, openvino   run MODEL.onnx
  ncnn, mnn               run MODEL.onnx as their converters (pnnx, mnnconvert) translate it
  litert, executorch      run MODEL.tflite and MODEL.pte where such a file lies beside MODEL.onnx

Machines are noisy: each round starts every engine once, in turn, in a fresh process, and an engine's figure is the best of
its rounds' medians. One thread is pinned to one core. A ratio under 1 means that Linnet is faster.
"""
import argparse
import importlib.util
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

WARM_UP_RUNS = 3
MINIMUM_RUNS = 7


# --- One engine in a process of its own: `peers.py --time ENGINE MODEL THREADS SECONDS [NAME=SIZES...]`. ---
# Each function returns what runs the model once. Loading is part of what is timed.

def open_onnxruntime(model, threads, feeds):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, feeds)


def open_openvino(model, threads, feeds):
    import openvino
    core = openvino.Core()
    compiled = core.compile_model(core.read_model(model), "CPU", {
        "INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": "1"})
    request = compiled.create_infer_request()
    return lambda: request.infer(feeds, share_inputs=True)


def open_ncnn(model, threads, feeds):
    import ncnn
    net = ncnn.Net()
    net.opt.num_threads = threads
    net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = net.opt.use_bf16_storage = False
    net.load_param(model + ".param")
    net.load_model(model + ".bin")
    inputs = [ncnn.Mat(value[0]) for value in feeds.values()]

    def run():
        extractor = net.create_extractor()
        for index, value in enumerate(inputs):
            extractor.input(f"in{index}", value)
        return extractor.extract("out0")
    return run


def open_mnn(model, threads, feeds):
    import MNN
    net = MNN.Interpreter(model)
    session = net.createSession({"backend": "CPU", "numThread": threads, "precision": "high"})
    for name, value in feeds.items():
        tensor = MNN.Tensor(value.shape, MNN.Halide_Type_Float, value, MNN.Tensor_DimensionType_Caffe)
        net.getSessionInput(session, name).copyFrom(tensor)
    return lambda: net.runSession(session)


def open_litert(model, threads, feeds):
    from ai_edge_litert.interpreter import Interpreter
    interpreter = Interpreter(model, num_threads=threads)
    interpreter.allocate_tensors()
    for tensor in interpreter.get_input_details():  # made for another layout: same sizes, any values
        interpreter.set_tensor(tensor["index"], random_values(tensor["shape"], tensor["dtype"]))
    return interpreter.invoke


def open_executorch(model, threads, feeds):
    import torch
    from executorch.extension.pybindings.portable_lib import _load_for_executorch
    module = _load_for_executorch(model)
    tensors = [torch.from_numpy(value) for value in feeds.values()]
    return lambda: module.forward(tensors)


OPEN = {"onnxruntime": open_onnxruntime, "openvino": open_openvino, "ncnn": open_ncnn, "mnn": open_mnn,
        "litert": open_litert, "executorch": open_executorch}
MODULES = {"mnn": "MNN", "litert": "ai_edge_litert"}


def random_values(shape, dtype):
    import numpy
    return numpy.random.default_rng(0).standard_normal(tuple(shape)).astype(dtype)


def time_engine(engine, model, threads, seconds, shapes):
    os.environ["OMP_NUM_THREADS"] = str(threads)
    feeds = {name: random_values(map(int, sizes.split("x")), "float32")
             for name, sizes in (shape.rsplit("=", 1) for shape in shapes)}
    start = time.perf_counter()
    run = OPEN[engine](model, threads, feeds)
    run()
    load_ms = (time.perf_counter() - start) * 1e3
    for _ in range(WARM_UP_RUNS):
        run()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < MINIMUM_RUNS:
        begin = time.perf_counter()
        run()
        times.append((time.perf_counter() - begin) * 1e3)
    times.sort()
    print(json.dumps({"median_ms": times[len(times) // 2], "min_ms": times[0], "load_ms": load_ms}))


# --- The comparison. ---

def input_shapes(model, given):
    """NAME=SIZES of every input; free sizes are 1 unless given."""
    import onnx
    graph = onnx.load(model, load_external_data=False).graph
    constants = {tensor.name for tensor in graph.initializer}
    shapes = {value.name: "x".join(str(d.dim_value or 1) for d in value.type.tensor_type.shape.dim)
              for value in graph.input if value.name not in constants}
    shapes.update({name: sizes for name, sizes in (shape.rsplit("=", 1) for shape in given) if name in shapes})
    return [f"{name}={sizes}" for name, sizes in shapes.items()]


def translate(engine, model, shapes, folder):
    """The file that the engine runs, or None."""
    beside = {"litert": ".tflite", "executorch": ".pte"}
    if engine in beside:
        path = model.with_suffix(beside[engine])
        return str(path) if path.exists() else None
    target = folder / model.stem
    if engine == "mnn":
        path = target.with_suffix(".mnn")
        command = ["mnnconvert", "-f", "ONNX", "--modelFile", model, "--MNNModel", path, "--bizCode", "peers"]
        subprocess.run(command, capture_output=True)
        return str(path) if path.exists() else None
    if engine == "ncnn":
        copy = folder / model.name  # pnnx writes beside its input
        copy.write_bytes(model.read_bytes())
        sizes = ",".join("[" + shape.rsplit("=", 1)[1].replace("x", ",") + "]" for shape in shapes)
        subprocess.run(["pnnx", copy, f"inputshape={sizes}", "fp16=0"], capture_output=True, cwd=folder)
        return f"{target}.ncnn" if pathlib.Path(f"{target}.ncnn.param").exists() else None
    return str(model)


def last_json(command, threads):
    if threads == 1:
        command = ["taskset", "-c", "1" if os.cpu_count() > 1 else "0"] + command
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    try:
        return json.loads(result.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return {"error": (result.stderr or result.stdout).strip()[-200:]}


def measure(arguments, model, threads, linnet_model, files, shapes):
    best = {}
    for _ in range(arguments.rounds):
        commands = {"linnet": [arguments.linnet, "bench", linnet_model, "--threads", threads, "--seconds",
                               arguments.seconds, "--json"] + [part for shape in shapes for part in ("--shape", shape)]}
        for engine, path in files.items():
            commands[engine] = [sys.executable, __file__, "--time", engine, path, threads, arguments.seconds] + shapes
        for engine, command in commands.items():
            figures = last_json(command, threads)
            best[engine] = min(best.get(engine, figures), figures, key=lambda f: f.get("median_ms", math.inf))
    return {"model": model.stem, "threads": threads, "engines": best}


def report(row):
    times = {engine: figures["median_ms"] for engine, figures in row["engines"].items() if "median_ms" in figures}
    text = "  ".join(f"{engine} {ms:.2f}" for engine, ms in times.items())
    missing = [engine for engine in row["engines"] if engine not in times]
    others = {engine: ms for engine, ms in times.items() if engine != "linnet"}
    if others and "linnet" in times:
        fastest = min(others, key=others.get)
        row["ratio"] = times["linnet"] / others[fastest]
        text += f"  | linnet / {fastest} = {row['ratio']:.2f}"
    print(f"{row['model']:32s} {row['threads']} thread{'s' if row['threads'] > 1 else ' '}  {text}"
          + (f"  (failed: {', '.join(missing)})" if missing else ""), flush=True)


def main():
    if sys.argv[1:2] == ["--time"]:
        engine, model, threads, seconds = sys.argv[2:6]
        return time_engine(engine, model, int(threads), float(seconds), sys.argv[6:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--linnet", required=True)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.7)
    parser.add_argument("--shape", action="append", default=[])
    parser.add_argument("--engines", default=",".join(OPEN))
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    engines = [engine for engine in arguments.engines.split(",") if importlib.util.find_spec(MODULES.get(engine, engine))]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for model in arguments.models:
            shapes = input_shapes(model, arguments.shape)
            linnet_model = folder / f"{model.stem}.linnet"
            subprocess.run([arguments.linnet, "convert", model, "-o", linnet_model], check=True, stdout=subprocess.DEVNULL)
            files = {engine: translate(engine, model.resolve(), shapes, folder) for engine in engines}
            files = {engine: path for engine, path in files.items() if path}
            for threads in map(int, arguments.threads.split(",")):
                rows.append(measure(arguments, model, threads, linnet_model, files, shapes))
                report(rows[-1])
    ratios = [row["ratio"] for row in rows if "ratio" in row]
    if ratios:
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        print(f"against the fastest of each row: geometric mean {mean:.3f}, worst {max(ratios):.3f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
