"""What int8 costs in accuracy: fp32 and int8 in Linnet, beside ONNX Runtime and its static quantiser with the same data.

usage: accuracy.py --linnet PROGRAM --models FOLDER [--tasks recognition,direction,random,digits] [--lines N]
                   [--calibration N] [--options "--range minmax"]

  recognition  ch_PP-OCRv4_rec_infer.onnx: characters of rendered text lines that are right
  direction    ch_ppocr_mobile_v2.0_cls_infer.onnx: lines of which is told whether they stand on their head
  random       mobilenet_v2.onnx with random weights: signal-to-noise ratio of the outputs
  digits       the example's network on the held-out fifth of its data
Both models of PP-OCR are in the package rapidocr_onnxruntime. Calibration data and the lines that are measured share
nothing. Exit status 3 if int8 loses more than the task allows.
"""
import argparse
import pathlib
import shlex
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

import text_lines

BATCH = 32
EXIT_MISMATCH = 3
DIGITS = pathlib.Path(__file__).resolve().parents[2] / "examples" / "digits"


def runtime(path):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def run(inputs, batch):
        return np.concatenate([session.run(None, {name: inputs[i:i + batch]})[0] for i in range(0, len(inputs), batch)])

    return run


def linnet(program, path, folder):
    def run(inputs, batch):
        outputs = []
        for i in range(0, len(inputs), batch):
            np.save(folder / "input.npy", inputs[i:i + batch])
            subprocess.run([program, "run", path, "--input", folder / "input.npy", "--output-dir", folder],
                           check=True, stdout=subprocess.DEVNULL)
            outputs.append(np.load(folder / "output_0.npy"))
        return np.concatenate(outputs)

    return run


class Feeds(CalibrationDataReader):
    def __init__(self, name, inputs):
        self.feeds = iter([{name: row[None]} for row in inputs])

    def get_next(self):
        return next(self.feeds, None)


def quantize_with_runtime(source, target, calibration, folder):
    prepared = folder / "prepared.onnx"
    model = onnx.load(source)
    opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    if opset < 13:  # channels have scales of their own from 13 on
        model = onnx.version_converter.convert_version(model, 13)
    onnx.save(model, folder / "converted.onnx")
    quant_pre_process(folder / "converted.onnx", prepared, skip_symbolic_shape=True)
    name = onnxruntime.InferenceSession(str(source), providers=["CPUExecutionProvider"]).get_inputs()[0].name
    quantize_static(prepared, target, Feeds(name, calibration), quant_format=QuantFormat.QDQ, per_channel=True,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)


def variants(arguments, source, calibration, held_out, shape, folder):
    """Name and run(inputs, batch) of each engine and precision."""
    name = onnx.load(source, load_external_data=False).graph.input[0].name
    np.savez(folder / "calibration.npz", **{name: calibration})
    np.savez(folder / "held_out.npz", **{name: held_out})
    common = [arguments.linnet, "convert", source, "--default-shape", f"{name}={shape}"]
    subprocess.run(common + ["-o", folder / "fp32.linnet"], check=True, stdout=subprocess.DEVNULL)
    report = subprocess.run(common + ["-o", folder / "int8.linnet", "--int8", "--calibrate", folder / "calibration.npz",
                                      "--validate", folder / "held_out.npz"] + shlex.split(arguments.options),
                            check=True, stdout=subprocess.PIPE, text=True).stdout
    if arguments.verbose:
        print(report)
    yield "Linnet fp32", linnet(arguments.linnet, folder / "fp32.linnet", folder)
    yield "Linnet int8", linnet(arguments.linnet, folder / "int8.linnet", folder)
    yield "ONNX Runtime fp32", runtime(source)
    quantize_with_runtime(source, folder / "runtime.onnx", calibration, folder)
    yield "ONNX Runtime int8", runtime(folder / "runtime.onnx")


