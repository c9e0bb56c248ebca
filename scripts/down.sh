#!/usr/bin/env bash
# Stops the local network in order; its data stays, and scripts/up.sh goes on from there.
#   scripts/down.sh
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ -x "$root/.local/bin/network" ] || { echo "nothing was ever started here"; exit 0; }
exec "$root/.local/bin/network" --root "$root" down "$@"
