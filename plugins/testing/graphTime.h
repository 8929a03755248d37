// GPU time of calls replayed as a CUDA graph, for the benchmarks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include <cuda_runtime_api.h>

namespace trtfairmot
{

// Sets of buffers of `bytes` each that together exceed every L2 cache, so that a call that takes the next one finds its
// data in memory.
int32_t coldSets(size_t bytes);

// Median microseconds of one call over `repeats` replays of a graph of at least 20 calls, call(0), call(1) ... call(sets -
// 1), call(0) ..., each of which enqueues work on the stream. Ends the program where CUDA fails.
double medianMicroseconds(
    std::function<cudaError_t(int32_t)> const& call, int32_t sets, int32_t repeats, cudaStream_t stream);

} // namespace trtfairmot
