#!/usr/bin/env bash
# Builds, makes and starts whatever is missing until the local network is ready, and plays one shipment the first time.
# Repeat it in any state: it goes on where the last run ended, and is the repair after a crash. Needs Go, gcc and git.
#   scripts/up.sh [--no-demo] [--fabric-bin FOLDER]
#   --no-demo            leaves out the shipment
#   --fabric-bin FOLDER  uses ready Fabric programs instead of building them (or PORTLEDGER_FABRIC_BIN)
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
for tool in go gcc git; do
  command -v "$tool" > /dev/null || { echo "scripts/up.sh needs $tool, which is not in PATH (README.md: two commands)" >&2; exit 1; }
done
[ -x .local/bin/network ] || echo "building the network program"
go build -trimpath -buildvcs=false -ldflags='-s -w' -o .local/bin/network ./network
exec .local/bin/network --root "$root" up "$@"
