#!/usr/bin/env bash
# Makes a fresh machine ready: Debian's packages by name, then the npm packages and the build.
set -euo pipefail
cd "$(dirname "$0")/.."

# util-linux, mount, iproute2: the sandbox. make, g++: better-sqlite3 compiles where its ready-made binary can't be fetched.
# The rest are clients and tools of the tests.
packages=(util-linux mount iproute2 make g++ curl python3 git openssl procps sudo tcpdump tshark dnsutils
  runc shellcheck libxml2-utils cmark-gfm chromium fonts-dejavu-core)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  privileged=()
  [ "$(id -u)" -eq 0 ] || privileged=(sudo)
  "${privileged[@]}" apt-get update -q
  "${privileged[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi
# Node's headers, where they came with it: node-gyp would fetch them from elsewhere.
prefix=$(node -p 'require("node:path").dirname(require("node:path").dirname(process.execPath))')
if [ -z "${npm_config_nodedir:-}" ] && [ -f "$prefix/include/node/node.h" ]; then
  export npm_config_nodedir="$prefix"
fi
npm ci
npm run build
