#!/usr/bin/env bash
# Signs a person or a machine of network/network.yaml in and prints the token. A wrong name answers with all names.
#   scripts/token.sh line-clerk
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ -x "$root/.local/bin/network" ] || { echo "nobody is enrolled yet: run scripts/up.sh first" >&2; exit 1; }
exec "$root/.local/bin/network" --root "$root" token "$@"
