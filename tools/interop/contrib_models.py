"""Checks ops of the domain com.microsoft: one small model per form, run by ONNX Runtime and by Linnet.

usage: contrib_models.py --linnet PROGRAM [--models a,b] [--keep FOLDER]

Prints for each model the largest error relative to the largest output. Exit status 3 if one exceeds its tolerance.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from compare import convert_and_run, start_runtime

EXIT_MISMATCH = 3
FLOAT_TOLERANCE = 2e-5
STEP = "step"  # results of integers may differ by one step of the result
MICROSOFT = "com.microsoft"
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def random(*shape, seed=0):
    return np.random.default_rng(seed + sum(shape)).standard_normal(shape).astype(np.float32)


def codes(*shape, dtype=np.uint8, seed=0):
    info = np.iinfo(dtype)
    return np.random.default_rng(seed + sum(shape)).integers(info.min, info.max + 1, shape).astype(dtype)


def weights(*shape, seed=0):
    """int8 of 7 bits: products of uint8 and int8 saturate in ONNX Runtime on processors without VNNI."""
    return codes(*shape, dtype=np.int8, seed=seed) // 2


def model(op, inputs, outputs=1, constants=(), domain=MICROSOFT, onnx_opset=17, **attributes):
    """One node. `inputs`: name -> array or None; those in `constants` are initializers, the rest are fed."""
    names = [name if value is not None else "" for name, value in inputs.items()]
    results = [f"y{i}" for i in range(outputs)] if isinstance(outputs, int) else outputs
    node = helper.make_node(op, names, results, name="node", domain=domain, **attributes)
    given = {name: np.asarray(value) for name, value in inputs.items() if value is not None}
    infos = [helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
             for name, value in given.items() if name not in constants]
    graph = helper.make_graph(
        [node], "g", infos, [helper.make_empty_tensor_value_info(name) for name in results if name],
        [numpy_helper.from_array(given[name], name) for name in constants if name in given])
    opsets = [helper.make_opsetid("", onnx_opset), helper.make_opsetid(MICROSOFT, 1)]
    made = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    return made, {name: value for name, value in given.items() if name not in constants}


# --- products -------------------------------------------------------------------------------------------------------

@case
def fused_conv():
    return model("FusedConv", {"x": random(1, 3, 8, 8), "w": random(4, 3, 3, 3), "b": random(4), "z": random(1, 4, 8, 8)},
                 constants=("w", "b"), activation="Relu", pads=[1, 1, 1, 1])


@case
def fused_conv_leaky():
    return model("FusedConv", {"x": random(1, 3, 8, 8), "w": random(4, 3, 3, 3)}, constants=("w",),
                 activation="LeakyRelu", activation_params=[0.2])


@case
def fused_matmul():
    return model("FusedMatMul", {"a": random(2, 5, 3), "b": random(2, 4, 5)}, transA=1, transB=1, alpha=0.5)


@case
def fused_matmul_batch_a():
    return model("FusedMatMul", {"a": random(3, 2, 5), "b": random(2, 5, 4)}, transBatchA=1)


@case
def fused_matmul_batch_both():
    return model("FusedMatMul", {"a": random(5, 2, 3), "b": random(4, 2, 5)}, transBatchA=1, transA=1, transBatchB=1,
                 transB=1)


@case
def fused_gemm():
    return model("FusedGemm", {"a": random(3, 5), "b": random(5, 4), "c": random(4)}, constants=("b", "c"),
                 activation="Relu", alpha=0.5)


@case
def fused_gemm_leaky():
    return model("FusedGemm", {"a": random(3, 5), "b": random(4, 5), "c": random(4)}, constants=("b", "c"),
                 activation="LeakyRelu", activation_alpha=0.3, transB=1)


def nbits(bits, n, k, block, points=None, seed=3):
    blocks = -(-k // block)
    inputs = {"a": random(2, 3, k), "b": codes(n, blocks, block * bits // 8, seed=seed),
              "scales": np.abs(random(n * blocks)) + 0.1, "zero_points": None}
    if points == "packed":
        inputs["zero_points"] = codes(n * -(-blocks * bits // 8), seed=seed + 1)
    elif points == "float":
        inputs["zero_points"] = random(n * blocks) + 2 ** (bits - 1)
    return model("MatMulNBits", inputs, constants=("b", "scales", "zero_points"), K=k, N=n, bits=bits, block_size=block)


@case
def matmul_4_bits():
    return nbits(4, 8, 64, 32)


@case
def matmul_4_bits_zero_points():
    return nbits(4, 8, 96, 32, "packed")


@case
def matmul_4_bits_rest_of_a_block():
    return nbits(4, 8, 70, 32, "packed")


@case
def matmul_4_bits_float_zero_points():
    return nbits(4, 8, 64, 16, "float")


@case
def matmul_8_bits():
    return nbits(8, 8, 64, 32, "packed")


@case
def matmul_2_bits():
    return nbits(2, 8, 64, 32, "packed")


@case
def matmul_integer_to_float():
    return model("MatMulIntegerToFloat",
                 {"a": codes(3, 8), "b": weights(8, 4), "a_scale": np.float32(0.02), "b_scale": np.float32(0.1),
                  "a_zero_point": np.uint8(120), "b_zero_point": np.int8(3), "bias": random(4)},
                 constants=("b", "b_scale", "b_zero_point", "bias"))


@case
def dynamic_quantize_matmul():
    return model("DynamicQuantizeMatMul",
                 {"a": random(3, 8), "b": weights(8, 4), "b_scale": np.abs(random(4)) + 0.01,
                  "b_zero_point": np.zeros(4, np.int8), "bias": random(4)},
                 constants=("b", "b_scale", "b_zero_point", "bias"))


# --- activations and norms ------------------------------------------------------------------------------------------

@case
def gelu():
    return model("Gelu", {"x": random(3, 40)})


@case
def fast_gelu():
    return model("FastGelu", {"x": random(3, 40), "bias": random(40)}, constants=("bias",))


@case
def bias_gelu():
    return model("BiasGelu", {"x": random(3, 40), "bias": random(40)}, constants=("bias",))


@case
def quick_gelu():
    return model("QuickGelu", {"x": random(3, 40)}, alpha=1.5)


@case
def skip_layer_norm():
    return model("SkipLayerNormalization",
                 {"x": random(2, 3, 8), "skip": random(2, 3, 8, seed=1), "gamma": random(8), "beta": random(8, seed=2),
                  "bias": random(8, seed=3)}, outputs=["y", "", "", "sum"], constants=("gamma", "beta", "bias"))


@case
def skip_layer_norm_broadcast():
    return model("SkipLayerNormalization", {"x": random(2, 3, 8), "skip": random(3, 8), "gamma": random(8)},
                 constants=("gamma",), epsilon=1e-3)


@case
def simplified_layer_norm():
    return model("SimplifiedLayerNormalization", {"x": random(2, 3, 8), "scale": random(8)}, constants=("scale",),
                 domain="", axis=-1, epsilon=1e-5, stash_type=1)


@case
def skip_simplified_layer_norm():
    return model("SkipSimplifiedLayerNormalization",
                 {"x": random(2, 3, 8), "skip": random(2, 3, 8, seed=1), "gamma": random(8), "bias": random(8, seed=3)},
                 outputs=["y", "", "", "sum"], constants=("gamma", "bias"))


def embeddings(**more):
    ids = np.array([[1, 4, 2], [0, 5, 3]], np.int32)
    inputs = {"ids": ids, "segments": np.array([[0, 1, 1], [1, 0, 0]], np.int32), "words": random(6, 8),
              "positions": random(5, 8, seed=1), "segment_table": random(2, 8), "gamma": random(8), "beta": random(8, seed=1)}
    inputs.update(more)
    return model("EmbedLayerNormalization", inputs, outputs=["y", "mask_index", "sum"],
                 constants=("words", "positions", "segment_table", "gamma", "beta"), epsilon=1e-5)


@case
def embed_layer_norm():
    return embeddings(mask=np.array([[1, 1, 0], [1, 1, 1]], np.int32))


@case
def embed_layer_norm_without_segments():
    return embeddings(segments=None, segment_table=None)


@case
def embed_layer_norm_position_ids():
    return embeddings(mask=None, position_ids=np.array([[2, 0, 1], [4, 3, 3]], np.int32))


# --- attention ------------------------------------------------------------------------------------------------------

def attention(mask=None, past=None, bias=None, outputs=1, **attributes):
    inputs = {"x": random(2, 5, 8), "w": random(8, 24), "b": random(24), "mask": mask, "past": past, "bias": bias}
    while list(inputs.values())[-1] is None:
        inputs.popitem()
    return model("Attention", inputs, outputs=outputs, constants=("w", "b"), num_heads=2, **attributes)


@case
def attention_plain():
    return attention()


@case
def attention_lengths():
    return attention(mask=np.array([3, 5], np.int32))


@case
def attention_mask():
    return attention(mask=np.array([[1, 1, 0, 1, 0], [1, 1, 1, 1, 1]], np.int32))


@case
def attention_mask_3d():
    return attention(mask=np.tril(np.ones((2, 5, 5), np.int32)))


@case
def attention_causal():
    return attention(unidirectional=1)


@case
def attention_past():
    return attention(past=random(2, 2, 2, 3, 4), outputs=2, unidirectional=1)


@case
def attention_bias_and_scale():
    return attention(bias=random(2, 2, 5, 5), scale=0.3)


@case
def attention_sizes():
    return model("Attention", {"x": random(2, 5, 8), "w": random(8, 20), "b": random(20)}, constants=("w", "b"),
                 num_heads=2, qkv_hidden_sizes=[8, 8, 4])


@case
def q_attention():
    return model("QAttention",
                 {"x": codes(2, 5, 8), "w": weights(8, 24), "b": random(24), "x_scale": np.float32(0.01),
                  "w_scale": np.float32(0.01), "mask": np.array([3, 5], np.int32), "x_zero_point": np.uint8(128),
                  "w_zero_point": np.int8(0)},
                 constants=("w", "b", "w_scale", "w_zero_point"), num_heads=2)


def heads(bias=None, mask=None, scores_bias=None, past_key=None, past_value=None, outputs=1, key=None, value=None, query=None,
          **attributes):
    inputs = {"q": query, "k": key, "v": value, "bias": bias, "mask": mask, "scores_bias": scores_bias, "past_key": past_key,
              "past_value": past_value}
    while list(inputs.values())[-1] is None:
        inputs.popitem()
    return model("MultiHeadAttention", inputs, outputs=outputs, constants=("bias",), num_heads=2, **attributes)


THREE = {"query": random(2, 3, 8), "key": random(2, 5, 8), "value": random(2, 5, 8, seed=7)}


@case
def multi_head():
    return heads(**THREE)


@case
def multi_head_bias_and_mask():
    return heads(bias=random(24), mask=np.array([[1, 1, 0, 1, 0], [1, 1, 1, 1, 1]], np.int32), **THREE)


@case
def multi_head_scores_bias():
    return heads(scores_bias=random(1, 2, 3, 5), **THREE)


@case
def multi_head_past():
    return heads(past_key=random(2, 2, 4, 4), past_value=random(2, 2, 4, 4, seed=3), outputs=3, query=random(2, 3, 8),
                 key=random(2, 3, 8, seed=1), value=random(2, 3, 8, seed=2))


@case
def multi_head_keys_in_heads():
    return heads(query=random(2, 3, 8), key=random(2, 2, 5, 4), value=random(2, 2, 5, 4, seed=1))


@case
def multi_head_causal():
    return heads(unidirectional=1, query=random(2, 4, 8), key=random(2, 4, 8, seed=1), value=random(2, 4, 8, seed=2))


def rotary(x, ids, **attributes):
    angles = np.outer(np.arange(16), 1 / 10 ** np.arange(2)).astype(np.float32)
    return model("RotaryEmbedding", {"x": x, "ids": np.asarray(ids, np.int64), "cos": np.cos(angles), "sin": np.sin(angles)},
                 constants=("cos", "sin"), **attributes)


@case
def rotary_offset():
    return rotary(random(2, 5, 8), [3])


@case
def rotary_positions():
    return rotary(random(2, 3, 8), [[1, 4, 2], [0, 9, 15]])


@case
def rotary_interleaved():
    return rotary(random(2, 3, 8), [[1, 4, 2], [0, 9, 15]], interleaved=1)


@case
def rotary_heads_first():
    return rotary(random(2, 2, 3, 4), [[1, 4, 2], [0, 9, 15]])


@case
def rotary_part():
    return rotary(random(2, 3, 16), [2], rotary_embedding_dim=4, num_heads=2)


# --- quantised ------------------------------------------------------------------------------------------------------

def qlinear(op, shape=(1, 3, 6, 6), dtype=np.uint8, operands=1, y_scale=0.03, **attributes):
    inputs = {}
    for i in range(operands):
        inputs |= {f"x{i}": codes(*shape, dtype=dtype, seed=i), f"s{i}": np.float32(0.02 + 0.01 * i),
                   f"z{i}": dtype(5 + i)}
    inputs |= {"y_scale": np.float32(y_scale), "y_zero_point": dtype(7)}
    made = model(op, inputs, constants=[name for name in inputs if name[0] != "x"], **attributes)
    return (*made, STEP)


@case
def q_add():
    return qlinear("QLinearAdd", operands=2)


@case
def q_add_int8():
    return qlinear("QLinearAdd", operands=2, dtype=np.int8)


@case
def q_mul():
    return qlinear("QLinearMul", operands=2, dtype=np.int8)


@case
def q_sigmoid():
    return qlinear("QLinearSigmoid", y_scale=1 / 256)


@case
def q_leaky_relu():
    return qlinear("QLinearLeakyRelu", alpha=0.1)


@case
def q_global_average_pool():
    return qlinear("QLinearGlobalAveragePool")


@case
def q_global_average_pool_channels_last():
    return qlinear("QLinearGlobalAveragePool", channels_last=1)


@case
def q_average_pool():
    return qlinear("QLinearAveragePool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])


@case
def q_softmax():
    return qlinear("QLinearSoftmax", shape=(2, 12), y_scale=1 / 256, axis=-1, opset=13)


@case
def q_concat():
    inputs = {"y_scale": np.float32(0.03), "y_zero_point": np.uint8(9)}
    for i in range(3):
        inputs |= {f"x{i}": codes(1, i + 1, 4, 4), f"s{i}": np.float32(0.02 + 0.01 * i), f"z{i}": np.uint8(5 * i)}
    return (*model("QLinearConcat", inputs, constants=[name for name in inputs if name[0] != "x"], axis=1), STEP)


@case
def q_where():
    inputs = {"condition": random(3, 4) > 0}
    for i in range(2):
        inputs |= {f"x{i}": codes(3, 4, seed=i), f"s{i}": np.float32(0.02 + 0.01 * i), f"z{i}": np.uint8(5 * i)}
    inputs |= {"y_scale": np.float32(0.03), "y_zero_point": np.uint8(9)}
    return (*model("QLinearWhere", inputs, constants=[n for n in inputs if n[0] not in "xc"]), STEP)


@case
def q_gemm():
    inputs = {"a": codes(3, 8), "a_scale": np.float32(0.02), "a_zero_point": np.uint8(120),
              "b": weights(8, 4), "b_scale": np.float32(0.03), "b_zero_point": np.int8(0),
              "c": np.arange(4, dtype=np.int32) * 100, "y_scale": np.float32(0.2), "y_zero_point": np.uint8(100)}
    return (*model("QGemm", inputs, constants=[n for n in inputs if n != "a"]), STEP)


@case
def q_gemm_to_float():
    inputs = {"a": codes(3, 8), "a_scale": np.float32(0.02), "a_zero_point": np.uint8(120),
              "b": weights(4, 8), "b_scale": np.float32(0.03), "b_zero_point": np.int8(0)}
    return model("QGemm", inputs, constants=[n for n in inputs if n != "a"], transB=1, alpha=0.5)


@case
def quantize_16_bits():
    return (*model("QuantizeLinear", {"x": random(3, 40), "s": np.float32(1e-3), "z": np.uint16(300)},
                   constants=("s", "z")), STEP)


@case
def dequantize_16_bits():
    return model("DequantizeLinear", {"x": codes(3, 40, dtype=np.int16), "s": np.float32(1e-3), "z": np.int16(-300)},
                 constants=("s", "z"))


@case
def dynamic_quantize_lstm():
    """ONNX Runtime rounds activations to 8 bits in each step, Linnet does not."""
    hidden, width = 6, 4
    inputs = {"x": random(5, 2, width), "w": weights(1, width, 4 * hidden),
              "r": weights(1, hidden, 4 * hidden), "b": random(1, 8 * hidden), "lengths": None, "h": None, "c": None,
              "p": None, "w_scale": np.array([0.01], np.float32), "w_zero_point": np.array([0], np.int8),
              "r_scale": np.array([0.01], np.float32), "r_zero_point": np.array([0], np.int8)}
    return (*model("DynamicQuantizeLSTM", inputs, outputs=3, constants=[n for n in inputs if n != "x"],
                   hidden_size=hidden), 0.03)


# --- the rest -------------------------------------------------------------------------------------------------------

@case
def gather_nd():
    return model("GatherND", {"x": random(3, 4, 5), "indices": np.array([[0, 1], [2, 3]], np.int64)})


@case
def pad():
    return model("Pad", {"x": random(2, 3), "pads": np.array([1, 0, 0, 2], np.int64), "value": np.array([2], np.float32)},
                 constants=("pads", "value"), mode="constant")


@case
def trilu():
    return model("Trilu", {"x": random(4, 5), "k": np.int64(1)}, constants=("k",), upper=1)


def error_of(expected, found, tolerance):
    if expected.shape != found.shape or expected.dtype != found.dtype:
        return np.inf
    difference = np.abs(found.astype(np.float64) - expected.astype(np.float64)).max(initial=0)
    integer = np.issubdtype(expected.dtype, np.integer)
    return difference if integer and tolerance == STEP else difference / max(np.abs(expected).max(initial=0), 1e-9)


def check(program, name, folder):
    made, feeds, *tolerance = CASES[name]()
    tolerance = tolerance[0] if tolerance else FLOAT_TOLERANCE
    path = folder / f"{name}.onnx"
    onnx.save(made, path)
    try:
        expected = start_runtime(str(path)).run(None, feeds)
    except Exception as refusal:
        print(f"{name:40s} ONNX Runtime refuses it: {str(refusal).splitlines()[0][:150]}", flush=True)
        return None
    try:
        found = convert_and_run(program, path, feeds, folder)
    except subprocess.CalledProcessError as failure:
        print(f"{name:40s} linnet failed with status {failure.returncode}", flush=True)
        return False
    error = max(error_of(e, f, tolerance) for e, f in zip(expected, found)) if len(expected) == len(found) else np.inf
    good = error <= (1 if tolerance == STEP else tolerance)
    print(f"{name:40s} {error:12.2e}  {'ok' if good else 'MISMATCH'}", flush=True)
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--linnet", required=True)
    parser.add_argument("--models", help="only these")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for the models")
    arguments = parser.parse_args()
    names = arguments.models.split(",") if arguments.models else list(CASES)
    with tempfile.TemporaryDirectory() as temporary:
        results = []
        for name in names:
            folder = (arguments.keep or pathlib.Path(temporary)) / name
            folder.mkdir(parents=True, exist_ok=True)
            results.append(check(arguments.linnet, name, folder))
    agreed, refused = results.count(True), results.count(None)
    print(f"{agreed} models agree with ONNX Runtime, {results.count(False)} do not, {refused} it does not run itself")
    sys.exit(EXIT_MISMATCH if results.count(False) or not agreed else 0)


if __name__ == "__main__":
    main()
