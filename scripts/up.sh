#!/usr/bin/env bash
# Builds, makes and starts whatever is missing until the local network is ready. Repeat it in any state.
# Needs Go, gcc and git. Options: --no-demo, --fabric-bin FOLDER (ready Fabric programs; or PORTLEDGER_FABRIC_BIN).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
[ -x .local/bin/network ] || echo "building the network program"
go build -trimpath -buildvcs=false -ldflags='-s -w' -o .local/bin/network ./network
exec .local/bin/network --root "$root" up "$@"
