#!/usr/bin/env bash
# One run on GitHub Actions: the command in the sandbox, and what was found in the pull request's own places. Locks,
# configuration and the base are read before the command starts, and the reports are written by the same process: nothing
# of what the command leaves behind is asked afterwards. All of it is one function, which bash has read by then.

main() {
  set -euo pipefail
  local action node out before code=0 is_locked=true
  action=$(realpath "$GITHUB_ACTION_PATH")
  node=$(realpath "$(command -v node)")
  out=$(mktemp -d "${RUNNER_TEMP:-/tmp}/egresslock.XXXXXXXX")
  cd "$INPUT_WORKING_DIRECTORY"

  [ -f egress.lock.json ] || is_locked=false
  local run=(run --json "$out/report.json" --hide "$out")
  # The files by which steps change the environment of later ones: nobody inside may write them.
  [ ! -f "${GITHUB_ENV:-}" ] || run+=(--hide "$(dirname "$GITHUB_ENV")")
  [ -z "$INPUT_PHASE" ] || run+=(--phase "$INPUT_PHASE")
  [ -z "$INPUT_MODE" ] || run+=(--mode "$INPUT_MODE")
  [ -z "$INPUT_FAIL_ON" ] || run+=(--fail-on "$INPUT_FAIL_ON")
  run+=(--output "summary=$out/summary.md" --output "annotations=$out/annotations.txt")
  run+=(--output "markdown=$out/comment.md" --output "sarif=$out/egresslock.sarif" --output "junit=$out/junit.xml")
  if [ -n "$INPUT_BASE" ]; then
    if has_base || fetch_base; then run+=(--base "$INPUT_BASE"); else
      echo '::notice title=egresslock::the base of the pull request is not there and could not be fetched: it is not compared with'
    fi
  fi

  before=$(digest_of "$action" "$node")
  # What the command prints is no workflow command: they are off until a word that it can't know.
  local word
  word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  echo "::stop-commands::$word"
  env -u GITHUB_ENV -u GITHUB_PATH -u GITHUB_OUTPUT -u GITHUB_STATE -u GITHUB_STEP_SUMMARY \
    "$node" "$action/dist/cli/main.js" "${run[@]}" -- bash -eo pipefail -c "$INPUT_COMMAND" || code=$?
  echo
  echo "::$word::"
  # From here on: only the system's own programs.
  export PATH=/usr/sbin:/usr/bin:/sbin:/bin
  if [ "$(digest_of "$action" "$node")" != "$before" ]; then
    echo '::error title=egresslock::the command has changed egresslock or Node, which later steps would run'
    code=121
  fi
  # Without a report nothing was run.
  [ ! -s "$out/report.json" ] || tell
  output exit-code "$code"
  if [ "${GITHUB_EVENT_NAME:-}" != pull_request ] && [ "$code" -eq 120 ]; then
    echo '::notice title=egresslock::there are findings; a pull request would fail'
    return 0
  fi
  return "$code"
}

tell() {
  "$is_locked" || echo '::notice title=egresslock::there is no egress.lock.json yet: egresslock accept writes it'
  [ "$INPUT_ANNOTATIONS" = false ] || cat "$out/annotations.txt"
  [ "$INPUT_SUMMARY" = false ] || cat "$out/summary.md" >> "$GITHUB_STEP_SUMMARY"
  # The report's own words stand alone on their lines; within a text, quotes have a backslash before them.
  output verdict "$(sed -n 's/^ *"verdict": "\(complete\|partial\|none\)",\{0,1\}$/\1/p' "$out/report.json" | head -n 1)"
  output findings "$(grep -c '^ *"rule": "' "$out/report.json" || true)"
  output report "$out/report.json"
  output comment "$out/comment.md"
  output sarif "$out/egresslock.sarif"
  output junit "$out/junit.xml"
}

# Nothing that is no commit's id is handed to git. Earlier steps may have written git's configuration: no program that it
# names is run, and no other object stands in a commit's place.
has_base() {
  [[ "$INPUT_BASE" =~ ^[0-9a-f]{40,64}$ ]] || return 1
  GIT_ALLOW_PROTOCOL=none GIT_NO_LAZY_FETCH=1 GIT_NO_REPLACE_OBJECTS=1 \
    git cat-file -e "$INPUT_BASE^{tree}" 2> /dev/null
}

# A checkout has one commit. The base is fetched alone, by its id, into a repository that nobody has configured.
fetch_base() {
  [[ "$INPUT_BASE" =~ ^[0-9a-f]{40,64}$ ]] || return 1
  local clean=$out/base.git common
  common=$(git rev-parse --path-format=absolute --git-common-dir) || return 1
  git init --quiet --bare "$clean"
  HOME=$out GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 git --git-dir="$clean" fetch --quiet --no-tags --depth=1 \
    "${GITHUB_SERVER_URL:-}/${GITHUB_REPOSITORY:-}" "$INPUT_BASE" 2> /dev/null || return 1
  GIT_OBJECT_DIRECTORY=$common/objects git --git-dir="$clean" unpack-objects -q < <(
    printf '%s\n' "$INPUT_BASE" | git --git-dir="$clean" pack-objects --quiet --revs --stdout
  ) || return 1
  has_base
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
      find "$1/dist" "$1/node_modules" "$1/profiles" "$1/sandbox" "$1/scripts" "$1/src" "$1/package.json" \
        -type f -print0 2> /dev/null | sort -z | xargs -0 sha256sum
      find "$1/dist" "$1/node_modules" "$1/profiles" -type l -printf '%p %l\n' | sort
      sha256sum "$2"
    } | sha256sum
  )
}

main; exit
