"""What ONNX Runtime's own tools make of networks: its transformer optimiser and its quantisers, run by ONNX Runtime and by Linnet.

usage: ort_tools.py --linnet PROGRAM [--bert FILE] [--keep FOLDER]

A small convolutional network and an LSTM are made here; --bert names an exported BERT with the inputs input_ids, attention_mask
and token_type_ids. Prints the ops of each model and the largest error relative to the largest output, and ends with status 3 if
one exceeds its tolerance. Models of integers may differ in steps of their output: theirs are compared by signal-to-noise ratio.
"""
import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import quantization
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions

from compare import convert_and_run, start_runtime

EXIT_MISMATCH = 3
FLOAT_TOLERANCE = 1e-4
MIN_SQNR_DB = 25  # for models that round activations


def weights(generator, *shape):
    return (generator.standard_normal(shape) / np.sqrt(np.prod(shape[1:]) or 1)).astype(np.float32)


def build(nodes, inputs, outputs, initializers, opset=17):
    info = lambda pair: helper.make_tensor_value_info(pair[0], TensorProto.FLOAT, pair[1])
    graph = helper.make_graph(nodes, "g", [info(i) for i in inputs], [info(o) for o in outputs],
                              [numpy_helper.from_array(value, name) for name, value in initializers.items()])
    return onnx.shape_inference.infer_shapes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8))


