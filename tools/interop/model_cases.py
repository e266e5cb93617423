"""What compare.py feeds to networks whose sizes are free or whose inputs are no plain random numbers.

CASES[name] is a list of cases, each a dictionary from an input's name to a function that makes its value from a random
generator. A network that is not listed gets one case: standard normal values in its declared shapes.
"""
import numpy as np


def floats(*shape):
    return lambda generator: generator.standard_normal(shape, dtype=np.float32)


def pixels(*shape):
    return lambda generator: generator.random(shape, dtype=np.float32)


def integers(high, *shape, type=np.int64):
    return lambda generator: generator.integers(0, high, shape).astype(type)


def constant(value, *shape):
    return lambda generator: np.full(shape, value, dtype=np.asarray(value).dtype)


def page(batch, height, width):
    """Rows of dark strokes on light paper: random pixels hold no text, and next to nothing comes of them."""
    def draw(generator):
        image = np.ones((batch, 3, height, width), np.float32)
        for y in range(12, height - 12, 24):
            for x in range(8, width - 8, 9):
                if generator.random() < 0.8:
                    image[:, :, y:y + 12, x:x + 2] = 0
                    image[:, :, y + 5:y + 7, x:x + 6] = 0
        return (image - np.float32(0.45)) / np.float32(0.23)

    return draw


def voice(batch, samples, rate):
    def tones(generator):
        time = np.arange(samples) / (rate or 16000)
        pitch = generator.uniform(100, 300, (batch, 1))
        noise = generator.standard_normal((batch, samples)) * 0.02
        return (0.3 * np.sin(2 * np.pi * pitch * time) + noise).astype(np.float32)

    case = {"input": tones, "state": constant(np.float32(0), 2, batch, 128)}
    if rate:
        case["sr"] = constant(np.int64(rate))
    return case


def text(batch, length):
    def mask(generator):
        lengths = generator.integers(1, length + 1, (batch, 1))
        return (np.arange(length)[None] < lengths).astype(np.int64)

    return {"input_ids": integers(30522, batch, length), "attention_mask": mask, "token_type_ids": integers(2, batch, length)}


def cached(batch, new, past):
    return {"tokens": integers(1000, batch, new), "past0": floats(2, batch, 4, past, 32), "past1": floats(2, batch, 4, past, 32)}


def transcribed(batch, length, frames):
    return {"tokens": integers(51865, batch, length), "audio": floats(batch, frames, 384)}


BATCHES = [{"input": floats(batch, 3, 224, 224)} for batch in (1, 2, 3)]
DETECTED = [{"image": pixels(n, 3, h, w)} for n, h, w in ((1, 96, 96), (2, 64, 160), (1, 160, 128))]

CASES = {
    # Trained networks that packages carry.
    "ch_PP-OCRv4_det_infer": [{"x": page(1, h, w)} for h, w in ((96, 128), (160, 320), (320, 224))],
    "ch_PP-OCRv4_rec_infer": [{"x": pixels(n, 3, 48, w)} for n, w in ((1, 100), (2, 320), (1, 480))],
    "ch_ppocr_mobile_v2.0_cls_infer": [{"x": pixels(n, 3, 48, w)} for n, w in ((1, 192), (3, 192), (2, 128))],
    "320n": [{"images": pixels(n, 3, h, w)} for n, h, w in ((1, 320, 320), (2, 160, 224), (1, 256, 192))],
    "magika": [{"bytes": integers(257, n, 2048, type=np.int32)} for n in (1, 2, 5)],
    "silero_vad": [voice(1, 576, 16000), voice(2, 576, 16000), voice(1, 288, 8000)],
    "silero_vad_16k_op15": [voice(1, 576, 16000), voice(2, 576, 16000), voice(4, 576, 16000)],
    "silero_vad_half": [voice(1, 576, 0), voice(2, 576, 0), voice(3, 576, 0)],
    "silero_vad_op18_ifless": [voice(1, 576, 16000), voice(2, 576, 16000), voice(1, 288, 8000)],
    "silero_vad_openvino_16k": [voice(1, 576, 0)],
    "silero_vad_16k_sequence": [{"input": floats(n, 576), "h": floats(1, 1, 128), "c": floats(1, 1, 128)} for n in (1, 4, 9)],
    # Exported by export_modules.py.
    "vit_tiny": BATCHES,
    "convnext_atto": [{"input": floats(n, 3, h, w)} for n, h, w in ((1, 224, 224), (2, 160, 192), (1, 96, 128))],
    "mobilevit_xs": [{"input": floats(n, 3, 256, 256)} for n in (1, 2, 3)],
    "swin": BATCHES,
    "whisper_encoder": [{"mel": floats(n, 80, frames)} for n, frames in ((1, 300), (2, 128), (1, 3000))],
    "whisper_decoder": [transcribed(*sizes) for sizes in ((1, 1, 50), (2, 7, 150), (1, 40, 1500))],
    "bert_mini": [text(*sizes) for sizes in ((1, 8), (3, 50), (2, 128))],
    "cached_decoder": [cached(*sizes) for sizes in ((1, 1, 7), (2, 3, 1), (1, 5, 40))],
    "unet": DETECTED,
    "detector": DETECTED,
    "speech": [{"features": floats(n, frames, 40)} for n, frames in ((1, 50), (2, 37), (3, 11))],
}


def find(name):
    """The cases of a network, those of its traced twin for one that ends in _dynamo; None where it has none."""
    return CASES.get(name.removesuffix("_dynamo"))
