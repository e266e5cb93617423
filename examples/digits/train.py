#!/usr/bin/env python3
"""Trains the network of this example and writes digits.onnx, images/*.png, calibration.npz and held_out.npz beside this file.

pip install torch onnx onnxscript scikit-learn pillow; python3 train.py

Data: the 1,797 handwritten digits of 8 x 8 pixels that ship inside scikit-learn (UCI Optical Recognition of Handwritten
Digits). A fifth is held out of training; the accuracy printed and the pictures written are of that fifth.
"""
import pathlib
import random

import numpy as np
import torch
from PIL import Image
from sklearn.datasets import load_digits
from torch import nn

HERE = pathlib.Path(__file__).parent
EPOCHS = 60
BATCH = 64
CALIBRATION = 100  # training images to quantise with
PICTURE_SCALE = 8  # an 8 x 8 picture is hard to look at


def conv_bn_relu(inputs: int, outputs: int, stride: int = 1, groups: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(inputs, outputs, 3, stride, padding=1, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU())


class Residual(nn.Module):
    """x + pointwise(depthwise(x))"""

    def __init__(self, channels: int):
        super().__init__()
        self.depthwise = conv_bn_relu(channels, channels, groups=channels)
        self.pointwise = nn.Sequential(nn.Conv2d(channels, channels, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return x + self.pointwise(self.depthwise(x))


def make_network() -> nn.Module:
    return nn.Sequential(
        conv_bn_relu(1, 16),
        Residual(16),
        conv_bn_relu(16, 32, stride=2),
        Residual(32),
        conv_bn_relu(32, 48, stride=2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(48, 10),
    )


def shifted(images: torch.Tensor) -> torch.Tensor:
    """Moves each image by up to one pixel, so that the network does not learn positions by heart."""
    padded = nn.functional.pad(images, (1, 1, 1, 1))
    rows = [padded[i, :, y : y + 8, x : x + 8] for i, (y, x) in enumerate(torch.randint(0, 3, (len(images), 2)))]
    return torch.stack(rows)


def train(network: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> None:
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-2)
    steps = EPOCHS * (len(images) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-2, total_steps=steps)
    network.train()
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(images)).split(BATCH):
            loss = nn.functional.cross_entropy(network(shifted(images[batch])), labels[batch], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    network.eval()


def write_pictures(images: torch.Tensor, labels: torch.Tensor) -> None:
    folder = HERE / "images"
    folder.mkdir(exist_ok=True)
    for digit in range(10):
        pixels = images[labels == digit][0, 0].numpy()
        large = np.kron(np.round(pixels * 255).astype(np.uint8), np.ones((PICTURE_SCALE, PICTURE_SCALE), np.uint8))
        Image.fromarray(large).save(folder / f"{digit}.png", optimize=True)


def write_arrays(name: str, images: torch.Tensor, labels: torch.Tensor) -> None:
    np.savez_compressed(HERE / name, image=images.numpy(), label=labels.numpy())


def main() -> None:
    random.seed(0)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    digits = load_digits()
    images = torch.from_numpy(digits.images / 16).float().unsqueeze(1)
    labels = torch.from_numpy(digits.target)
    order = torch.randperm(len(images))
    held_out, training = order[: len(order) // 5], order[len(order) // 5 :]

    write_arrays("calibration.npz", images[training[:CALIBRATION]], labels[training[:CALIBRATION]])
    write_arrays("held_out.npz", images[held_out], labels[held_out])

    network = make_network()
    train(network, images[training], labels[training])
    with torch.no_grad():
        right = (network(images[held_out]).argmax(1) == labels[held_out]).sum().item()
    print(f"held out: {right} of {len(held_out)} right, {100 * right / len(held_out):.2f} %")

    # Softmax makes the outputs probabilities. PRESERVE keeps batch normalisation in the file, for the converter to fold.
    torch.onnx.export(nn.Sequential(network, nn.Softmax(1)).eval(), (images[:1],), str(HERE / "digits.onnx"),
                      opset_version=17, input_names=["image"], output_names=["probabilities"], dynamo=False,
                      training=torch.onnx.TrainingMode.PRESERVE)
    write_pictures(images[held_out], labels[held_out])


if __name__ == "__main__":
    main()
