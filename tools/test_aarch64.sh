#!/usr/bin/env bash
# Cross-compiles everything for 64-bit ARM, statically, and runs the tests in an emulator as three processors: NEON only,
# with dot product, with int8 matrix multiply.
# usage: tools/test_aarch64.sh [CTEST_ARGUMENT...]
set -euo pipefail
cd "$(dirname "$0")/.."

tools/install.sh build test arm
cmake --preset aarch64
cmake --build --preset aarch64 --parallel "$(nproc)"
for processor in cortex-a53 cortex-a76 max; do
  echo "== tests as $processor"
  QEMU_CPU=$processor ctest --preset aarch64 --parallel "$(nproc)" "$@"
done
