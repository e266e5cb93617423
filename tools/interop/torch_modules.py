"""Small torch modules of the kinds that apps run: attention, recurrence, encoder / decoder, segmentation, detection.

The weights are random. Each function returns what `export_modules.py` exports: a module, example inputs, names, and which
dimensions are free.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.swin_transformer import SwinTransformer


class Attention(nn.Module):
    """Multi-head attention spelled out in matrix products, as exporters of transformers write it."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = nn.Linear(width, width), nn.Linear(width, width, bias=False), nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], self.heads, -1).permute(0, 2, 1, 3)

    def attend(self, query, key, value, mask=None):
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        if mask is not None:
            scores = scores + mask
        mixed = torch.softmax(scores, dim=-1) @ value
        return self.out(mixed.permute(0, 2, 1, 3).flatten(2))

    def forward(self, x, source=None, mask=None):
        source = x if source is None else source
        return self.attend(self.split(self.query(x)), self.split(self.key(source)), self.split(self.value(source)), mask)


class Block(nn.Module):
    """Pre-norm transformer block, with cross attention where `cross`."""

    def __init__(self, width, heads, cross=False):
        super().__init__()
        self.attention, self.attention_norm = Attention(width, heads), nn.LayerNorm(width)
        self.cross = Attention(width, heads) if cross else None
        self.cross_norm = nn.LayerNorm(width) if cross else None
        self.mlp = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x, source=None, mask=None):
        x = x + self.attention(self.attention_norm(x), mask=mask)
        if self.cross is not None:
            x = x + self.cross(self.cross_norm(x), source)
        return x + self.mlp(x)


class Bert(nn.Module):
    """BERT-mini: 4 layers of width 256, post-norm, with a mask, token types and a pooler."""

    class Layer(nn.Module):
        def __init__(self, width, heads):
            super().__init__()
            self.attention, self.norm1, self.norm2 = Attention(width, heads), nn.LayerNorm(width, 1e-12), nn.LayerNorm(width, 1e-12)
            self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

        def forward(self, x, mask):
            x = self.norm1(x + self.attention(x, mask=mask))
            return self.norm2(x + self.down(F.gelu(self.up(x))))

    def __init__(self, vocabulary=30522, width=256, layers=4, heads=4):
        super().__init__()
        self.words, self.positions, self.types = nn.Embedding(vocabulary, width), nn.Embedding(512, width), nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width, 1e-12)
        self.layers = nn.ModuleList(self.Layer(width, heads) for _ in range(layers))
        self.pooler = nn.Linear(width, width)

    def forward(self, input_ids, attention_mask, token_type_ids):
        positions = torch.arange(input_ids.shape[1], device=input_ids.device)[None]
        x = self.norm(self.words(input_ids) + self.types(token_type_ids) + self.positions(positions))
        mask = (1.0 - attention_mask[:, None, None, :].float()) * -10000.0
        for layer in self.layers:
            x = layer(x, mask)
        return x, torch.tanh(self.pooler(x[:, 0]))


class WhisperEncoder(nn.Module):
    def __init__(self, width=384, layers=4, heads=6, frames=1500):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv1d(80, width, 3, padding=1), nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.register_buffer("positions", torch.randn(frames, width) * 0.1)
        self.blocks, self.norm = nn.ModuleList(Block(width, heads) for _ in range(layers)), nn.LayerNorm(width)

    def forward(self, mel):
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).permute(0, 2, 1)
        x = x + self.positions[: x.shape[1]]
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


class WhisperDecoder(nn.Module):
    def __init__(self, vocabulary=51865, width=384, layers=4, heads=6, context=448):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Parameter(torch.randn(context, width) * 0.1)
        self.blocks, self.norm = nn.ModuleList(Block(width, heads, cross=True) for _ in range(layers)), nn.LayerNorm(width)
        self.register_buffer("mask", torch.full((context, context), float("-inf")).triu_(1))

    def forward(self, tokens, audio):
        length = tokens.shape[1]
        x = self.tokens(tokens) + self.positions[:length]
        for block in self.blocks:
            x = block(x, audio, self.mask[:length, :length])
        return self.norm(x) @ self.tokens.weight.t()


