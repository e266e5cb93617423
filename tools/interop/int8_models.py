"""Makes QDQ int8 models for compare_int8.py with ONNX Runtime's quantiser.

usage: int8_models.py OUT_FOLDER [--folder FOLDER_OF_FLOAT_MODELS] [--models a,b]

Without --folder: small networks of our own with random weights, that together have every op that int8 passes fold. With it:
each float model of the folder. Calibration data is random: the files are for numerical agreement, not for accuracy.
"""
import argparse
import pathlib
import tempfile

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

OPSET = 17


class RandomInputs(CalibrationDataReader):
    def __init__(self, name, shape):
        draw = lambda seed: np.random.RandomState(seed).randn(*shape).astype(np.float32)
        self.feeds = iter([{name: draw(seed)} for seed in range(4)])

    def get_next(self):
        return next(self.feeds, None)


class Network:
    """A graph built node by node; every method gives the name of the result."""

    def __init__(self, shape, seed=0):
        self.generator = np.random.RandomState(seed)
        self.shape = shape
        self.nodes, self.constants = [], []

    def constant(self, values):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def op(self, kind, *inputs, **attributes):
        name = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def weight(self, *shape):
        fan_in = np.prod(shape[1:])
        return self.constant((self.generator.randn(*shape) * np.sqrt(2 / fan_in)).astype(np.float32))

    def bias(self, n):
        return self.constant((self.generator.randn(n) * 0.1).astype(np.float32))

    def conv(self, x, channels, n, kernel=1, stride=1, group=1):
        pad = kernel // 2
        return self.op("Conv", x, self.weight(n, channels // group, kernel, kernel), self.bias(n), group=group,
                       kernel_shape=[kernel, kernel], strides=[stride, stride], pads=[pad] * 4)

    def model(self, output, shape):
        value = lambda name, sizes: helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, sizes)
        graph = helper.make_graph(self.nodes, "network", [value("x", self.shape)], [value(output, shape)], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)


def mobile():
    """Depthwise convolutions, a residual, hard-swish, squeeze and excitation, global pooling."""
    n = Network([1, 3, 32, 32])
    x = n.op("Relu", n.conv("x", 3, 16, 3, stride=2))
    y = n.conv(x, 16, 48)
    y = n.op("Mul", y, n.op("HardSigmoid", y, alpha=1 / 6, beta=0.5))
    y = n.op("Relu", n.conv(y, 48, 48, 3, group=48))
    s = n.op("GlobalAveragePool", y)
    s = n.op("HardSigmoid", n.conv(n.op("Relu", n.conv(s, 48, 12)), 12, 48), alpha=1 / 6, beta=0.5)
    y = n.op("Add", n.conv(n.op("Mul", y, s), 48, 16), x)
    y = n.op("Clip", n.conv(y, 16, 64, 5, stride=2, group=4), n.constant(np.float32(0)), n.constant(np.float32(6)))
    y = n.op("Flatten", n.op("GlobalAveragePool", y))
    y = n.op("Gemm", y, n.weight(10, 64), n.bias(10), transB=1)
    return n.model(y, [1, 10])


def branches():
    """Concat of other scales, max and average pooling, Sigmoid, Resize, a sum of two convolutions."""
    n = Network([1, 3, 40, 40], seed=1)
    x = n.op("MaxPool", n.op("Relu", n.conv("x", 3, 16, 3)), kernel_shape=[2, 2], strides=[2, 2])
    a, b = n.op("Relu", n.conv(x, 16, 8)), n.op("Sigmoid", n.conv(x, 16, 8, 3))
    y = n.op("Concat", a, b, x, axis=1)
    y = n.op("AveragePool", y, kernel_shape=[2, 2], strides=[2, 2])
    scales = n.constant(np.array([1, 1, 2, 2], np.float32))
    y = n.op("Add", n.op("Resize", n.conv(y, 32, 16), "", scales, mode="nearest"), n.conv(x, 16, 16, 3))
    y = n.op("LeakyRelu", n.conv(y, 16, 16, 3, stride=2), alpha=0.1)
    y = n.op("AveragePool", n.conv(y, 16, 4), kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    return n.model(y, [1, 4, 10, 10])


def attention():
    """One head of attention over 12 tokens: products of activations, softmax, a residual."""
    n = Network([1, 12, 32], seed=2)
    q, k, v = (n.op("MatMul", "x", n.constant((n.generator.randn(32, 32) * 0.2).astype(np.float32))) for _ in range(3))
    scores = n.op("MatMul", q, n.op("Transpose", k, perm=[0, 2, 1]))
    scores = n.op("Softmax", n.op("Mul", scores, n.constant(np.float32(32 ** -0.5))), axis=-1)
    y = n.op("Add", n.op("MatMul", scores, v), "x")
    y = n.op("MatMul", y, n.constant((n.generator.randn(32, 8) * 0.2).astype(np.float32)))
    return n.model(n.op("Add", y, n.bias(8)), [1, 12, 8])


SMALL = {"mobile": mobile, "branches": branches, "attention": attention}


def quantize(source, target):
    tensor = onnx.load(source).graph.input[0]
    shape = [dim.dim_value or 1 for dim in tensor.type.tensor_type.shape.dim]
    with tempfile.TemporaryDirectory() as folder:
        prepared = f"{folder}/prepared.onnx"
        quant_pre_process(source, prepared, skip_symbolic_shape=True)
        quantize_static(prepared, target, RandomInputs(tensor.name, shape), quant_format=QuantFormat.QDQ, per_channel=True,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--models", help="only these")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    wanted = lambda name: not arguments.models or name in arguments.models.split(",")
    if arguments.folder:
        for source in sorted(arguments.folder.glob("*.onnx")):
            target = arguments.out / source.name
            if wanted(source.stem) and not target.exists():
                quantize(str(source), str(target))
        return
    for name, make in SMALL.items():
        if not wanted(name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            onnx.save(make(), f"{folder}/{name}.onnx")
            quantize(f"{folder}/{name}.onnx", str(arguments.out / f"{name}.onnx"))


if __name__ == "__main__":
    main()
