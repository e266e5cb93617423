#!/usr/bin/env bash
# Builds the digits example for size twice, with every op and with just the ops of its network, and fails unless the
# second program, stripped, is at most a third of the first.
# usage: tools/check_size.sh LINNET_PROGRAM
set -euo pipefail
program=$(realpath "${1:?usage: tools/check_size.sh LINNET_PROGRAM}")
cd "$(dirname "$0")/.."

work=build-size
mkdir -p $work
"$program" convert examples/digits/digits.onnx -o $work/digits.linnet >/dev/null
ops=$("$program" inspect $work/digits.linnet --json | python3 -c 'import json, sys; print(";".join(json.load(sys.stdin)["ops"]))')

# Prints the bytes of the stripped example built with LINNET_OPS=$2 in folder $1.
stripped_bytes() {
  cmake --preset size -B "$work/$1" -DLINNET_OPS="$2" >/dev/null
  cmake --build "$work/$1" --parallel "$(nproc)" --target linnet_digits >/dev/null
  strip -o "$work/$1/stripped" "$work/$1/examples/linnet_digits"
  [ "$("$work/$1/stripped" $work/digits.linnet examples/digits/images/7.png)" = 7 ]
  stat -c %s "$work/$1/stripped"
}
all=$(stripped_bytes all AllOps)
own=$(stripped_bytes own "$ops")
echo "digits example, stripped: $own bytes with its own ops ($ops), $all bytes with all ops"
if [ $((own * 3)) -gt "$all" ]; then
  echo "check_size.sh: more than a third: the linker keeps ops that nobody names" >&2
  exit 1
fi