class CachedDecoder(nn.Module):
    """A language model's step with the keys and values of what went before: they grow by the new tokens."""

    def __init__(self, vocabulary=1000, width=128, layers=2, heads=4):
        super().__init__()
        self.tokens, self.blocks = nn.Embedding(vocabulary, width), nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.positions, self.norm = nn.Embedding(256, width), nn.LayerNorm(width)

    def step(self, block, x, past, mask):
        attention = block.attention
        normed = block.attention_norm(x)
        key = torch.cat((past[0], attention.split(attention.key(normed))), dim=2)
        value = torch.cat((past[1], attention.split(attention.value(normed))), dim=2)
        x = x + attention.attend(attention.split(attention.query(normed)), key, value, mask)
        return x + block.mlp(x), torch.stack((key, value))

    def forward(self, tokens, past0, past1):
        before, new = past0.shape[3], tokens.shape[1]
        x = self.tokens(tokens) + self.positions(torch.arange(before, before + new))
        rows = torch.arange(before, before + new)[:, None]
        mask = torch.where(torch.arange(before + new)[None] <= rows, 0.0, -10000.0)
        x, present0 = self.step(self.blocks[0], x, past0, mask)
        x, present1 = self.step(self.blocks[1], x, past1, mask)
        return self.norm(x) @ self.tokens.weight.t(), present0, present1


class UNet(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        conv = lambda i, o: nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU())
        self.down1, self.down2, self.down3 = conv(3, width), conv(width, 2 * width), conv(2 * width, 4 * width)
        self.up2, self.merge2 = nn.ConvTranspose2d(4 * width, 2 * width, 2, 2), conv(4 * width, 2 * width)
        self.merge1, self.head = conv(3 * width, width), nn.Conv2d(width, 4, 1)

    def forward(self, image):
        a = self.down1(image)
        b = self.down2(F.max_pool2d(a, 2))
        c = self.down3(F.max_pool2d(b, 2))
        b = self.merge2(torch.cat((b, self.up2(c)), 1))
        up = F.interpolate(b, size=a.shape[2:], mode="bilinear", align_corners=False)
        return self.head(self.merge1(torch.cat((a, up), 1)))


class Detector(nn.Module):
    """A one-stage detector: strided stages, a pyramid, heads whose boxes are decoded with a grid made of the sizes."""

    def __init__(self, width=16, classes=5):
        super().__init__()
        conv = lambda i, o, s=1: nn.Sequential(nn.Conv2d(i, o, 3, s, 1, bias=False), nn.BatchNorm2d(o), nn.SiLU())
        self.stem = nn.Sequential(conv(3, width, 2), conv(width, 2 * width, 2), conv(2 * width, 2 * width, 2))
        self.stage = conv(2 * width, 4 * width, 2)
        self.lateral, self.merge = nn.Conv2d(4 * width, 2 * width, 1), conv(4 * width, 2 * width)
        self.heads = nn.ModuleList((nn.Conv2d(2 * width, 64 + classes, 1), nn.Conv2d(4 * width, 64 + classes, 1)))
        self.register_buffer("bins", torch.arange(16.0))

    def decode(self, raw, stride):
        n, _, h, w = raw.shape
        boxes, scores = raw.flatten(2).split((64, raw.shape[1] - 64), 1)
        left_top, right_bottom = (boxes.view(n, 4, 16, h * w).softmax(2) * self.bins[:, None]).sum(2).chunk(2, 1)
        y, x = torch.meshgrid(torch.arange(h) + 0.5, torch.arange(w) + 0.5, indexing="ij")
        anchors = torch.stack((x, y)).flatten(1)[None]
        corners = anchors - left_top, anchors + right_bottom
        return torch.cat(((corners[0] + corners[1]) / 2 * stride, (corners[1] - corners[0]) * stride, scores.sigmoid()), 1)

    def forward(self, image):
        fine = self.stem(image)
        coarse = self.stage(fine)
        up = F.interpolate(self.lateral(coarse), scale_factor=2, mode="nearest")
        fine = self.merge(torch.cat((fine, up), 1))
        return torch.cat((self.decode(self.heads[0](fine), 8.0), self.decode(self.heads[1](coarse), 16.0)), 2)


class Speech(nn.Module):
    """Convolutions over time and frequency, a bidirectional GRU, an LSTM, and scores for every frame."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(1, 8, 3, (1, 2), 1), nn.BatchNorm2d(8), nn.Hardtanh(0, 20))
        self.gru = nn.GRU(8 * 20, 48, bidirectional=True, batch_first=True)
        self.lstm, self.head = nn.LSTM(96, 32, 2), nn.Linear(32, 29)

    def forward(self, features):
        x = self.conv(features[:, None]).permute(0, 2, 1, 3).flatten(2)
        x = self.gru(x)[0].permute(1, 0, 2)
        x, (hidden, cell) = self.lstm(x)
        return F.log_softmax(self.head(x), -1), hidden, cell


def swin():
    return SwinTransformer(patch_size=[4, 4], embed_dim=48, depths=[2, 2, 2, 2], num_heads=[2, 4, 8, 16], window_size=[7, 7],
                           num_classes=100)
