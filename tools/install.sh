#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages that a purpose of tools/packages.txt needs and that are missing. Silent when
# nothing is missing and when run as root; otherwise asks before it uses sudo.
# usage: tools/install.sh PURPOSE...        (build, test, arm, interop, accuracy, bench)
set -euo pipefail
cd "$(dirname "$0")"

packages=()
for purpose in "$@"; do
  read -r -a found < <(sed -n "s/^$purpose //p" packages.txt) || true
  if [ ${#found[@]} = 0 ]; then echo "install.sh: no purpose '$purpose' in tools/packages.txt" >&2; exit 1; fi
  packages+=("${found[@]}")
done

if ! command -v dpkg-query >/dev/null; then
  echo "install.sh: this is no Debian or Ubuntu; make sure that there are: ${packages[*]}" >&2
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  if [ "$state" != installed ]; then missing+=("$package"); fi
done
if [ ${#missing[@]} = 0 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" != 0 ]; then
  echo "These packages are missing: ${missing[*]}"
  if ! command -v sudo >/dev/null || [ ! -t 0 ]; then
    echo "install.sh: run 'apt-get install ${missing[*]}' as root, then start again" >&2
    exit 1
  fi
  read -r -p "Install them with sudo? [y/N] " answer
  if [ "$answer" != y ] && [ "$answer" != Y ]; then exit 1; fi
  as_root=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >>"$log" 2>&1; }
if ! { apt update && apt install -y --no-install-recommends "${missing[@]}"; }; then
  cat "$log" >&2
  echo "install.sh: cannot install ${missing[*]}" >&2
  exit 1
fi
