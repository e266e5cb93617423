#!/usr/bin/env python3
"""Predicts the speed of the NEON inner loops without a device: cycles per multiply-add by llvm-mca.

usage: bench/mca.py [--objects FOLDER] [--cpu cortex-a55,neoverse-n2] [--mca llvm-mca-16] [--loops REGEX] [--xnnpack LIBRARY.a]

Takes the objects of the aarch64 build (cmake --preset aarch64; default build-aarch64/engine), finds in each kernel the
innermost loops that multiply and add, and gives each to llvm-mca as it is. Prints a Markdown table. A loop is the
instructions between a backward branch and its target that hold no other backward branch. Multiply-adds are counted by
instruction: fmla of 4 floats is 4, sdot 16, smmla 32, smlal 8 or 4 by its lanes.
"""
import argparse
import pathlib
import re
import subprocess
import sys

# Multiply-adds of one instruction, by mnemonic and arrangement of its first operand.
LANES = {"4s": 4, "2s": 2, "8h": 8, "4h": 4, "2d": 2, "16b": 16, "8b": 8}
MINIMUM = 16  # multiply-adds of a loop worth a row

LINE = re.compile(r"^\s*([0-9a-f]+):\s+(\S+)\s*(.*)$")
FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")


def multiply_adds(mnemonic, operands):
    arrangement = re.match(r"v\d+\.(\w+)", operands)
    lanes = LANES.get(arrangement.group(1), 0) if arrangement else 0
    if mnemonic in ("fmla", "mla"):
        return lanes
    if mnemonic in ("sdot", "udot"):
        return 4 * lanes
    if mnemonic == "smmla":
        return 32
    if mnemonic in ("smlal", "smlal2", "smull", "smull2", "sadalp"):
        return lanes if mnemonic != "sadalp" else 0
    return 0


def functions(path, objdump):
    """Name and [(address, mnemonic, operands)] of each function of an object or archive."""
    text = subprocess.run([objdump, "-d", "-C", "--no-show-raw-insn", path], capture_output=True, text=True, check=True)
    name, body = None, []
    for line in text.stdout.splitlines():
        start = FUNCTION.match(line)
        if start:
            if name and body:
                yield name, body
            name, body = start.group(1), []
            continue
        found = LINE.match(line)
        if found and name:
            body.append((int(found.group(1), 16), found.group(2), found.group(3)))
    if name and body:
        yield name, body


def innermost_loops(body):
    """Instructions of each backward branch to its target, if no smaller loop lies inside."""
    index = {address: i for i, (address, _, _) in enumerate(body)}
    spans = []
    for i, (address, mnemonic, operands) in enumerate(body):
        target = re.search(r"\b([0-9a-f]+) <", operands)
        if not target or not (mnemonic.startswith("b.") or mnemonic in ("b", "cbz", "cbnz", "tbz", "tbnz")):
            continue
        first = index.get(int(target.group(1), 16))
        if first is not None and first <= i:
            spans.append((first, i))
    for first, last in spans:
        if not any(first <= f and l <= last and (f, l) != (first, last) for f, l in spans):
            yield body[first:last + 1]


def assembly(loop):
    lines = []
    for _, mnemonic, operands in loop[:-1]:
        operands = re.sub(r"\s*//.*$", "", operands)
        if not re.search(r"<.*>", operands):  # branches inside the loop are taken as not taken
            lines.append(f"{mnemonic} {operands}")
    return "\n".join(lines) + "\n"


def cycles(mca, cpu, loop, iterations=200):
    run = subprocess.run([mca, "-mtriple=aarch64", f"-mcpu={cpu}", "-mattr=+dotprod,+i8mm", f"-iterations={iterations}"],
                         input=assembly(loop), capture_output=True, text=True)
    total = re.search(r"Total Cycles:\s+(\d+)", run.stdout)
    return int(total.group(1)) / iterations if total else None


def short(name):
    """The function without its namespaces, parameters and the types of its enumerators: ComputeTile<8, 2, false>."""
    name = name.replace("(anonymous namespace)::", "")
    name = re.sub(r"\([\w:]+\)(\d+)", r"\1", name)
    name = name.split("(")[0].removeprefix("void ")
    return re.sub(r"^linnet::kernels::", "", name)


def rows(path, arguments):
    for name, body in functions(path, arguments.objdump):
        best = {}
        for loop in innermost_loops(body):
            work = sum(multiply_adds(mnemonic, operands) for _, mnemonic, operands in loop)
            if work >= MINIMUM and work > best.get("work", 0):
                best = {"work": work, "loop": loop}
        if best:
            figures = [cycles(arguments.mca, cpu, best["loop"]) for cpu in arguments.cpus]
            yield short(name), best["work"], len(best["loop"]), [c and c / best["work"] for c in figures]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=pathlib.Path, default=pathlib.Path("build-aarch64/engine"))
    parser.add_argument("--cpu", default="cortex-a55,neoverse-n2")
    parser.add_argument("--mca", default="llvm-mca-16")
    parser.add_argument("--objdump", default="aarch64-linux-gnu-objdump")
    parser.add_argument("--loops", default="", help="only functions whose name this regular expression finds")
    parser.add_argument("--xnnpack", type=pathlib.Path, help="an aarch64 XNNPACK library, for the same figures of its loops")
    arguments = parser.parse_args()
    arguments.cpus = arguments.cpu.split(",")

    objects = sorted(p for p in arguments.objects.rglob("*.o") if "_neon" in p.name)
    if not objects:
        sys.exit(f"mca.py: no NEON objects in {arguments.objects}; build them with cmake --preset aarch64")
    print("| loop | multiply-adds | instructions | " + " | ".join(f"{cpu}, cycles per multiply-add" for cpu in arguments.cpus) + " |")
    print("|---|---|---|" + "---|" * len(arguments.cpus))
    for path in objects + ([arguments.xnnpack] if arguments.xnnpack else []):
        source = path.name.split(".")[0]
        seen = set()
        for name, work, instructions, figures in rows(path, arguments):
            if not re.search(arguments.loops, name):
                continue
            key = (work, instructions, tuple(figures))
            if key in seen:  # the same loop in several instances of a template
                continue
            seen.add(key)
            text = " | ".join("-" if f is None else f"{f:.3f}" for f in figures)
            print(f"| {source}: `{name}` | {work} | {instructions} | {text} |")


if __name__ == "__main__":
    main()
