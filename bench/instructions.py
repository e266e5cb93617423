#!/usr/bin/env python3
"""Counts the instructions of one inference on 64-bit ARM without a device: what qemu executes between entry to and return from Session::Run.

usage: bench/instructions.py [--linnet PROGRAM] [--isa neon,neon_dotprod,neon_i8mm] [--functions N] MODEL.linnet...

Wants the static program of the aarch64 build (cmake --preset aarch64; default build-aarch64/linnet) with its symbols, and
qemu-aarch64-static. Prints a Markdown table: millions of instructions, how many multiply-adds of the
model (as convolved directly) come on each, and which functions they are of; one thread, random inputs. The
count is that of the program, not of time: a load that misses the cache counts as one that does not.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys

ENTRY = "_ZN6linnet7Session3RunEv"
TRACE = re.compile(rb"^Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/[^\]]*\] (\S*)")


def count(program, emulator, isa, model):
    """Instructions by function, between the first entry to Session::Run and the return to its caller."""
    command = [emulator, "-d", "exec,nochain,in_asm", "-D", "/dev/stderr", program, "run", model]
    environment = dict(os.environ, LINNET_ISA=isa, QEMU_CPU="max")
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    lengths = {}  # of translated blocks, by their first address
    block, length = None, 0
    caller = previous = None
    functions = collections.Counter()
    for line in process.stderr:
        if line.startswith(b"0x"):
            if block is None:
                block = int(line[: line.index(b":")], 16)
            length += 1
            continue
        if block is not None:
            lengths[block] = length
            block, length = None, 0
        found = TRACE.match(line)
        if not found:
            continue
        name = found.group(2).decode()
        if caller is None:
            if name == ENTRY:
                caller = previous
            else:
                previous = name
                continue
        elif name == caller:
            break
        functions[name] += lengths.get(int(found.group(1), 16), 0)
    process.stderr.close()  # the rest of the program is not waited for
    process.kill()
    process.wait()
    if not functions:
        sys.exit(f"instructions.py: '{program}' did not run '{model}' with {isa}, or has no symbols")
    return functions


def multiply_adds(program, emulator, model):
    text = subprocess.run([emulator, program, "inspect", model, "--json"], capture_output=True, text=True)
    if text.returncode != 0:
        sys.exit(f"instructions.py: {text.stderr.strip()}")
    return json.loads(text.stdout)["macs"]


def readable(name):
    text = subprocess.run(["c++filt", name], capture_output=True, text=True).stdout.strip() or name
    text = re.sub(r"\(anonymous namespace\)::|linnet::|kernels::", "", text)
    return re.sub(r"^(?:\w+ )?([\w:~]+(?:<[^<>]*>)?).*", r"\1", text.replace("void ", ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--linnet", default="build-aarch64/linnet")
    parser.add_argument("--emulator", default="qemu-aarch64-static")
    parser.add_argument("--isa", default="neon,neon_dotprod,neon_i8mm")
    parser.add_argument("--functions", type=int, default=3, help="how many to name")
    parser.add_argument("models", nargs="+")
    args = parser.parse_args()
    if not os.access(args.linnet, os.X_OK):
        sys.exit(f"instructions.py: no program '{args.linnet}': cmake --preset aarch64 && cmake --build --preset aarch64 --target linnet_program")
    print("| model | instruction set | million instructions | multiply-adds in each | most of them |\n|---|---|---|---|---|")
    for model in args.models:
        macs = multiply_adds(args.linnet, args.emulator, model)
        for isa in args.isa.split(","):
            functions = count(args.linnet, args.emulator, isa, model)
            total = sum(functions.values())
            most = ", ".join(f"{readable(n)} {100 * c / total:.0f} %" for n, c in functions.most_common(args.functions))
            print(f"| {os.path.basename(model).rsplit('.linnet', 1)[0]} | {isa} | {total / 1e6:.1f} | {macs / total:.2f} | {most} |", flush=True)


if __name__ == "__main__":
    main()
