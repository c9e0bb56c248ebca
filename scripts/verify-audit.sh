#!/usr/bin/env bash
# Checks a gateway's audit trail, and prints what of it is asked for. Leaves with 0 if nothing is wrong.
#   scripts/verify-audit.sh [--head SEQ:HASH] [--print [--person ID] [--party ID] [--document ID] [--since TIME]] FILE
# FILE is the gateway's setting "audit"; here .local/net/ORGANISATION/gateway/audit.jsonl. SEQ:HASH is a head that was kept
# elsewhere, as the gateway's log told it.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$root/.local/bin"
(cd "$root" && go build -trimpath -buildvcs=false -ldflags='-s -w' -o .local/bin/verify-audit ./gateway/audit/verify)
exec "$root/.local/bin/verify-audit" "$@"
