#!/usr/bin/env bash
# From a fresh clone to a running network: installs what is missing, builds, converts the digits example, classifies a
# picture and measures the speed.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '\n== %s\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@"; }

tools/install.sh build
say "Building (build-release/)"
cmake --preset release >build-release.log 2>&1 || { cat build-release.log >&2; exit 1; }
rm -f build-release.log
cmake --build --preset release --parallel "$(nproc)" --target linnet_program linnet_digits

build=build-release
say "Converting a network that reads handwritten digits"
run $build/linnet convert examples/digits/digits.onnx -o $build/digits.linnet

say "What is in this picture of a seven? First by the example program, then by the linnet program"
run $build/examples/linnet_digits $build/digits.linnet examples/digits/images/7.png
run $build/linnet run $build/digits.linnet --input image=examples/digits/images/7.png --top 3

say "How fast is it?"
run $build/linnet bench $build/digits.linnet

cat <<END

Next:
  examples/digits/classify.cc           the program above, under 60 lines
  $build/linnet convert MODEL.onnx -o MODEL.linnet     a network of your own
  $build/linnet bench MODEL.linnet --threads 2 --profile   and where its time goes
  $build/linnet inspect MODEL.linnet    what is in it, and its memory drawn over time
  tools/test.sh                         the tests
END
