#!/usr/bin/env bash
# Measures the ledger's acts on the running network against a plain 1 KB create, in one run of some minutes. The table
# is printed and kept in .local/bench.
#   scripts/bench.sh [--clients 1,16,64] [--rounds 3] [--waves 6] [--history]
#   --history  compares instead a lone act on bills with 3 and with 300 past acts
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
[ -f .local/net/connection.json ] || { echo "no network here: scripts/up.sh makes one" >&2; exit 1; }
mkdir -p .local/bench
go build -trimpath -buildvcs=false -ldflags='-s -w' -o .local/bench/ ./test/bench ./test/bench/plain
.local/bin/network --root "$root" deploy --name plain --binary .local/bench/plain
exec .local/bench/bench --root "$root" "$@"
