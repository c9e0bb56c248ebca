#!/usr/bin/env bash
# Plays a shipment over the four gateways of the running network and prints its timeline: from the bill of lading to the
# gate and back. scripts/demo.sh [--loi] [--lang en|zh] [--list] [STORY...]
#   --loi   the goods are released on a letter of guarantee, the bill comes later
#   --list  names the other stories (test/stories), which can be given instead
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
options=() stories=() list=
while [ $# -gt 0 ]; do
  case $1 in
    --loi) stories+=(loi) ;;
    --list) list=yes ;;
    --lang) options+=(--lang "${2:?--lang needs en or zh}"); shift ;;
    -*) sed -n '2,5s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
    *) stories+=("$1") ;;
  esac
  shift
done
[ -n "$list" ] || [ ${#stories[@]} -gt 0 ] || stories=(normal)
go build -trimpath -buildvcs=false -ldflags='-s -w' -o .local/bin/play ./test/stories/play
exec .local/bin/play --root "$root" "${options[@]}" "${stories[@]}"
