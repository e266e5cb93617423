#!/usr/bin/env bash
# What int8 costs in accuracy, beside ONNX Runtime's quantiser with the same data. Needs PyPI the first time.
# usage: tools/accuracy.sh [--linnet PROGRAM] [options of tools/accuracy/accuracy.py]
# Environments and models are kept in LINNET_INTEROP_DIR (default ~/.cache/linnet-interop), as tools/interop.sh does.
set -euo pipefail
cd "$(dirname "$0")/.."

linnet=
if [ "${1:-}" = --linnet ]; then
  linnet=${2:?--linnet wants a program}
  shift 2
fi
cache=${LINNET_INTEROP_DIR:-$HOME/.cache/linnet-interop}
tools/install.sh interop accuracy
if [ ! -e "$cache/accuracy/.complete" ]; then
  mkdir -p "$cache/models"
  rm -rf "${cache:?}/accuracy"
  python3 -m venv "$cache/accuracy"
  "$cache/accuracy/bin/pip" --quiet install numpy onnx onnxruntime pillow sympy
  # The recogniser and the direction classifier of PP-OCR are files of this package.
  "$cache/accuracy/bin/pip" --quiet install --no-deps rapidocr_onnxruntime
  cp "$cache"/accuracy/lib/python*/site-packages/rapidocr_onnxruntime/models/*.onnx "$cache/models/"
  touch "$cache/accuracy/.complete"
fi
if [ ! -e "$cache/models/mobilenet_v2.onnx" ]; then
  if [ ! -e "$cache/torch/.complete" ]; then
    python3 -m venv "$cache/torch"
    "$cache/torch/bin/pip" --quiet install torch torchvision timm onnx onnxscript
    touch "$cache/torch/.complete"
  fi
  "$cache/torch/bin/python" tools/interop/export_models.py "$cache/models" --models mobilenet_v2
fi
if [ -z "$linnet" ]; then
  tools/install.sh build
  cmake --preset release >/dev/null
  cmake --build --preset release --parallel "$(nproc)" --target linnet_program
  linnet=build-release/linnet
fi
exec "$cache/accuracy/bin/python" tools/accuracy/accuracy.py --linnet "$linnet" --models "$cache/models" "$@"
