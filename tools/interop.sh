#!/usr/bin/env bash
# Converts real networks and compares their outputs with ONNX Runtime's. Needs PyPI the first time.
# usage: tools/interop.sh [--quick] [--conformance] [--linnet PROGRAM] [--models a,b]
#   --quick         only networks that the package onnx carries (no torch, some 200 MB of downloads instead of several GB)
#   --conformance   instead of networks, the node cases of the package onnx: those that tests/conformance/newest_cases.txt
#                   lists must pass; it ends in 'N passed, N failed'
# Environments and exported models are kept in LINNET_INTEROP_DIR (default ~/.cache/linnet-interop).
set -euo pipefail
cd "$(dirname "$0")/.."

quick=0
conformance=0
linnet=
models=
while [ $# -gt 0 ]; do
  case "$1" in
    --quick) quick=1; shift ;;
    --conformance) conformance=1; shift ;;
    --linnet) linnet=${2:?--linnet wants a program}; shift 2 ;;
    --models) models=${2:?--models wants names}; shift 2 ;;
    *) echo "interop.sh: unknown argument '$1'; see the head of the file" >&2; exit 1 ;;
  esac
done

cache=${LINNET_INTEROP_DIR:-$HOME/.cache/linnet-interop}
mkdir -p "$cache/models" "$cache/modules"

# Creates the environment $cache/NAME with the given packages, once.
environment() {
  local name=$1
  shift
  if [ -e "$cache/$name/.complete" ]; then return; fi
  tools/install.sh interop
  rm -rf "${cache:?}/$name"
  python3 -m venv "$cache/$name"
  "$cache/$name/bin/pip" --quiet install "$@"
  touch "$cache/$name/.complete"
}

# Trained networks that packages carry, once.
trained_models() {
  if [ -e "$cache/trained/.complete" ]; then return; fi
  rm -rf "${cache:?}/trained" "${cache:?}/wheels"
  mkdir -p "$cache/trained"
  local package wheel file name
  for package in rapidocr-onnxruntime==1.4.4 silero-vad==6.2.3 magika==1.0.3 nudenet==3.4.2; do
    "$cache/runtime/bin/pip" --quiet download --no-deps --dest "$cache/wheels" "$package"
  done
  for wheel in "$cache"/wheels/*.whl; do
    python3 -m zipfile --extract "$wheel" "$cache/wheels/$(basename "$wheel" .whl)"
  done
  find "$cache/wheels" -name '*.onnx' | while read -r file; do
    name=$(basename "$file")
    if [ "$name" = model.onnx ]; then name=magika.onnx; fi
    cp "$file" "$cache/trained/$name"
  done
  rm -rf "${cache:?}/wheels"
  touch "$cache/trained/.complete"
}

if [ -z "$linnet" ]; then
  tools/install.sh build
  cmake --preset release >/dev/null
  cmake --build --preset release --parallel "$(nproc)" --target linnet_program
  linnet=build-release/linnet
fi

environment runtime numpy onnx onnxruntime
if [ $conformance = 1 ]; then
  rm -rf "$cache/conformance"
  "$cache/runtime/bin/python" -W ignore tools/interop/conformance.py "$cache/conformance"
  exec "$linnet" verify "$cache/conformance" --expect tests/conformance/newest_cases.txt
fi
if [ $quick = 0 ]; then
  environment torch torch torchvision timm onnx onnxscript
  "$cache/torch/bin/python" tools/interop/export_models.py "$cache/models" ${models:+--models "$models"}
  "$cache/torch/bin/python" tools/interop/export_modules.py "$cache/modules" ${models:+--models "$models"}
  trained_models
fi
arguments=(--linnet "$linnet" --light)
if [ $quick = 0 ]; then
  arguments+=(--folder "$cache/models" --folder "$cache/modules" --folder "$cache/trained")
fi
if [ -n "$models" ]; then arguments+=(--models "$models"); fi
status=0
"$cache/runtime/bin/python" tools/interop/compare.py "${arguments[@]}" || status=$?
if [ -z "$models" ]; then
  "$cache/runtime/bin/python" tools/interop/contrib_models.py --linnet "$linnet" || status=$?
  "$cache/runtime/bin/python" tools/interop/ort_tools.py --linnet "$linnet" || status=$?
fi

# int8: small networks of our own, and what the quantiser of ONNX Runtime makes of the exported ones.
int8() {
  "$cache/runtime/bin/python" tools/interop/compare_int8.py --linnet "$linnet" --folder "$@" || status=$?
}
"$cache/runtime/bin/python" tools/interop/int8_models.py "$cache/int8_small"
int8 "$cache/int8_small" --nodes
if [ $quick = 0 ]; then
  names=mobilenet_v1,mobilenet_v2,mobilenet_v3_large,squeezenet1_1,shufflenet_v2,efficientnet_lite0,resnet18,resnet50
  "$cache/runtime/bin/python" tools/interop/int8_models.py "$cache/int8" --folder "$cache/models" --models "${models:-$names}"
  int8 "$cache/int8" --nodes --models "${models:-$names}"
fi
exit $status
