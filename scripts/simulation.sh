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
# A process at a time for so many: what processes that died in a world left suspended is never freed.
slice=25000
first=${FIRST:-1}
last=$((first + ${SEEDS:-1000000} - 1))
for ((from = first; from <= last; from += slice)); do
    count=$((last - from + 1 < slice ? last - from + 1 : slice))
    FAREMUX_SIMULATION_SEEDS=$count FAREMUX_SIMULATION_FIRST=$from \
        swift test -c release --skip-build --no-parallel --filter SimulationTests.theRulesHoldInEveryWorld
    echo "$((from + count - first)) worlds in $SECONDS s"
done
