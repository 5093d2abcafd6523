#!/usr/bin/env bash
# Installs the Debian packages that building and testing need, where they are missing. As root, or with sudo.
set -euo pipefail

packages=(libcurl4-openssl-dev libexpat1-dev libsimdjson-dev libsqlite3-dev pkg-config python3 python3-venv)
missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    echo "installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq "${missing[@]}" >/dev/null
fi
command -v swift >/dev/null || {
    echo "Swift 6.3 is needed: https://www.swift.org/install/linux/" >&2
    exit 1
}
