#!/usr/bin/env bash
# Starts the mock providers, the payment mock and the service, makes one cheapest booking, and stays up until Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=.build/debug
for port in 8080 9101 9102 9103 9110; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        echo "port $port is taken: something else runs there, perhaps another 'make run'" >&2
        exit 1
    fi
done
data=$(mktemp -d "${TMPDIR:-/tmp}/faremux-run.XXXXXX")
pids=()

stop() {
    trap - EXIT INT TERM
    for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$data"
}
trap stop EXIT
trap 'stop; exit 0' INT TERM

# Each in a session of its own, so that Ctrl-C reaches them through this script only, in order.
setsid "$bin/mock-provider" all >"$data/mocks.log" 2>&1 &
pids+=($!)
FAREMUX_STORE="sqlite:///$data/faremux.db" setsid "$bin/faremux" serve >"$data/faremux.log" 2>&1 &
pids+=($!)

wait_for() {
    for _ in $(seq 100); do
        if "$bin/faremux" health --server "$1" >/dev/null 2>&1; then return 0; fi
        for pid in "${pids[@]}"; do
            kill -0 "$pid" 2>/dev/null || { cat "$data"/*.log >&2; echo "could not start: is a port taken?" >&2; exit 1; }
        done
        sleep 0.1
    done
    cat "$data"/*.log >&2
    exit 1
}
server=http://127.0.0.1:8080
wait_for "$server"

day=$(date -u -d '+30 days' +%F)
echo "The five cheapest ways from London to New York on $day, for two adults:"
echo
"$bin/faremux" search LON NYC "$day" --adults 2 --limit 5 --server "$server"
echo
echo "Booking the cheapest:"
echo
"$bin/faremux" book LON NYC "$day" --passengers examples/passengers.json --payment pm_card_visa \
    --max-total 2500.00GBP --server "$server"

cat <<TEXT

Faremux listens on $server. Try more, in another terminal:

  curl $server/health
  curl "$server/search?origin=MAD&destination=BCN&departure_date=$day"
  $bin/faremux search PAR BER $day
  $bin/faremux circuits

Make NDC's mock refuse, see the next cheapest booked, and make it well again (Duffel's is at 9101, Amadeus' at 9102,
payments at 9110):

  curl -X PUT http://127.0.0.1:9103/__mock/faults -d '{"rules":[{"operation":"hold","fault":"sold_out"}]}'
  $bin/faremux book LON NYC $day --passengers examples/passengers.json --payment pm_card_visa --max-total 2500.00GBP
  curl http://127.0.0.1:9103/__mock/ledger
  curl -X DELETE http://127.0.0.1:9103/__mock/faults

Ctrl-C stops everything.
TEXT
# Ends when one of them does; Ctrl-C ends it before.
wait -n "${pids[@]}" || true
echo "one of the servers ended:" >&2
tail -n 5 "$data"/*.log >&2
exit 1
