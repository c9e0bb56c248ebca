#!/usr/bin/env bash
# Stops the local network in order; its data stays and up.sh goes on from there.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ -x "$root/.local/bin/network" ] || { echo "nothing was ever started here"; exit 0; }
exec "$root/.local/bin/network" --root "$root" down "$@"
