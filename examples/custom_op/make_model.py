"""Writes plate.onnx: next = Relu(Heat(plate)), flux = Flux(next), with two ops that only the app knows."""
import pathlib

import onnx
from onnx import TensorProto, helper


def main():
    info = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    nodes = [
        helper.make_node("Heat", ["plate"], ["warm"], name="heat", domain="my.physics", rate=0.125),
        helper.make_node("Relu", ["warm"], ["next"], name="relu"),
        helper.make_node("Flux", ["next"], ["flux"], name="flux", domain="my.physics"),
    ]
    graph = helper.make_graph(nodes, "plate", [info("plate", [3, 4])], [info("next", [3, 4]), info("flux", [])],
                              value_info=[info("warm", [3, 4])])
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("my.physics", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    onnx.save(model, pathlib.Path(__file__).parent / "plate.onnx")


if __name__ == "__main__":
    main()
