#!/usr/bin/env bash
# Every test, one after another. What failed is said again at the end, where it is found among a thousand that passed.
set -uo pipefail
cd "$(dirname "$0")/.."

swift build --build-tests || exit
log=.build/test.log
FAREMUX_PYTHON=$PWD/.build/python/bin/python swift test --skip-build --no-parallel "$@" 2>&1 | tee "$log"
status=$?
if [ "$status" -ne 0 ]; then
    echo
    echo "What failed (all of it in $log):"
    grep -E -A 6 '^✘|^.*: Fatal error|^.*error: Exited' "$log"
fi
exit "$status"
