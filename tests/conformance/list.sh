#!/usr/bin/env bash
# Writes the lists of conformance cases that pass anew, and shows what changed. A case that has left a list is a regression.
# usage: tests/conformance/list.sh [LINNET_PROGRAM] [ONNX_TESTDATA_FOLDER]
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${1:-build-dev/linnet}
data=${2:-/usr/share/libonnx-testdata/data}
"$program" verify "$data"/node --list tests/conformance/node_cases.txt | tail -n 1 || [ $? = 3 ]
"$program" verify "$data"/{simple,pytorch-converted,pytorch-operator} --list tests/conformance/model_cases.txt | tail -n 1 || [ $? = 3 ]
git --no-pager diff --stat -- tests/conformance
