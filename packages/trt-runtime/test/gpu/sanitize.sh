#!/usr/bin/env bash
# The runtime's kernels under compute-sanitizer, and a batch through TensorRT under its memcheck; goes on after a failing step.
# usage: sanitize.sh OUT_DIR
set -uo pipefail
out=$(mkdir -p "${1:?usage: sanitize.sh OUT_DIR}" && cd "$1" && pwd)
run=$(cd "$(dirname "$0")" && pwd)/run.mjs
failures=0
if ! command -v compute-sanitizer >/dev/null; then
  echo "compute-sanitizer is not installed: left out"
  exit 0
fi

step() { # NAME TOOL CHECKS
  local start=$SECONDS
  timeout 150 compute-sanitizer --tool "$2" --error-exitcode 9 node "$run" --out "$out/$1" --only "$3" >"$out/$1.log" 2>&1
  local status=$?
  [ $status -eq 0 ] || failures=$((failures + 1))
  printf '%-16s %s  %3d s  %s\n' "$1" "$([ $status -eq 0 ] && echo ok || echo "FAILED ($status)")" $((SECONDS - start)) \
    "$(grep -E 'passed,|SUMMARY' "$out/$1.log" | tail -2 | tr '\n' ';')"
}

step memcheck memcheck tiny
step racecheck racecheck tiny
step initcheck initcheck tiny
step memcheck_batch memcheck 'a batch of four sizes'
[ $failures -eq 0 ]
