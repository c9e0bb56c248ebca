#!/usr/bin/env bash
# Stops the local network and forgets its data: keys, ledgers, databases, logs. What was built stays in .local/cache.
#   scripts/clean.sh
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ -x "$root/.local/bin/network" ] || { echo "nothing was ever started here"; exit 0; }
exec "$root/.local/bin/network" --root "$root" clean "$@"
