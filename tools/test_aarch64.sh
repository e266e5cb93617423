#!/usr/bin/env bash
# Cross-compiles everything for 64-bit ARM, statically, and runs the tests of kernels, engine and converter, then the linnet
# program, in an emulator as three processors: NEON only, with dot product, with int8 matrix multiply.
# usage: tools/test_aarch64.sh [GTEST_ARGUMENT...]
set -euo pipefail
cd "$(dirname "$0")/.."

tools/install.sh build test arm
cmake --preset aarch64
cmake --build --preset aarch64 --parallel "$(nproc)" \
  --target kernels_tests engine_tests format_tests converter_tests linnet_program
build=build-aarch64

# Whole programs: starting the emulator for each of some thousand tests takes longer than the tests.
run_tests() {
  local suite=$1
  shift
  if qemu-aarch64-static $build/tests/"$suite" --gtest_brief=1 "$@" >$build/"$suite".log 2>&1; then
    echo "$suite: $(tail -1 $build/"$suite".log)"
  else
    cat $build/"$suite".log
    return 1
  fi
}

for processor in cortex-a53 cortex-a76 max; do
  echo "== as $processor"
  export QEMU_CPU=$processor
  run_tests kernels_tests "$@" &
  kernels=$!
  run_tests engine_tests "$@"
  run_tests format_tests "$@"
  run_tests converter_tests "$@"
  wait $kernels
  qemu-aarch64-static $build/linnet convert examples/digits/digits.onnx -o $build/digits.linnet >/dev/null
  qemu-aarch64-static $build/linnet run $build/digits.linnet --input image=examples/digits/images/7.png --top 1
done
