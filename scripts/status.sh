#!/usr/bin/env bash
# Tells what of the local network runs, how many blocks each node has and what memory it takes.
#   scripts/status.sh [--json]
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [ ! -x "$root/.local/bin/network" ]; then
  [ "${1:-}" = --json ] && echo '{"running": 0, "processes": []}' || echo "no network here: scripts/up.sh makes one"
  exit 0
fi
exec "$root/.local/bin/network" --root "$root" status "$@"
