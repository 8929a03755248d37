// Runs the kernels of ../kernel on the CPU, thread by thread, so that their index arithmetic, barriers and fragment
// layouts can be tested without a GPU. Threads of a block are coroutines; shared memory starts as NaN; asynchronous
// copies land only when they are waited for; reads outside the registered memory end the program with a message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include <cuda_runtime_api.h>

namespace trtfairmot
{

// Runs body(shared memory) in every thread of every block, one block after the other.
void emulateGrid(dim3 grid, int32_t threads, size_t sharedBytes, std::function<void(char*)> const& body);

// Global memory that kernels may read.
void allowReads(void const* begin, size_t bytes);
void forbidReads();

// Order in which the coroutines of a block are resumed: 0 upwards, else shuffled by this seed.
void setThreadOrder(uint32_t seed);

} // namespace trtfairmot
