#!/usr/bin/env bash
# Makes a fresh machine ready: Debian's packages by name, then the npm packages and the build.
# With --tests, also what the tests are made with.
set -euo pipefail
cd "$(dirname "$0")/.."

# util-linux, mount, iproute2: the sandbox. make, g++, python3: better-sqlite3 compiles where its ready-made binary can't be fetched.
packages=(util-linux mount iproute2 make g++ python3)
engines=()
services=()
if [ "${1:-}" = --tests ]; then
  # Clients, runtimes and validators.
  packages+=(curl git openssl procps sudo tcpdump tshark dnsutils runc shellcheck libxml2-utils cmark-gfm
    chromium fonts-dejavu-core)
  # What the exported lists are tried with; some come with a service that nobody has asked for here.
  engines=(nftables squid haproxy dnsmasq-base unbound bind9 bind9-utils suricata)
  services=(nftables squid haproxy unbound named suricata)
elif [ "$#" -gt 0 ]; then
  echo "scripts/setup.sh: expected --tests or nothing, got $*" >&2
  exit 2
fi
missing=()
for package in "${packages[@]}" "${engines[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  privileged=()
  [ "$(id -u)" -eq 0 ] || privileged=(sudo)
  "${privileged[@]}" apt-get update -q
  # Debian 12 has Suricata in its backports only, and a library of it in the version it needs; nothing else comes from there.
  backports=()
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  if [[ " ${missing[*]} " == *" suricata "* && "$codename" == bookworm ]]; then
    if [ -z "$(apt-cache madison suricata)" ]; then
      # From where the machine's other packages come.
      mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' | head -n 1)
      echo "deb $mirror bookworm-backports main" |
        "${privileged[@]}" tee /etc/apt/sources.list.d/egresslock-backports.list >/dev/null
      "${privileged[@]}" apt-get update -q
    fi
    backports=(suricata libhtp2)
  fi
  # Services that were not there before are neither started now (invoke-rc.d(8)) nor at the next start of the machine.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${privileged[@]}" tee "$policy" >/dev/null
    "${privileged[@]}" chmod 755 "$policy"
    trap '"${privileged[@]}" rm -f "$policy"' EXIT
  fi
  fresh=()
  for service in "${services[@]}"; do
    [ -e "/lib/systemd/system/$service.service" ] || fresh+=("$service")
  done
  "${privileged[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" \
    "${backports[@]/%//bookworm-backports}"
  if command -v systemctl >/dev/null; then
    for service in "${fresh[@]}"; do "${privileged[@]}" systemctl --quiet disable "$service" 2>/dev/null || true; done
  fi
fi
# Node's headers, where they came with it: node-gyp would fetch them from elsewhere.
prefix=$(node -p 'require("node:path").dirname(require("node:path").dirname(process.execPath))')
if [ -z "${npm_config_nodedir:-}" ] && [ -f "$prefix/include/node/node.h" ]; then
  export npm_config_nodedir="$prefix"
fi
npm ci
npm run build
