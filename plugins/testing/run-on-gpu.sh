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

step() { # NAME COMMAND...
  local name=$1
  shift
  local start=$SECONDS
  "$@" >"$out/$name.log" 2>&1
  local status=$?
  [ $status -eq 0 ] || failures=$((failures + 1))
  printf '%-22s %s  %3d s  %s\n' "$name" "$([ $status -eq 0 ] && echo ok || echo "FAILED ($status)")" \
    $((SECONDS - start)) "$(grep -E 'PASS|FAIL|ERROR SUMMARY|RACECHECK SUMMARY|sixteen layers|eight layers|six roots|best plans' \
      "$out/$name.log" | tail -2 | tr '\n' ';')" | tee -a "$summary"
}

build_all() {
  cmake -S "$here" -B "$build" -DCMAKE_BUILD_TYPE=Release "-DPLUGIN_ARCHITECTURES=${CUDA_ARCHITECTURES:-native}" \
    ${TENSORRT_INCLUDE_DIR:+"-DTENSORRT_INCLUDE_DIR=$TENSORRT_INCLUDE_DIR"} && cmake --build "$build" -j "$(nproc)"
}

[ -n "${BUILD_DIR:-}" ] || step build build_all
step host_test "$build/dcnv2_host_test"
step peaks_host_test "$build/peaks_host_test"
step heat_map_host_test "$build/heat_map_host_test"
step heat_map_test "$build/heat_map_test"
step heat_map_bench "$build/heat_map_test" --bench
step heat_map_bench_batch8 "$build/heat_map_test" --bench --batch 8
step peaks_test "$build/peaks_test"
step peaks_bench "$build/peaks_bench"
step peaks_bench_batch8 "$build/peaks_bench" --batch 8
step peaks_tune "$build/peaks_bench" --tune
step peaks_tune_batch8 "$build/peaks_bench" --tune --batch 8
step test "$build/dcnv2_test"
step test_seed2 "$build/dcnv2_test" --seed 2 --count 150
step stem_host_test "$build/stem_host_test"
step stem_test "$build/stem_test"
step stem_bench "$build/stem_bench" --tune
step upsample_host_test "$build/upsample_host_test"
step upsample_test "$build/upsample_test"
step upsample_bench "$build/upsample_bench"
step upsample_batch8 "$build/upsample_bench" --batch 8
step root_host_test "$build/root_host_test"
step root_test "$build/root_test"
step root_bench "$build/root_bench" --tune
step root_batch8 "$build/root_bench" --tune --batch 8
step root_half "$build/root_bench" --tune --half
step bench_fp16 "$build/dcnv2_bench"
step bench_fp16_packed "$build/dcnv2_bench" --packed
step bench_fp16_batch8 "$build/dcnv2_bench" --batch 8
step bench_fp16_large "$build/dcnv2_bench" --offsets large
step bench_fp32 "$build/dcnv2_bench" --type fp32
step tune_fp16 "$build/dcnv2_bench" --tune --repeats 9
step tune_fp16_packed "$build/dcnv2_bench" --tune --repeats 9 --packed
step tune_fp16_batch8 "$build/dcnv2_bench" --tune --repeats 5 --batch 8
step tune_fp32 "$build/dcnv2_bench" --tune --repeats 5 --type fp32
if "$python" -c 'import torchvision' 2>/dev/null; then
  step torchvision "$python" "$here/dcnv2/test/compare_torchvision.py" "$build/libdcnv2_c.so" --time
else
  echo "torchvision            left out: $python has no torchvision" | tee -a "$summary"
fi
if [ -x "$build/plugin_test" ]; then
  nvinfer=$(ls "${TENSORRT_LIB_DIR:-/nowhere}"/libnvinfer.so.* 2>/dev/null | head -1)
  plugin=$build/libtrt_fairmot_plugins.so
  step registry_test "$build/registry_test" "${nvinfer:-libnvinfer.so}" "$plugin"
  step plugin_test "$build/plugin_test" ${nvinfer:+--nvinfer "$nvinfer"} --plugin "$plugin"
  step peaks_plugin_test "$build/peaks_plugin_test" ${nvinfer:+--nvinfer "$nvinfer"} --plugin "$plugin"
  step stem_plugin_test "$build/stem_plugin_test" ${nvinfer:+--nvinfer "$nvinfer"} --plugin "$plugin"
  step upsample_plugin_test "$build/upsample_plugin_test" ${nvinfer:+--nvinfer "$nvinfer"} --plugin "$plugin"
  step root_plugin_test "$build/root_plugin_test" ${nvinfer:+--nvinfer "$nvinfer"} --plugin "$plugin"
else
  echo "plugin_test            left out: built without TENSORRT_INCLUDE_DIR" | tee -a "$summary"
fi
if command -v compute-sanitizer >/dev/null; then
  for tool in memcheck racecheck initcheck synccheck; do
    for layer in dcnv2 stem upsample root peaks heat_map; do
      # Racecheck watches every access to shared memory: one tiny layer for each kernel is enough.
      reduced=$([ "$tool/$layer" = racecheck/dcnv2 ] && echo --once || echo --reduced)
      step "${layer}_$tool" timeout 120 compute-sanitizer --tool "$tool" --error-exitcode 9 "$build/${layer}_test" $reduced
    done
  done
else
  echo "compute-sanitizer      left out: not installed" | tee -a "$summary"
fi
echo "$failures failed" | tee -a "$summary"
[ "$failures" -eq 0 ]
