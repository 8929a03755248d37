#!/usr/bin/env bash
# Compiles the plugin library and its tests against the headers of one or more TensorRT versions (one GPU architecture).
# usage: compile-against.sh BUILD_DIR INCLUDE_DIR...
set -euo pipefail
build=${1:?usage: compile-against.sh BUILD_DIR INCLUDE_DIR...}
shift
here=$(cd "$(dirname "$0")/.." && pwd)
for headers in "$@"; do
  name=$(sed -nE 's/^#define (NV_TENSORRT|TRT)_(MAJOR|MINOR)(_ENTERPRISE)? +([0-9]+).*/\4/p' \
    "$headers/NvInferVersion.h" | head -2 | paste -sd.)
  cmake -S "$here" -B "$build/$name" "-DTENSORRT_INCLUDE_DIR=$headers" -DPLUGIN_ARCHITECTURES=90 >/dev/null
  cmake --build "$build/$name" -j "$(nproc)" --target trt_fairmot_plugins plugin_test \
    stem_plugin_test upsample_plugin_test root_plugin_test root_int8_plugin_test peaks_plugin_test heat_map_plugin_test \
    registry_test >/dev/null
  symbols=$(nm -D --defined-only "$build/$name/libtrt_fairmot_plugins.so" | awk '$2 == "T" && $3 !~ /^_/ { print $3 }')
  if readelf -d "$build/$name/libtrt_fairmot_plugins.so" | grep -q 'NEEDED.*nvinfer'; then
    echo "TensorRT $name: the library must not need libnvinfer" >&2
    exit 1
  fi
  echo "TensorRT $name: compiled; exports $(echo "$symbols" | paste -sd' ')"
done
