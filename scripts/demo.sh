#!/usr/bin/env bash
# Plays a shipment over the gateways of the running network and prints its timeline: from the bill of lading to the gate
# and back.
#   scripts/demo.sh [--loi] [--lang en|zh] [--list] [STORY...]
#   --loi   the goods are released on a letter of guarantee, the bill comes later
#   --lang  language of the print and of refusals
#   --list  names all stories (test/stories), which can be given instead
set -euo pipefail
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
options=() stories=() list=
while [ $# -gt 0 ]; do
  case $1 in
    --loi) stories+=(loi) ;;
    --list) list=yes ;;
    --lang) options+=(--lang "${2-}"); [ $# -gt 1 ] && shift ;;
    -*) "${BASH_SOURCE[0]}" --help >&2; exit 2 ;;
    *) stories+=("$1") ;;
  esac
  shift
done
[ -n "$list" ] || [ ${#stories[@]} -gt 0 ] || stories=(normal)
go build -trimpath -buildvcs=false -ldflags='-s -w' -o .local/bin/play ./test/stories/play
exec .local/bin/play --root "$root" "${options[@]}" "${stories[@]}"
