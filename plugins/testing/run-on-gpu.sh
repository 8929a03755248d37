#!/usr/bin/env bash
# Builds and runs everything that needs a GPU, goes on after a failing step, and sums up.
# usage: run-on-gpu.sh OUT_DIR
#   TENSORRT_INCLUDE_DIR   headers of the TensorRT to test with; without it the plugin tests are left out
#   TENSORRT_LIB_DIR       folder of its libnvinfer.so.N
#   BUILD_DIR              a finished build to use instead of building (default: build in OUT_DIR/build)
#   CUDA_ARCHITECTURES     default: native
#   PYTHON                 a Python with torch and torchvision (default: python3)
set -uo pipefail
out=$(mkdir -p "${1:?usage: run-on-gpu.sh OUT_DIR}" && cd "$1" && pwd)
here=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD_DIR:-$out/build}
python=${PYTHON:-python3}
export LD_LIBRARY_PATH="${TENSORRT_LIB_DIR:-}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
summary=$out/summary.txt
: >"$summary"
failures=0

step() { # NAME SECONDS COMMAND...
  local name=$1 limit=$2
  shift 2
  local start=$SECONDS
  timeout --kill-after=10 "$limit" "$@" >"$out/$name.log" 2>&1
  local status=$? verdict=ok
  [ $status -eq 0 ] || { verdict="FAILED ($status)" && failures=$((failures + 1)); }
  [ $status -ne 124 ] || verdict="CUT OFF"
  printf '%-24s %-10s %3d s  %s\n' "$name" "$verdict" $((SECONDS - start)) \
    "$(grep -aE 'PASS|FAIL|ERROR SUMMARY|RACECHECK SUMMARY|sixteen layers|eight layers|six roots|best plans|^running' \
      "$out/$name.log" | tail -2 | tr '\n' ';')" | tee -a "$summary"
}

build_all() {
  cmake -S "$here" -B "$build" -DCMAKE_BUILD_TYPE=Release "-DPLUGIN_ARCHITECTURES=${CUDA_ARCHITECTURES:-native}" \
    ${TENSORRT_INCLUDE_DIR:+"-DTENSORRT_INCLUDE_DIR=$TENSORRT_INCLUDE_DIR"} && cmake --build "$build" -j "$(nproc)"
}

left_out() { # WHAT WHY
  printf '%-24s left out: %s\n' "$1" "$2" | tee -a "$summary"
}

export -f build_all
export here build
[ -n "${BUILD_DIR:-}" ] || step build 3600 bash -c build_all
for layer in dcnv2 stem upsample root root_int8 peaks heat_map; do
  step "${layer}_host_test" 900 "$build/${layer}_host_test"
  step "${layer}_test" 600 "$build/${layer}_test"
done
step dcnv2_test_seed2 600 "$build/dcnv2_test" --seed 2 --count 150

nvinfer=$(ls "${TENSORRT_LIB_DIR:-/nowhere}"/libnvinfer.so.* 2>/dev/null | head -1)
plugin=$build/libtrt_fairmot_plugins.so
if [ -x "$build/plugin_test" ]; then
  step registry_test 300 "$build/registry_test" "${nvinfer:-libnvinfer.so}" "$plugin"
  for test in plugin_test stem_plugin_test upsample_plugin_test root_plugin_test \
    root_int8_plugin_test peaks_plugin_test heat_map_plugin_test; do
    step "$test" 600 "$build/$test" ${nvinfer:+--nvinfer "$nvinfer"} --plugin "$plugin"
  done
else
  left_out plugin_test "built without TENSORRT_INCLUDE_DIR"
fi

if command -v compute-sanitizer >/dev/null; then
  for tool in memcheck racecheck initcheck synccheck; do
    for layer in dcnv2 stem upsample root root_int8 peaks heat_map; do
      # dcnv2 has too many kernels for more than one tiny layer of each.
      reduced=$([ "$layer" = dcnv2 ] && echo --once || echo --reduced)
      step "${layer}_$tool" 240 compute-sanitizer --tool "$tool" --error-exitcode 9 "$build/${layer}_test" $reduced
    done
  done
else
  left_out compute-sanitizer "not installed"
fi

if "$python" -c 'import torchvision' 2>/dev/null; then
  step torchvision 900 "$python" "$here/dcnv2/test/compare_torchvision.py" "$build/libdcnv2_c.so" --time
else
  left_out torchvision "$python has no torchvision"
fi

step dcnv2_fp16 600 "$build/dcnv2_bench"
step dcnv2_fp16_packed 600 "$build/dcnv2_bench" --packed
step dcnv2_fp16_fused 600 "$build/dcnv2_bench" --packed --fused
step dcnv2_fp16_batch8 600 "$build/dcnv2_bench" --batch 8
step dcnv2_fp16_large 600 "$build/dcnv2_bench" --offsets large
step dcnv2_fp32 600 "$build/dcnv2_bench" --type fp32
step dcnv2_tune_fp16 900 "$build/dcnv2_bench" --tune --repeats 9
step dcnv2_tune_fp16_packed 900 "$build/dcnv2_bench" --tune --repeats 9 --packed
step dcnv2_tune_fp16_batch8 900 "$build/dcnv2_bench" --tune --repeats 5 --batch 8
step dcnv2_tune_fp32 900 "$build/dcnv2_bench" --tune --repeats 5 --type fp32
step stem_bench 600 "$build/stem_bench" --tune
step upsample_bench 600 "$build/upsample_bench"
step upsample_bench_batch8 600 "$build/upsample_bench" --batch 8
step root_bench 600 "$build/root_bench" --tune
step root_bench_batch8 600 "$build/root_bench" --tune --batch 8
step root_bench_half 600 "$build/root_bench" --tune --half
step root_bench_int8 600 "$build/root_bench" --tune --int8
step root_bench_int8_batch8 600 "$build/root_bench" --tune --int8 --batch 8
step peaks_bench 600 "$build/peaks_bench"
step peaks_bench_batch8 600 "$build/peaks_bench" --batch 8
step peaks_tune 900 "$build/peaks_bench" --tune
step peaks_tune_batch8 900 "$build/peaks_bench" --tune --batch 8
step heat_map_bench 600 "$build/heat_map_test" --bench
step heat_map_bench_batch8 600 "$build/heat_map_test" --bench --batch 8
echo "$failures failed" | tee -a "$summary"
[ "$failures" -eq 0 ]
