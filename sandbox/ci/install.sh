#!/usr/bin/env bash
# Makes egresslock of this very checkout, by its own package lock; nothing that a run has left behind is taken.
set -euo pipefail
cd "$(dirname "$0")/../.."

node -e '
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`egresslock: expected Node 20.19 or newer, got ${process.version}`);
  process.exit(1);
}'
npm ci --no-audit --no-fund
npm run --silent build
# Ubuntu 24.04 lets nobody but root make user namespaces that are worth anything; where sudo asks for no password,
# egresslock makes its namespaces by it.
node dist/cli/main.js doctor
