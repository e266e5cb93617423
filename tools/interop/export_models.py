"""Exports classifiers of torchvision and timm to ONNX, those that are not in the folder yet.

usage: export_models.py FOLDER [--models a,b]

The weights are untrained: random values show errors as well as trained ones. Batch normalisation is given statistics of
a few random batches first, so that activations keep a sensible scale through deep networks.
"""
import argparse
import pathlib
import warnings

import timm
import torch
import torchvision

SIZE = 224
BATCHES = 3


def from_timm(name):
    return lambda: timm.create_model(name, pretrained=False)


MODELS = {
    "mobilenet_v1": from_timm("mobilenetv1_100"),
    "mobilenet_v2": torchvision.models.mobilenet_v2,
    "mobilenet_v3_large": torchvision.models.mobilenet_v3_large,
    "squeezenet1_1": torchvision.models.squeezenet1_1,
    "shufflenet_v2": torchvision.models.shufflenet_v2_x1_0,
    "resnet18": torchvision.models.resnet18,
    "resnet50": torchvision.models.resnet50,
    "efficientnet_lite0": from_timm("tf_efficientnet_lite0"),
    "efficientnet_b0": torchvision.models.efficientnet_b0,
    "mnasnet1_0": torchvision.models.mnasnet1_0,
    "regnet_y_400mf": torchvision.models.regnet_y_400mf,
}


def export(name, path):
    torch.manual_seed(0)
    model = MODELS[name]()
    with torch.no_grad():
        model.train()
        for _ in range(BATCHES):
            model(torch.randn(4, 3, SIZE, SIZE))
    model.eval()
    unfinished = path.with_suffix(".part")
    torch.onnx.export(model, (torch.randn(1, 3, SIZE, SIZE),), str(unfinished), opset_version=17,
                      input_names=["input"], output_names=["output"], dynamo=False)
    unfinished.rename(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--models", default=",".join(MODELS))
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    for name in arguments.models.split(","):
        path = arguments.folder / f"{name}.onnx"
        if name in MODELS and not path.exists():
            export(name, path)
            print("exported", name, flush=True)


if __name__ == "__main__":
    main()
