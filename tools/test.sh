#!/usr/bin/env bash
# Installs what is missing, builds everything with the tests, and runs them.
# usage: tools/test.sh [CTEST_ARGUMENT...]
set -euo pipefail
cd "$(dirname "$0")/.."

tools/install.sh build test
cmake --preset dev
cmake --build --preset dev --parallel "$(nproc)"
ctest --preset dev --parallel "$(nproc)" "$@"
