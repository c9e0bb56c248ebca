#!/usr/bin/env bash
# Makes an act with a key that the gateway does not have: in a PEM file, or in a PKCS #11 token.
#   scripts/sign.sh act --settings FILE guarantee join ID --body FILE     prepares, checks, shows, asks, signs, sends
#   scripts/sign.sh request --key KEY.pem PERSON                           prints a request for its certificate
#   scripts/sign.sh make-key --module LIB --label TOKEN --key-id HEX       makes a key in a token
# The bearer token comes from PORTLEDGER_TOKEN or --token-file, a PIN from PORTLEDGER_PIN or --pin-file. All options:
#   scripts/sign.sh act --help
# Needs gcc: the token's library is loaded into the program.
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$root/.local/bin"
(cd "$root" && go build -tags pkcs11 -trimpath -buildvcs=false -ldflags='-s -w' -o .local/bin/sign ./gateway/signing/sign)
exec "$root/.local/bin/sign" "$@"
