#!/usr/bin/env bash
# Plays seeded chaos over real processes and audits every ledger: SEEDS worlds, or the one of SEED.
#
#   SEEDS=200 scripts/chaos.sh        FIRST=1: the first of them; LANES=6: worlds at a time
#   SEED=1234 scripts/chaos.sh        one again
#
# The files of a world that failed stay, in a folder that is printed.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build -c release --product faremux
swift build -c release --product mock-provider
swift build --build-tests

folder=$(mktemp -d "${TMPDIR:-/tmp}/faremux-chaos.XXXXXX")
# The service and the mocks outlive a driver that is interrupted.
stop() {
    trap - EXIT INT TERM
    [ -f "$folder/pids" ] || return 0
    while read -r pid; do
        # Only what still is one of ours: numbers of processes come again.
        case "$(readlink "/proc/$pid/exe" 2>/dev/null || true)" in
            */faremux | */mock-provider) kill -KILL "$pid" 2>/dev/null || true ;;
        esac
    done <"$folder/pids"
}
trap stop EXIT
trap 'stop; exit 130' INT TERM

export FAREMUX_PROGRAMS=$PWD/.build/release FAREMUX_CHAOS_FOLDER=$folder
if [ -n "${SEED:-}" ]; then export FAREMUX_CHAOS_SEED=$SEED; else export FAREMUX_CHAOS_SEEDS=${SEEDS:-200}; fi
export FAREMUX_CHAOS_FIRST=${FIRST:-1} FAREMUX_CHAOS_LANES=${LANES:-6}
swift test --skip-build --no-parallel --filter ChaosTests
rm -rf "$folder"
