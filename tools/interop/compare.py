"""Runs networks in ONNX Runtime and in Linnet on the same input and compares the outputs.

usage: compare.py --linnet PROGRAM [--light] [--folder FOLDER_OF_ONNX_FILES]... [--models a,b]

Prints for each network the largest error relative to the largest output, the signal-to-noise ratio, and, for classifiers,
whether the best class and the best five agree. A network with cases (model_cases.py) is converted once, its free sizes kept,
and run with each of them. Exit status 3 if one does not agree, or an error exceeds the tolerance.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime

import light_models
import model_cases

TOLERANCE = 1e-4       # of classifiers, whose best five classes must agree too
CASE_TOLERANCE = 1e-3  # of networks with cases of their own
EXIT_MISMATCH = 3


def start_runtime(model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def random_feeds(session, initializers):
    generator = np.random.default_rng(0)
    feeds = {}
    for tensor in session.get_inputs():
        if tensor.name not in initializers:
            shape = [size if isinstance(size, int) else 1 for size in tensor.shape]
            feeds[tensor.name] = generator.standard_normal(shape, dtype=np.float32)
    return feeds


def run_runtime(path):
    """Output names, feeds and outputs."""
    session = start_runtime(str(path))
    feeds = random_feeds(session, {tensor.name for tensor in onnx.load(path, load_external_data=False).graph.initializer})
    names = [output.name for output in session.get_outputs()]
    return names, feeds, session.run(names, feeds)


def convert(program, path, folder):
    converted = folder / "model.linnet"
    subprocess.run([program, "convert", path, "-o", converted], check=True, stdout=subprocess.DEVNULL)
    return converted


def run_linnet(program, converted, feeds, folder):
    command = [program, "run", converted, "--output-dir", folder / "outputs"]
    for index, (name, value) in enumerate(feeds.items()):
        np.save(folder / f"input_{index}.npy", value)
        command += ["--input", f"{name}={folder}/input_{index}.npy"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    count = len(list((folder / "outputs").glob("output_*.npy")))
    return [np.load(folder / "outputs" / f"output_{index}.npy") for index in range(count)]


def convert_and_run(program, path, feeds, folder):
    return run_linnet(program, convert(program, path, folder), feeds, folder)


def same_best(expected, found, k):
    best = lambda scores: list(np.argsort(-scores.reshape(-1, scores.shape[-1]), axis=-1, kind="stable")[:, :k].ravel())
    flat = lambda scores: np.atleast_1d(scores).reshape(len(np.atleast_1d(scores)), -1)
    return best(flat(expected)) == best(flat(found))


def compare(expected, found):
    """Error, SQNR in dB, top-1 and top-5 of the worst output."""
    error, sqnr, top1, top5 = 0.0, np.inf, True, True
    if len(expected) != len(found):
        return np.inf, -np.inf, False, False
    for e, f in zip(expected, found):
        if e.shape != f.shape or e.dtype != f.dtype or not np.isfinite(f).all():
            return np.inf, -np.inf, False, False
        if e.size == 0:
            continue
        noise = f.astype(np.float64) - e
        error = max(error, np.abs(noise).max() / max(np.abs(e).max(), np.finfo(np.float32).tiny))
        power = np.square(noise).sum()
        sqnr = min(sqnr, np.inf if power == 0 else 10 * np.log10(np.square(e.astype(np.float64)).sum() / power))
        top1, top5 = top1 and same_best(e, f, 1), top5 and same_best(e, f, 5)
    return error, sqnr, top1, top5


def check(program, name, path, folder):
    """Prints one row. False on a mismatch."""
    _, feeds, expected = run_runtime(path)
    try:
        found = convert_and_run(program, path, feeds, folder)
    except subprocess.CalledProcessError as failure:
        print(f"{name:32s} linnet failed with status {failure.returncode}", flush=True)
        return False
    error, sqnr, top1, top5 = compare(expected, found)
    good = error <= TOLERANCE and top1 and top5
    words = {True: "same", False: "DIFFER"}
    print(f"{name:32s} {error:12.2e} {sqnr:9.1f}  {words[top1]:6s}  {words[top5]:6s}  {'ok' if good else 'MISMATCH'}",
          flush=True)
    return good


def check_cases(program, name, path, folder, cases):
    """Prints one row: the worst of the cases. False on a mismatch."""
    session = start_runtime(str(path))
    generator = np.random.default_rng(0)
    try:
        converted = convert(program, path, folder)
        error, sqnr = 0.0, np.inf
        for case in cases:
            feeds = {key: make(generator) for key, make in case.items()}
            found = run_linnet(program, converted, feeds, folder)
            case_error, case_sqnr, _, _ = compare(session.run(None, feeds), found)
            error, sqnr = max(error, case_error), min(sqnr, case_sqnr)
    except subprocess.CalledProcessError as failure:
        print(f"{name:32s} linnet failed with status {failure.returncode}", flush=True)
        return False
    good = error <= CASE_TOLERANCE
    print(f"{name:32s} {error:12.2e} {sqnr:9.1f}  {len(cases)} case{'s' * (len(cases) > 1)}         "
          f"{'ok' if good else 'MISMATCH'}", flush=True)
    return good


def write_light(name, folder):
    def run(model):
        path = folder / "candidate.onnx"
        onnx.save(model, path)
        names, _, outputs = run_runtime(path)
        return dict(zip(names, outputs))

    path = folder / f"{name}.onnx"
    onnx.save(light_models.make(name, run), path)
    return path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--linnet", required=True)
    parser.add_argument("--light", action="store_true")
    parser.add_argument("--folder", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--models", help="only these")
    arguments = parser.parse_args()
    wanted = lambda name: not arguments.models or name in arguments.models.split(",")

    print(f"{'network':32s} {'error / max':>12s} {'SQNR dB':>9s}  {'top-1':6s}  {'top-5':6s}")
    mismatches = count = 0
    jobs = [(path.stem, path) for folder in arguments.folder for path in sorted(folder.glob("*.onnx"))]
    jobs += [(name, None) for name in light_models.names()] if arguments.light else []
    for name, path in jobs:
        if not wanted(name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            cases = model_cases.find(name)
            if cases is None:
                mismatches += not check(arguments.linnet, name, path or write_light(name, folder), folder)
            else:
                mismatches += not check_cases(arguments.linnet, name, path, folder, cases)
            count += 1
    print(f"{count - mismatches} networks agree with ONNX Runtime, {mismatches} do not")
    sys.exit(EXIT_MISMATCH if mismatches or not count else 0)


if __name__ == "__main__":
    main()
