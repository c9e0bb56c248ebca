#!/usr/bin/env bash
# Checks a statement of control off line. Leaves with 0 and "yes", or with 1 and why not.
#   scripts/verify-proof.sh --bill ID --issuer CarrierMSP --challenge=TEXT [--roots FOLDER] FILE
#   --roots FOLDER  the organisations' root certificates, one file MSPID.pem each; by default those of the network made here
# TEXT may begin with a dash, hence the equals sign. FILE is what POST /v1/bills/{id}/proof answered; - reads standard input.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$root/.local/bin"
(cd "$root" && go build -trimpath -buildvcs=false -ldflags='-s -w' -o .local/bin/verify-proof ./gateway/proof/verify)
roots=(--roots "$root/.local/net/roots")
for option in "$@"; do
  case $option in --roots | --roots=*) roots=() ;; esac
done
if [ ${#roots[@]} -gt 0 ]; then
  mkdir -p "$root/.local/net/roots"
  for peer in "$root"/.local/net/*/peer/msp/cacerts/ca.pem; do
    [ -f "$peer" ] || { echo "no network here: say --roots" >&2; exit 1; }
    org=${peer%/peer/msp/cacerts/ca.pem} && org=${org##*/}
    cp "$peer" "$root/.local/net/roots/${org^}MSP.pem"
  done
fi
exec "$root/.local/bin/verify-proof" "${roots[@]}" "$@"
