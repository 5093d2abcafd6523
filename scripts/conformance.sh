#!/usr/bin/env bash
# Runs the official SDKs of Duffel, Amadeus and Stripe against the mock providers.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.build/conformance
if [ ! -x "$venv/bin/python" ]; then python3 -m venv "$venv"; fi
"$venv/bin/pip" install --quiet --disable-pip-version-check \
    'duffel-api==0.6.2' 'amadeus==12.0.0' 'stripe==16.1.0' 'setuptools<81'

log=$(mktemp)
.build/debug/mock-provider all --port 0 >"$log" 2>&1 &
mocks=$!
trap 'kill "$mocks" 2>/dev/null || true; wait "$mocks" 2>/dev/null || true; rm -f "$log"' EXIT

address() { sed -n "s|^$1 listening on ||p" "$log"; }
for _ in $(seq 100); do
    [ -n "$(address payments)" ] && [ -n "$(address ndc)" ] && break
    kill -0 "$mocks" 2>/dev/null || { cat "$log" >&2; exit 1; }
    sleep 0.1
done
failed=0
for dialect in duffel amadeus payments; do
    echo "== $dialect"
    "$venv/bin/python" "mock-servers/conformance/$dialect.py" "$(address "$dialect")" || failed=1
done
exit "$failed"
