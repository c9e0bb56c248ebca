#!/usr/bin/env bash
# Checks a gateway's audit trail: scripts/verify-audit.sh [--head SEQ:HASH] [--print --person ID ...] FILE
# FILE is the gateway's setting "audit"; here .local/net/ORGANISATION/gateway/audit.jsonl. Leaves with 0 if nothing is wrong.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$root/.local/bin"
(cd "$root" && go build -trimpath -buildvcs=false -ldflags='-s -w' -o .local/bin/verify-audit ./gateway/audit/verify)
exec "$root/.local/bin/verify-audit" "$@"
