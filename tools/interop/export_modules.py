"""Exports the modules of torch_modules.py, and networks of timm beside convolutional classifiers, to ONNX.

usage: export_modules.py FOLDER [--models a,b]

A name that ends in _dynamo goes through torch's exporter of graphs (opset 18, weights in a file of their own); the others
are traced (opset 17). The weights are random.
"""
import argparse
import pathlib
import warnings

import timm
import torch

import torch_modules as modules

TRACED_OPSET, GRAPH_OPSET = 17, 18
IMAGE = {"input": {0: "batch"}}
FREE_IMAGE = {"image": {0: "batch", 2: "height", 3: "width"}}
PAST = {0: "two", 1: "batch", 3: "past"}


def image(size=224):
    return torch.randn(2, 3, size, size)


def from_timm(name):
    return lambda: timm.create_model(name, pretrained=False)


# Name: module, example inputs, names of inputs and outputs, free dimensions.
MODELS = {
    "vit_tiny": (from_timm("vit_tiny_patch16_224"), lambda: (image(),), ["input"], ["output"], IMAGE),
    "convnext_atto": (from_timm("convnext_atto"), lambda: (image(),), ["input"], ["output"],
                      {"input": {0: "batch", 2: "height", 3: "width"}}),
    "mobilevit_xs": (from_timm("mobilevit_xs"), lambda: (image(256),), ["input"], ["output"], IMAGE),
    "swin": (modules.swin, lambda: (image(),), ["input"], ["output"], IMAGE),
    "whisper_encoder": (modules.WhisperEncoder, lambda: (torch.randn(1, 80, 3000),), ["mel"], ["audio"],
                        {"mel": {0: "batch", 2: "frames"}}),
    "whisper_decoder": (modules.WhisperDecoder, lambda: (torch.randint(0, 51865, (2, 9)), torch.randn(2, 150, 384)),
                        ["tokens", "audio"], ["logits"], {"tokens": {0: "batch", 1: "length"}, "audio": {0: "batch", 1: "frames"}}),
    "bert_mini": (modules.Bert, lambda: (torch.randint(0, 30522, (2, 24)), torch.ones(2, 24, dtype=torch.int64),
                                         torch.zeros(2, 24, dtype=torch.int64)),
                  ["input_ids", "attention_mask", "token_type_ids"], ["hidden", "pooled"],
                  {name: {0: "batch", 1: "sequence"} for name in ("input_ids", "attention_mask", "token_type_ids")}),
    "cached_decoder": (modules.CachedDecoder,
                       lambda: (torch.randint(0, 1000, (1, 3)), torch.randn(2, 1, 4, 5, 32), torch.randn(2, 1, 4, 5, 32)),
                       ["tokens", "past0", "past1"], ["logits", "present0", "present1"],
                       {"tokens": {0: "batch", 1: "new"}, "past0": {1: "batch", 3: "past"}, "past1": {1: "batch", 3: "past"}}),
    "unet": (modules.UNet, lambda: (image(64),), ["image"], ["mask"], FREE_IMAGE),
    "detector": (modules.Detector, lambda: (image(96),), ["image"], ["boxes"], FREE_IMAGE),
    "speech": (modules.Speech, lambda: (torch.randn(2, 37, 40),), ["features"], ["scores", "hidden", "cell"],
               {"features": {0: "batch", 1: "frames"}}),
}
GRAPHS = ["vit_tiny", "mobilevit_xs", "swin", "bert_mini", "cached_decoder", "unet", "detector", "speech", "whisper_decoder"]
NAMES = list(MODELS) + [f"{name}_dynamo" for name in GRAPHS]


def settle(module, inputs):
    """Gives batch normalisation the statistics of random inputs, so that activations keep a sensible scale."""
    module.train()
    with torch.no_grad():
        for _ in range(3):
            module(*inputs)
    module.eval()


def export(name, path):
    make, example, inputs, outputs, free = MODELS[name.removesuffix("_dynamo")]
    torch.manual_seed(0)
    module, values = make(), example()
    settle(module, values)
    unfinished = path.with_suffix(".part")
    if name.endswith("_dynamo"):
        shapes = tuple({d: torch.export.Dim.DYNAMIC for d in free.get(key, {})} for key in inputs)
        program = torch.onnx.export(module, values, None, opset_version=GRAPH_OPSET, input_names=inputs, output_names=outputs,
                                    dynamic_shapes=shapes, dynamo=True, verbose=False)
        program.save(str(path), external_data=True)
        return
    torch.onnx.export(module, values, str(unfinished), opset_version=TRACED_OPSET, input_names=inputs, output_names=outputs,
                      dynamic_axes=free, dynamo=False)
    unfinished.rename(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--models", default=",".join(NAMES))
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.models.split(","):
        path = arguments.folder / f"{name}.onnx"
        if name in NAMES and not path.exists():
            export(name, path)
            print("exported", name, flush=True)


if __name__ == "__main__":
    main()
