#!/usr/bin/env bash
# Lets an organisation that network/network.yaml keeps under `joining` join the network: scripts/join.sh --name bank2
# Starts the network if it is down. Repeat it in any state; up.sh finishes it too. Option: --fabric-bin FOLDER, as up.sh.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
go build -trimpath -buildvcs=false -ldflags='-s -w' -o .local/bin/network ./network
exec .local/bin/network --root "$root" join "$@"
