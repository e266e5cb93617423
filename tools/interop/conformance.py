#!/usr/bin/env python3
"""Writes the node cases of the package onnx as backend-test folders: model.onnx, test_data_set_0/{input,output}_N.pb.

usage: conformance.py FOLDER
Cases that are none of Linnet's business (strings, sequences, optional values, training, ai.onnx.ml, pictures in files)
are counted and not written.
"""
import pathlib
import sys

import onnx
from onnx import TensorProto, numpy_helper
from onnx.backend.test.loader import load_model_tests

OTHER_DOMAINS = ("ai.onnx.ml", "ai.onnx.preview.training", "ai.onnx.training")


def nodes_of(graph):
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for body in ([attribute.g] if attribute.HasField("g") else []) + list(attribute.graphs):
                yield from nodes_of(body)


def is_in_scope(model):
    """Whether all that goes in and out is tensors of numbers, and every node computes with such."""
    for value in list(model.graph.input) + list(model.graph.output):
        kind = value.type.WhichOneof("value")
        if kind != "tensor_type" or value.type.tensor_type.elem_type == TensorProto.STRING:
            return False
    for node in nodes_of(model.graph):
        if node.domain in OTHER_DOMAINS or node.op_type == "ImageDecoder":
            return False
        if node.op_type.startswith(("Sequence", "Optional", "String", "Split")) and node.op_type != "Split":
            return False
        if node.op_type in ("ConcatFromSequence", "LabelEncoder", "RegexFullMatch"):
            return False
    return not is_training(model.graph)


def is_training(graph):
    """BatchNormalization and Dropout can be told to train."""
    for node in nodes_of(graph):
        if any(a.name == "training_mode" and a.i != 0 for a in node.attribute):
            return True
        if node.op_type == "Dropout" and len(node.input) > 2 and node.input[2] != "":
            return True
    return False


def to_tensor(value, name):
    return value if isinstance(value, TensorProto) else numpy_helper.from_array(value, name)


def write_case(case, folder):
    data = folder / "test_data_set_0"
    data.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(case.model.SerializeToString())
    inputs, outputs = case.data_sets[0]
    graph = case.model.graph
    for kind, infos, values in (("input", graph.input, inputs), ("output", graph.output, outputs)):
        for i, (info, value) in enumerate(zip(infos, values)):
            (data / f"{kind}_{i}.pb").write_bytes(to_tensor(value, info.name).SerializeToString())


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    cases = load_model_tests(kind="node")
    written = [case for case in cases if is_in_scope(case.model)]
    for case in written:
        write_case(case, folder / case.name)
    print(f"onnx {onnx.__version__}: {len(cases)} node cases, {len(written)} of them in scope")


if __name__ == "__main__":
    main()
