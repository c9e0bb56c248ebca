#!/usr/bin/env bash
# Tells what of the local network runs, how many blocks each node has and what memory it takes. --json for programs.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ -x "$root/.local/bin/network" ] || { echo "no network here: scripts/up.sh makes one"; exit 0; }
exec "$root/.local/bin/network" --root "$root" status "$@"
