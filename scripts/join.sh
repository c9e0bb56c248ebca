#!/usr/bin/env bash
# Lets an organisation that network/network.yaml keeps under `joining` join the network, and starts the network if it is down.
# Repeat it in any state; scripts/up.sh finishes it too.
#   scripts/join.sh --name bank2 [--fabric-bin FOLDER]
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
go build -trimpath -buildvcs=false -ldflags='-s -w' -o .local/bin/network ./network
exec .local/bin/network --root "$root" join "$@"
