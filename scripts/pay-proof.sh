#!/usr/bin/env bash
# Makes a proof of payment off line, with the bank's private key in a file:
#   scripts/pay-proof.sh public KEY.pem                                   prints the public key to register, and its id
#   scripts/pay-proof.sh sign --exchange ID --commitment HEX KEY.pem      prints the proof that settles the exchange
# A key: openssl genpkey -algorithm ed25519 -out KEY.pem, or -algorithm EC -pkeyopt ec_paramgen_curve:P-256
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$root/.local/bin"
(cd "$root" && go build -trimpath -buildvcs=false -ldflags='-s -w' -o .local/bin/pay-proof ./gateway/pay/sign)
exec "$root/.local/bin/pay-proof" "$@"
