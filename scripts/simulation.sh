#!/usr/bin/env bash
# Plays the booking core in worlds made from seeds, on a virtual clock: SEEDS of them, or the one of SEED, with its log.
#
#   SEEDS=1000000 scripts/simulation.sh     FIRST=1: the first of them
#   SEED=4711 scripts/simulation.sh         one again
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -n "${SEED:-}" ]; then
    swift build --build-tests
    FAREMUX_SIMULATION_SEED=$SEED swift test --skip-build --no-parallel --filter SimulationTests.theRulesHoldInEveryWorld
    exit
fi
# Where it is run often, it is worth being built for speed.
swift build -c release --build-tests -Xswiftc -enable-testing
export FAREMUX_SIMULATION_SEEDS=${SEEDS:-1000000} FAREMUX_SIMULATION_FIRST=${FIRST:-1}
swift test -c release --skip-build --no-parallel --filter SimulationTests.theRulesHoldInEveryWorld