def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row, before = [i] + row[1:], row
        for j, y in enumerate(b, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
    return row[-1]


def characters(path):
    metadata = {entry.key: entry.value for entry in onnx.load(path, load_external_data=False).metadata_props}
    return [""] + metadata["character"].splitlines() + [" "]


def decode(probabilities, alphabet):
    best = probabilities.argmax(-1)
    kept = [index for i, index in enumerate(best) if index != 0 and (i == 0 or best[i - 1] != index)]
    return "".join(alphabet[index] for index in kept if index < len(alphabet))


def recognition(arguments, folder):
    source = arguments.models / "ch_PP-OCRv4_rec_infer.onnx"
    alphabet = characters(source)
    calibration = np.stack([text_lines.as_input(p, 48, 320) for _, p in text_lines.lines(arguments.calibration, seed=1)])
    held_out = list(text_lines.lines(arguments.lines, seed=2))
    inputs = np.stack([text_lines.as_input(pixels, 48, 320) for _, pixels in held_out])
    total = sum(len(text) for text, _ in held_out)
    for name, run in variants(arguments, source, calibration, inputs[:32], "1x3x48x320", folder):
        wrong = sum(min(len(text), edit_distance(text, decode(row, alphabet)))
                    for (text, _), row in zip(held_out, run(inputs, BATCH)))
        yield name, 100 * (1 - wrong / total), f"% of {total} characters in {len(held_out)} lines"


def direction(arguments, folder):
    source = arguments.models / "ch_ppocr_mobile_v2.0_cls_infer.onnx"

    def turned(count, seed):
        for i, (_, pixels) in enumerate(text_lines.lines(count, seed)):
            yield i % 2, text_lines.as_input(pixels[::-1, ::-1] if i % 2 else pixels, 48, 192)

    calibration = np.stack([pixels for _, pixels in turned(arguments.calibration, seed=3)])
    held_out = list(turned(2 * arguments.lines, seed=4))
    inputs = np.stack([pixels for _, pixels in held_out])
    labels = np.array([label for label, _ in held_out])
    for name, run in variants(arguments, source, calibration, inputs[:32], "1x3x48x192", folder):
        right = run(inputs, BATCH).argmax(1) == labels
        yield name, 100 * right.mean(), f"% of {len(labels)} lines"


def random_weights(arguments, folder):
    source = arguments.models / "mobilenet_v2.onnx"
    generator = np.random.default_rng(0)
    calibration = generator.standard_normal((min(arguments.calibration, 8), 3, 224, 224), dtype=np.float32)
    inputs = generator.standard_normal((16, 3, 224, 224), dtype=np.float32)
    expected = runtime(source)(inputs, 1)
    for name, run in variants(arguments, source, calibration, inputs[:4], "1x3x224x224", folder):
        noise = ((run(inputs, 1) - expected) ** 2).sum() / (expected ** 2).sum()
        yield name, -10 * np.log10(max(noise, 1e-12)), f"dB, {len(inputs)} random pictures"


def digits(arguments, folder):
    held_out = np.load(DIGITS / "held_out.npz")
    calibration = np.load(DIGITS / "calibration.npz")["image"]
    for name, run in variants(arguments, DIGITS / "digits.onnx", calibration, held_out["image"], "1x1x8x8", folder):
        right = run(held_out["image"], 1).argmax(1) == held_out["label"]
        yield name, 100 * right.mean(), f"% of {len(right)} digits"


# What int8 may lose against fp32; for random weights: against ONNX Runtime's int8.
TASKS = {"recognition": (recognition, 0.5), "direction": (direction, 0.3), "random": (random_weights, 0), "digits": (digits, 0.3)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--linnet", required=True)
    parser.add_argument("--models", type=pathlib.Path, required=True)
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--lines", type=int, default=500)
    parser.add_argument("--calibration", type=int, default=64)
    parser.add_argument("--options", default="", help="further options of linnet convert --int8")
    parser.add_argument("--verbose", action="store_true", help="prints the reports of the conversions")
    arguments = parser.parse_args()
    failed = False
    for task in arguments.tasks.split(","):
        run, allowed = TASKS[task]
        with tempfile.TemporaryDirectory() as folder:
            found = {}
            for name, value, unit in run(arguments, pathlib.Path(folder)):
                found[name] = value
                print(f"{task:12} {name:18} {value:7.2f} {unit}", flush=True)
        reference = found["ONNX Runtime int8" if task == "random" else "Linnet fp32"]
        if found["Linnet int8"] < reference - allowed:
            failed = True
            print(f"{task:12} int8 loses more than {allowed}", flush=True)
    sys.exit(EXIT_MISMATCH if failed else 0)


if __name__ == "__main__":
    main()
