"""The networks that the Python package onnx carries for its tests, with weights that show errors.

The package stores every weight as a ConstantOfShape node of one value, to keep the files small. A constant hides errors
(any permutation of a constant filter is the same filter), so each is replaced by random numbers of a scale that keeps
activations alive through the network.
"""
import pathlib

import numpy as np
import onnx
from onnx import helper, numpy_helper

FOLDER = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
LOGIT_SPREAD = 2.0  # standard deviation of what goes into the softmax: neither flat nor one-hot


def names():
    return sorted(path.stem for path in FOLDER.glob("light_*.onnx"))


def consumers(graph, name):
    """(node, input position) of each use, looking through Unsqueeze."""
    for node in graph.node:
        for position, used in enumerate(node.input):
            if used == name and node.op_type == "Unsqueeze":
                yield from consumers(graph, node.output[0])
            elif used == name:
                yield node, position


def random_weight(generator, shape, node, position):
    """Numbers that suit input `position` of `node`."""
    if node.op_type == "BatchNormalization":  # x, scale, bias, mean, variance
        low, high = {1: (0.8, 1.2), 2: (-0.2, 0.2), 3: (-0.2, 0.2), 4: (0.7, 1.4)}[position]
        return generator.uniform(low, high, shape)
    if node.op_type == "Mul":
        return generator.uniform(0.8, 1.2, shape)
    if len(shape) < 2:  # a bias
        return generator.uniform(-0.1, 0.1, shape)
    transposed = any(a.name == "transB" and a.i for a in node.attribute)
    fan_in = shape[0] if node.op_type == "Gemm" and not transposed else np.prod(shape[1:])
    return generator.standard_normal(shape, dtype=np.float32) * np.sqrt(2.0 / fan_in)


def replace_constants(model, generator):
    graph = model.graph
    shapes = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    constants = [node for node in graph.node if node.op_type == "ConstantOfShape"]
    for constant in constants:
        shape = tuple(int(size) for size in shapes[constant.input[0]])
        name = constant.output[0]
        values = random_weight(generator, shape, *next(consumers(graph, name))).astype(np.float32)
        graph.initializer.append(numpy_helper.from_array(values, name))
        # Models this old list their initializers among the inputs.
        graph.input.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape))
        graph.node.remove(constant)


def show_logits(model):
    """Makes what goes into a final softmax an output too. Returns its name, or None."""
    softmax = [node for node in model.graph.node if node.op_type == "Softmax"]
    if not softmax:
        return None
    logits = softmax[-1].input[0]
    model.graph.output.append(helper.make_tensor_value_info(logits, onnx.TensorProto.FLOAT, None))
    return logits


def scale_last_layer(model, name, factor):
    """Multiplies weight and bias of the layer that `name` comes from."""
    producers = {output: node for node in model.graph.node for output in node.output}
    node = producers[name]
    while node.op_type not in ("Gemm", "Conv"):
        node = producers[node.input[0]]
    for tensor in model.graph.initializer:
        if tensor.name in node.input[1:]:
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) * np.float32(factor), tensor.name))


def make(name, run):
    """The model with random weights. run(model) -> {output name: array}, from an engine that is trusted."""
    model = onnx.load(FOLDER / f"{name}.onnx")
    replace_constants(model, np.random.default_rng(1))
    logits = show_logits(model)
    if logits is not None:
        scale_last_layer(model, logits, LOGIT_SPREAD / float(np.std(run(model)[logits])))
    return model
