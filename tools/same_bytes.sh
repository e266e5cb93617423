#!/usr/bin/env bash
# Runs int8 models with every instruction set of this processor, and as several ARM processors in an emulator, on one and
# two threads, and compares the bytes of all outputs.
# usage: tools/same_bytes.sh [--linnet PROGRAM] [--aarch64 PROGRAM] MODEL.onnx|MODEL.linnet...
#   --linnet   default build-release/linnet
#   --aarch64  a static program for 64-bit ARM (cmake --preset aarch64); left out: this processor only
# Exit status 3 where bytes differ. Instruction sets that the processor lacks are left out, and named.
set -euo pipefail

linnet=build-release/linnet
arm=
models=()
while [ $# -gt 0 ]; do
  case "$1" in
    --linnet) linnet=${2:?--linnet wants a program}; shift 2 ;;
    --aarch64) arm=${2:?--aarch64 wants a program}; shift 2 ;;
    -*) echo "same_bytes.sh: unknown argument '$1'; see the head of the file" >&2; exit 1 ;;
    *) models+=("$1"); shift ;;
  esac
done
for program in "$linnet" $arm; do
  if [ ! -x "$program" ]; then
    echo "same_bytes.sh: no program '$program': build it, or name it with --linnet or --aarch64" >&2
    exit 1
  fi
done
[ ${#models[@]} -gt 0 ] || { echo "same_bytes.sh: no model; see the head of the file" >&2; exit 1; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
status=0

# hash MODEL THREADS COMMAND...: of all outputs; fails where the command does.
hash() {
  local model=$1 threads=$2
  shift 2
  rm -rf "$folder/outputs"
  "$@" run "$model" --threads "$threads" --output-dir "$folder/outputs" >/dev/null 2>"$folder/error" || return 1
  cat "$folder"/outputs/output_*.npy | sha256sum | cut -c1-16
}

# check MODEL LABEL COMMAND...: on one and two threads against the first that ran.
check() {
  local model=$1 label=$2 threads found
  shift 2
  for threads in 1 2; do
    if ! found=$(hash "$model" "$threads" "$@"); then
      if grep -q "LINNET_ISA" "$folder/error"; then echo "  $label: not on this processor"; return; fi
      cat "$folder/error" >&2
      status=3
      return
    fi
    first=${first:-$found}
    if [ "$found" = "$first" ]; then continue; fi
    echo "  $label, $threads threads: $found DIFFERS"
    status=3
  done
  echo "  $label: $found"
}

for model in "${models[@]}"; do
  echo "$model"
  file=$model
  if [[ $model == *.onnx ]]; then
    file=$folder/model.linnet
    "$linnet" convert "$model" -o "$file" >/dev/null
  fi
  first=
  for isa in scalar sse41 avx2 avx_vnni avx512 avx512vnni; do
    check "$file" "$isa" env LINNET_ISA=$isa "$linnet"
  done
  if [ -n "$arm" ]; then
    for pair in cortex-a53:neon cortex-a76:neon_dotprod max:neon_i8mm; do
      check "$file" "${pair#*:}" env LINNET_ISA="${pair#*:}" qemu-aarch64-static -cpu "${pair%:*}" "$arm"
    done
  fi
done
exit $status
