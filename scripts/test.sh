#!/usr/bin/env bash
# Runs the tests. Without options: everything, on a real network of four organisations that is built and started here
# (and stopped again, unless it was running before); a fifth joins it on the way.
#   scripts/test.sh [--quick]
#   --quick  only what needs no network, a fifth of the random walks and some of the matrix: some eighty seconds
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

quick=false
for option in "$@"; do
  case $option in
    --quick) quick=true ;;
    *) echo "usage: scripts/test.sh [--quick]" >&2; exit 2 ;;
  esac
done

step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

step "format and vet"
unformatted=$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l)
[ -z "$unformatted" ] || { echo "gofmt would change: $unformatted" >&2; exit 1; }
go vet ./...
go vet -tags pkcs11 ./gateway/signing/...

step "tests without network"
# Linkers and tests make short-lived garbage: a larger heap spares a short run a good part of its time.
$quick && { GOGC=400 go test -short ./...; step "done"; exit 0; }
go test ./...

step "modules against their hashes"
for module in . network/fabric network/ca network/enrol; do (cd "$module" && go mod verify); done

was_running=false
if [ -x .local/bin/network ] && .local/bin/network --root "$root" status --json | grep -q '"running": [1-9]'; then
  was_running=true
fi
stop() { $was_running || scripts/down.sh; }
trap stop EXIT

step "network"
scripts/up.sh --no-demo
export PORTLEDGER_NETWORK=1

step "stories on the real network"
go test -count=1 -timeout 30m ./test/stories/...

step "the demonstration"
scripts/demo.sh
scripts/demo.sh --loi

# A key in a token is tried with SoftHSM. Where it cannot be had, that one test says so and does not run.
if ! command -v softhsm2-util > /dev/null && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  step "SoftHSM"
  { apt-get update -q && apt-get install -y -q softhsm2; } > .local/softhsm.log 2>&1 || true
fi
command -v softhsm2-util > /dev/null || echo "NOT RUN: signing with a key in a token (no SoftHSM here: install softhsm2)"

step "forgery, attacks, fuzz, leak, secrets, TLS, concurrency, crash, bad input, a member joins"
# Of the authorisation matrix the stories in which most is done are tried here (TestEverybodyTriesMuch). The whole takes minutes
# of its own on the real network; test/matrix plays it in memory, above:
#   PORTLEDGER_NETWORK=1 go test ./test/network -run TestEverybodyTriesEverything -timeout 20m
go test -count=1 -p 1 -timeout 40m -skip TestEverybodyTriesEverything ./test/network/...

step "twelve restarts"
go test -count=1 -timeout 30m ./network/...

step "done"
