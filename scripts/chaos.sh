#!/usr/bin/env bash
# Plays seeded chaos over real processes and audits every ledger: SEEDS worlds, or the one of SEED.
#
#   SEEDS=200 scripts/chaos.sh        FIRST=1: the first of them; LANES=6: worlds at a time
#   SEED=1234 scripts/chaos.sh        one again
#
# The files of a world that failed stay, in a folder that is printed. Interrupted, it leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/.."

# With the simulation's flags, so that one build serves both.
swift build -c release -Xswiftc -enable-testing --product faremux
swift build -c release -Xswiftc -enable-testing --product mock-provider
swift build --build-tests

folder=$(mktemp -d "${TMPDIR:-/tmp}/faremux-chaos.XXXXXX")
driver=
# The service and the mocks outlive a driver that is interrupted.
stop() {
    trap '' INT TERM HUP
    trap - EXIT
    if [ -n "$driver" ]; then
        # The tests first, as they would start again what is ended; they are a process of their own below `swift test`.
        kill -KILL $(cat "$folder/driver" 2>/dev/null) -- "-$driver" 2>/dev/null || true
        wait "$driver" 2>/dev/null || true
    fi
    # Whatever has the folder, which is nobody else's, in its arguments.
    for found in $(grep -lsF "$folder/" /proc/[0-9]*/cmdline); do
        pid=${found//[!0-9]/}
        case "$(readlink "/proc/$pid/exe" 2>/dev/null || true)" in
            */faremux | */mock-provider) kill -KILL "$pid" 2>/dev/null || true ;;
        esac
    done
}
trap stop EXIT
trap 'stop; rm -rf "$folder"; exit 130' INT TERM HUP

export FAREMUX_CHAOS_DRIVER=$folder/driver
export FAREMUX_PROGRAMS=$PWD/.build/release FAREMUX_CHAOS_FOLDER=$folder
if [ -n "${SEED:-}" ]; then export FAREMUX_CHAOS_SEED=$SEED; else export FAREMUX_CHAOS_SEEDS=${SEEDS:-200}; fi
export FAREMUX_CHAOS_FIRST=${FIRST:-1} FAREMUX_CHAOS_LANES=${LANES:-6}
# In a process group of its own, and waited for: a signal to this script is heard at once.
set -m
swift test --skip-build --no-parallel --filter ChaosTests &
driver=$!
set +m
status=0
wait "$driver" || status=$?
driver=
[ "$status" = 0 ] || exit "$status"
rm -rf "$folder"
