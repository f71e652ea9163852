#!/usr/bin/env bash
# One run on GitHub Actions: the command in the sandbox, then what was found, in the pull request's own places.
# All of it is one function, which bash has read before the command can change this file.

main() {
  set -euo pipefail
  local action node out before code=0
  action=$(realpath "$GITHUB_ACTION_PATH")
  node=$(realpath "$(command -v node)")
  cd "$INPUT_WORKING_DIRECTORY"

  local run=(run)
  # The files by which steps change the environment of later ones: nobody inside may write them.
  [ ! -f "${GITHUB_ENV:-}" ] || run+=(--hide "$(dirname "$GITHUB_ENV")")
  [ -z "$INPUT_PHASE" ] || run+=(--phase "$INPUT_PHASE")
  [ -z "$INPUT_MODE" ] || run+=(--mode "$INPUT_MODE")
  local check=(check)
  [ -z "$INPUT_FAIL_ON" ] || check+=(--fail-on "$INPUT_FAIL_ON")

  before=$(digest_of "$action" "$node")
  # What the command prints is no workflow command: they are off until a word that it can't know.
  local word
  word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  echo "::stop-commands::$word"
  env -u GITHUB_ENV -u GITHUB_PATH -u GITHUB_OUTPUT -u GITHUB_STATE -u GITHUB_STEP_SUMMARY \
    "$node" "$action/dist/cli/main.js" "${run[@]}" -- bash -eo pipefail -c "$INPUT_COMMAND" || code=$?
  echo
  echo "::$word::"
  # From here on: only the system's own programs, and egresslock as it was before.
  export PATH=/usr/sbin:/usr/bin:/sbin:/bin
  if [ "$(digest_of "$action" "$node")" != "$before" ]; then
    echo '::error title=egresslock::the command has changed egresslock or Node: nothing that they say counts'
    output exit-code 121
    return 121
  fi
  # 2 and 122: nothing was run.
  if [ "$code" -eq 2 ] || [ "$code" -eq 122 ]; then
    output exit-code "$code"
    return "$code"
  fi
  tell
  output exit-code "$code"
  if [ "${GITHUB_EVENT_NAME:-}" != pull_request ] && [ "$code" -eq 120 ]; then
    echo '::notice title=egresslock::there are findings; a pull request would fail'
    return 0
  fi
  return "$code"
}

# Writes the reports, and takes the exit code of check where the command has none of its own.
tell() {
  out=$(mktemp -d "${RUNNER_TEMP:-/tmp}/egresslock.XXXXXXXX")
  "$node" "$action/dist/cli/main.js" show latest --json > "$out/report.json"
  local lock=egress.lock.json found=0
  if [ -f "$lock" ]; then
    check+=(--format summary --output "annotations=$out/annotations.txt" --output "json=$out/check.json")
    check+=(--output "markdown=$out/comment.md" --output "sarif=$out/egresslock.sarif")
    check+=(--output "junit=$out/junit.xml")
    local base=()
    if [ -n "$INPUT_BASE" ]; then
      if fetch_base; then base=(--base "$INPUT_BASE"); else
        echo '::notice title=egresslock::the base of the pull request could not be fetched: it is not compared with'
      fi
    fi
    "$node" "$action/dist/cli/main.js" "${check[@]}" "${base[@]}" > "$out/summary.md" || found=$?
    if [ "$found" -ne 0 ] && [ "$found" -ne 120 ] && [ "$found" -ne 121 ]; then return "$found"; fi
    # The command's own failure wins over 120, and 121 over both.
    if [ "$found" -eq 121 ] || [ "$code" -eq 0 ] || [ "$code" -eq 120 ]; then code=$found; fi
  else
    echo "::notice title=egresslock::there is no $lock yet: egresslock accept writes it"
    "$node" "$action/dist/cli/main.js" show latest --format summary \
      --output "annotations=$out/annotations.txt" --output "markdown=$out/comment.md" \
      --output "sarif=$out/egresslock.sarif" --output "junit=$out/junit.xml" > "$out/summary.md"
  fi
  [ "$INPUT_ANNOTATIONS" = false ] || cat "$out/annotations.txt"
  [ "$INPUT_SUMMARY" = false ] || cat "$out/summary.md" >> "$GITHUB_STEP_SUMMARY"
  output verdict "$(field 'capture.verdict')"
  output findings "$(field 'findings.length')"
  output report "$out/report.json"
  output comment "$out/comment.md"
  output sarif "$out/egresslock.sarif"
  output junit "$out/junit.xml"
}

# A checkout has one commit; the base is fetched alone, by its id. Nothing that is no id is handed to git.
fetch_base() {
  [[ "$INPUT_BASE" =~ ^[0-9a-f]{40,64}$ ]] || return 1
  git cat-file -e "$INPUT_BASE^{commit}" 2> /dev/null ||
    git -c protocol.ext.allow=never fetch --quiet --no-tags --depth=1 origin "$INPUT_BASE"
}

# A value of the report, by its path: words that this script knows, never text from outside.
field() {
  "$node" -p "JSON.parse(fs.readFileSync(process.argv[1], 'utf8')).$1" "$out/report.json"
}

# Only names, numbers and paths that this script has made.
output() {
  echo "$1=$2" >> "$GITHUB_OUTPUT"
}

# One number for all files of egresslock and for Node.
digest_of() {
  (
    export PATH=/usr/sbin:/usr/bin:/sbin:/bin
    {
      find "$1/dist" "$1/node_modules" "$1/profiles" "$1/sandbox" "$1/package.json" -type f -print0 |
        sort -z | xargs -0 sha256sum
      find "$1/dist" "$1/node_modules" "$1/profiles" -type l -printf '%p %l\n' | sort
      sha256sum "$2"
    } | sha256sum
  )
}

main; exit