def convolutions():
    """Every op for which the quantiser has an op between integers."""
    g = np.random.default_rng(0)
    node = helper.make_node
    nodes = [
        node("Conv", ["x", "w1", "b1"], ["c1"], pads=[1, 1, 1, 1]), node("Relu", ["c1"], ["r1"]),
        node("Conv", ["r1", "w2", "b2"], ["c2"], pads=[1, 1, 1, 1], group=8), node("LeakyRelu", ["c2"], ["r2"], alpha=0.2),
        node("Add", ["r1", "r2"], ["sum"]), node("Sigmoid", ["r2"], ["gate"]), node("Mul", ["sum", "gate"], ["gated"]),
        node("Concat", ["gated", "r1"], ["both"], axis=1),
        node("AveragePool", ["both"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
        node("MaxPool", ["pooled"], ["peak"], kernel_shape=[2, 2], strides=[2, 2]),
        node("GlobalAveragePool", ["peak"], ["mean"]), node("Flatten", ["mean"], ["flat"]),
        node("Gemm", ["flat", "w3", "b3"], ["logits"], transB=1), node("Softmax", ["logits"], ["y"]),
    ]
    initializers = {"w1": weights(g, 8, 3, 3, 3), "b1": weights(g, 8, 1)[:, 0], "w2": weights(g, 8, 1, 3, 3),
                    "b2": weights(g, 8, 1)[:, 0], "w3": 3 * weights(g, 10, 16), "b3": weights(g, 10, 1)[:, 0]}
    return build(nodes, [("x", [1, 3, 16, 16])], [("y", [1, 10])], initializers)


def recurrent():
    g = np.random.default_rng(1)
    initializers = {"w": weights(g, 1, 64, 16), "r": weights(g, 1, 64, 16), "b": 0.1 * weights(g, 1, 128), "d": weights(g, 16, 8)}
    nodes = [helper.make_node("LSTM", ["x", "w", "r", "b"], ["h"], hidden_size=16),
             helper.make_node("MatMul", ["h", "d"], ["y"])]
    return build(nodes, [("x", [7, 2, 16])], [("y", [7, 1, 2, 8])], initializers)


class Reader(quantization.CalibrationDataReader):
    def __init__(self, batches):
        self.batches = iter(batches)

    def get_next(self):
        return next(self.batches, None)


def images(count):
    g = np.random.default_rng(2)
    return [{"x": g.standard_normal((1, 3, 16, 16)).astype(np.float32)} for _ in range(count)]


def make_static(source, target, form, activation):
    quantization.quantize_static(source, target, Reader(images(8)), quant_format=form, activation_type=activation,
                                 weight_type=quantization.QuantType.QInt8, per_channel=form == quantization.QuantFormat.QDQ)


def text_feeds():
    g = np.random.default_rng(3)
    return {"input_ids": g.integers(0, 30522, (2, 9)), "token_type_ids": g.integers(0, 2, (2, 9)),
            "attention_mask": (np.arange(9)[None] < np.array([[9], [6]])).astype(np.int64)}


def optimize(source, target, raw_mask):
    options = FusionOptions("bert")
    options.use_raw_attention_mask(raw_mask)
    # 0 heads: found from the graph.
    optimizer.optimize_model(str(source), "bert", num_heads=0, hidden_size=0, optimization_options=options,
                             opt_level=0).save_model_to_file(str(target))


def models(folder, bert):
    """(file, feeds, whether activations are rounded)"""
    conv, lstm = folder / "conv.onnx", folder / "lstm.onnx"
    onnx.save(convolutions(), conv)
    onnx.save(recurrent(), lstm)
    feeds = images(1)[0]
    for form, kind in ((quantization.QuantFormat.QOperator, "operators"), (quantization.QuantFormat.QDQ, "qdq")):
        for activation in (quantization.QuantType.QUInt8, quantization.QuantType.QInt8):
            target = folder / f"conv_{kind}_{activation.name}.onnx"
            make_static(conv, target, form, activation)
            yield target, feeds, True
    sequence = {"x": np.random.default_rng(4).standard_normal((7, 2, 16)).astype(np.float32)}
    for source, given in ((conv, feeds), (lstm, sequence)):
        target = folder / f"{source.stem}_dynamic.onnx"
        quantization.quantize_dynamic(source, target)
        yield target, given, True
    if not bert:
        return
    for raw_mask in (True, False):
        target = folder / f"bert_optimized_{'mask' if raw_mask else 'lengths'}.onnx"
        optimize(bert, target, raw_mask)
        yield target, text_feeds(), False
    quantized = folder / "bert_optimized_dynamic.onnx"
    # Weights of 7 bits: on processors without VNNI, ONNX Runtime's products of uint8 and int8 saturate.
    quantization.quantize_dynamic(target, quantized, reduce_range=True, extra_options={"DefaultTensorType": TensorProto.FLOAT})
    yield quantized, text_feeds(), True


def sqnr(expected, found):
    noise = np.square(found.astype(np.float64) - expected).sum()
    return np.inf if noise == 0 else 10 * np.log10(np.square(expected.astype(np.float64)).sum() / noise)


def check(program, path, feeds, rounded, folder):
    ops = collections.Counter(node.op_type for node in onnx.load(path, load_external_data=False).graph.node)
    print(f"{path.stem}: {', '.join(f'{op} {count}' for op, count in sorted(ops.items()))}", flush=True)
    session = start_runtime(str(path))
    names = [i.name for i in session.get_inputs()]
    types = {i.name: i.type for i in session.get_inputs()}
    feeds = {name: feeds[name].astype(np.int32) if types[name] == "tensor(int32)" else feeds[name] for name in names}
    expected = session.run(None, feeds)
    try:
        found = convert_and_run(program, path, feeds, folder)
    except subprocess.CalledProcessError as failure:
        print(f"  linnet failed with status {failure.returncode}", flush=True)
        return False
    error = max(np.abs(f.astype(np.float64) - e).max() / np.abs(e).max() for e, f in zip(expected, found))
    ratio = min(sqnr(e, f) for e, f in zip(expected, found))
    good = ratio >= MIN_SQNR_DB if rounded else error <= FLOAT_TOLERANCE
    print(f"  error / max {error:.2e}, SQNR {ratio:.1f} dB  {'ok' if good else 'MISMATCH'}", flush=True)
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--linnet", required=True)
    parser.add_argument("--bert", type=pathlib.Path)
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for the models")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        results = [check(arguments.linnet, path, feeds, rounded, folder)
                   for path, feeds, rounded in models(folder, arguments.bert)]
    print(f"{results.count(True)} models agree with ONNX Runtime, {results.count(False)} do not")
    sys.exit(EXIT_MISMATCH if results.count(False) or not results else 0)


if __name__ == "__main__":
    main()
