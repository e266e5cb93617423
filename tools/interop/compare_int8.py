"""Runs QDQ int8 models in ONNX Runtime and in Linnet and compares the outputs in steps of int8.

usage: compare_int8.py --linnet PROGRAM --folder FOLDER_OF_ONNX_FILES [--models a,b] [--nodes]

Whole models: Linnet must agree with ONNX Runtime (optimisations on) within one step on as many elements as ONNX Runtime
without optimisations does, and never differ by more than two. With --nodes also each node by itself, on the inputs that it
has in the whole model: never more than one step apart, convolutions and matrix products equal on 99.99 % of all elements.
Exit status 3 where that does not hold.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

from compare import EXIT_MISMATCH, convert_and_run, random_feeds

MOST_STEPS = 2
EQUAL_NODES = 0.9999
PRODUCTS = {"Conv", "Gemm", "MatMul", "ConvTranspose"}


def session_of(model, optimized=True):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Without it, sums of products saturate at 16 bits on processors that have no int8 dot product.
    options.add_session_config_entry("session.x64quantprecision", "1")
    if not optimized:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def step_of(model, name):
    """The scale of the DequantizeLinear that computes an output; None where another op does."""
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if name in node.output and node.op_type == "DequantizeLinear" and node.input[1] in constants:
            return float(numpy_helper.to_array(constants[node.input[1]]).ravel()[0])
    return None


class Agreement:
    """Differences in steps over all outputs."""

    def __init__(self):
        self.elements = self.equal = self.within_one = 0
        self.most = 0.0

    def add(self, expected, found, step):
        if expected.shape != found.shape:
            self.most = np.inf
            return
        steps = np.rint(np.abs(found.astype(np.float64) - expected.astype(np.float64)) / step)
        self.elements += steps.size
        self.equal += int((steps == 0).sum())
        self.within_one += int((steps <= 1).sum())
        self.most = max(self.most, steps.max(initial=0))

    def part_equal(self):
        return self.equal / max(self.elements, 1)

    def part_within_one(self):
        return self.within_one / max(self.elements, 1)


def compare_outputs(model, expected, found):
    agreement = Agreement()
    for output, e, f in zip(model.graph.output, expected, found):
        step = step_of(model, output.name)
        agreement.add(e, f, step if step is not None else np.abs(e).max() / 127)
    return agreement


def check_model(program, name, path):
    model = onnx.load(path)
    session = session_of(model)
    feeds = random_feeds(session, {tensor.name for tensor in model.graph.initializer})
    expected = session.run(None, feeds)
    plain = compare_outputs(model, expected, session_of(model, optimized=False).run(None, feeds))
    with tempfile.TemporaryDirectory() as folder:
        found = compare_outputs(model, expected, convert_and_run(program, path, feeds, pathlib.Path(folder)))
    good = found.part_within_one() >= plain.part_within_one() and found.most <= MOST_STEPS
    print(f"{name:24s} {found.part_equal():9.4%} {found.part_within_one():10.4%} {found.most:5.0f}   "
          f"{plain.part_equal():9.4%} {plain.part_within_one():10.4%} {plain.most:5.0f}   {'ok' if good else 'MISMATCH'}",
          flush=True)
    return good


def quantised_nodes(model):
    """Each node between DequantizeLinear and QuantizeLinear, with the nodes before and the node behind it."""
    producer = {output: node for node in model.graph.node for output in node.output}
    consumers = {}
    for node in model.graph.node:
        for name in node.input:
            consumers.setdefault(name, []).append(node)
    for node in model.graph.node:
        before = [producer[name] for name in node.input if name in producer]
        after = consumers.get(node.output[0], [])
        kinds = {n.op_type for n in before}, [n.op_type for n in after]
        if kinds == ({"DequantizeLinear"}, ["QuantizeLinear"]):
            yield node, before, after[0]


def node_model(model, node, before, quantize, types, shapes):
    """The node between its DequantizeLinear and QuantizeLinear nodes as a model with quantised inputs and outputs."""
    constants = {tensor.name for tensor in model.graph.initializer}
    activations = [n.input[0] for n in before if n.input[0] not in constants]
    nodes = [*{n.output[0]: n for n in before}.values(), node, quantize]
    used = {name for n in nodes for name in n.input}
    value = lambda name: helper.make_tensor_value_info(name, types[name], shapes[name])
    graph = helper.make_graph(nodes, "node", [value(name) for name in dict.fromkeys(activations)],
                              [value(quantize.output[0])],
                              [tensor for tensor in model.graph.initializer if tensor.name in used])
    return helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


def check_nodes(program, name, path):
    model = onnx.load(path)
    found = list(quantised_nodes(model))
    constants = {tensor.name for tensor in model.graph.initializer}
    wanted = [n.input[0] for _, before, _ in found for n in before if n.input[0] not in constants]
    wanted = list(dict.fromkeys(wanted + [quantize.output[0] for _, _, quantize in found]))
    whole = onnx.ModelProto()
    whole.CopyFrom(model)
    del whole.graph.output[:]
    whole.graph.output.extend(onnx.ValueInfoProto(name=name) for name in wanted)
    session = session_of(whole, optimized=False)
    feeds = random_feeds(session, constants)
    values = dict(zip(wanted, session.run(None, feeds)))
    types = {name: helper.np_dtype_to_tensor_dtype(value.dtype) for name, value in values.items()}
    shapes = {name: value.shape for name, value in values.items()}
    products, others = Agreement(), Agreement()
    for node, before, quantize in found:
        single = node_model(model, node, before, quantize, types, shapes)
        inputs = {tensor.name: values[tensor.name] for tensor in single.graph.input}
        expected = session_of(single).run(None, inputs)[0]
        with tempfile.TemporaryDirectory() as folder:
            onnx.save(single, f"{folder}/node.onnx")
            result = convert_and_run(program, f"{folder}/node.onnx", inputs, pathlib.Path(folder))[0]
        (products if node.op_type in PRODUCTS else others).add(expected, result, 1)
    good = products.part_equal() >= EQUAL_NODES and products.most <= 1 and others.most <= 1
    for kind, agreement in ("products", products), ("others", others):
        print(f"{name + ', ' + kind:24s} {agreement.part_equal():9.4%} {agreement.part_within_one():10.4%} "
              f"{agreement.most:5.0f}   of {agreement.elements} elements, node by node   {'ok' if good else 'MISMATCH'}",
              flush=True)
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--linnet", required=True)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--models", help="only these")
    parser.add_argument("--nodes", action="store_true")
    arguments = parser.parse_args()
    print(f"{'int8 network':24s} {'equal':>9s} {'within one':>10s} {'most':>5s}   ONNX Runtime without optimisations")
    checks = [check_model, check_nodes] if arguments.nodes else [check_model]
    mismatches = count = 0
    for path in sorted(arguments.folder.glob("*.onnx")):
        if arguments.models and path.stem not in arguments.models.split(","):
            continue
        for check in checks:
            try:
                mismatches += not check(arguments.linnet, path.stem, path)
            except subprocess.CalledProcessError as failure:
                print(f"{path.stem:24s} linnet failed with status {failure.returncode}", flush=True)
                mismatches += 1
            count += 1
    print(f"{count - mismatches} checks of int8 networks agree with ONNX Runtime, {mismatches} do not")
    sys.exit(EXIT_MISMATCH if mismatches or not count else 0)


if __name__ == "__main__":
    main()
