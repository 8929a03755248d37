#!/usr/bin/env bash
# Everything that this folder measures on a GPU, in one go; a step that fails is named and the next one runs.
# usage: run-on-gpu.sh OUT CHECKPOINT.pth GOLDEN_FOLDER half|full [FOLDER_OF_CUDNN:FOLDER_OF_CUBLAS]
# needs `npm run build`, `npm run native` and, for the recipe's rows, tools/bench/build/recipe-plugin (README.md).
# ENGINE_1, ENGINE_8: engines to take instead of building them; SECONDS_EACH: of a measurement (2); STEPS: some of "build bench comparison".
set -uo pipefail
out=${1:?usage: run-on-gpu.sh OUT CHECKPOINT.pth GOLDEN_FOLDER half|full [LIBRARY_FOLDERS]}
checkpoint=${2:?no checkpoint}
golden=${3:?no folder of golden heads}
model=${4:?half or full}
libraries=${5:-}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
seconds=${SECONDS_EACH:-2}
steps=${STEPS:-build bench comparison}
mkdir -p "$out"
one=${ENGINE_1:-$out/batch-1.engine}
eight=${ENGINE_8:-$out/batch-8.engine}
failed=()
fairmot() { node "$root/packages/app/dist/fairmot.js" "$@"; }
wanted() { [[ " $steps " == *" $1 "* ]]; }
step() {
  local name=$1 begin=$SECONDS
  shift
  echo "== $name"
  if "$@"; then echo "== $name: $((SECONDS - begin)) s"; else echo "== $name: FAILED after $((SECONDS - begin)) s"; failed+=("$name"); fi
}
bench() { fairmot bench --duration "$seconds" --overwrite "$@"; }

if wanted build; then
  [[ -f $one ]] || step "engine for batch 1" fairmot build "$checkpoint" -o "$one" --precision fp16 --timing-cache "$out/tactics.cache"
  [[ -f $eight ]] || step "engine for batches to 8" fairmot build "$checkpoint" -o "$eight" --precision fp16 --max-batch 8 --timing-cache "$out/tactics.cache"
fi
if wanted bench; then
  step "bench, one stream" bench --model "$one" --layers --report "$out/bench-1.html"
  step "bench, one stream, as JSON" bash -c "node '$root/packages/app/dist/fairmot.js' bench --model '$one' --duration '$seconds' --layers --json > '$out/bench-1.json'"
  step "bench, eight streams" bench --model "$eight" --streams 8 --report "$out/bench-8-streams.html"
  step "bench, batch 8" bench --model "$eight" --batch 8 --layers --report "$out/bench-batch-8.html"
fi
if wanted comparison; then
  plugin=$here/build/recipe-plugin/librecipe_plugin.so
  recipe=()
  [[ -f $plugin ]] && recipe=(--recipe-plugin "$plugin" --recipe-batches 1,8)
  step "comparison" node "$here/src/comparison.mjs" --engine "fp16 at batch 1=$one" --engine "fp16 at batches to 8=$eight" \
    "${recipe[@]}" --libraries "$libraries" --checkpoint "$checkpoint" --golden "$golden" --golden-model "$model" \
    --seconds "$seconds" --out "$out/comparison"
fi
if [[ ${#failed[@]} -gt 0 ]]; then
  printf 'failed: %s\n' "${failed[@]}"
  exit 1
fi
echo "all steps done; figures in $out"
