#!/bin/sh
# Feeds spoilt documents to every reader and every adapter: a million to each unless told otherwise.
#
#   scripts/fuzz.sh [inputs] [seed]
#
# A failure prints its seed; the same seed brings the same inputs back.
set -eu
cd "$(dirname "$0")/.."

inputs=${1:-1000000}
seed=${2:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
echo "fuzz: $inputs inputs a reader, seed $seed"
FAREMUX_FUZZ_INPUTS=$inputs FAREMUX_FUZZ_SEED=$seed exec swift test -c release -Xswiftc -enable-testing --no-parallel --filter FuzzTests
