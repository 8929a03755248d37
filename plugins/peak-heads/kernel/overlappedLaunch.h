#pragma once

#include <cuda_runtime.h>

namespace trtfairmot
{

// Launches a kernel that may start while the one before it ends: it calls waitForPreviousKernel() before it reads anything.
template <typename Args>
cudaError_t launchOverlapped(void (*kernel)(Args const), Args const& args, dim3 grid, int32_t threads,
    int32_t sharedBytes, bool overlap, cudaStream_t stream)
{
    cudaLaunchAttribute attribute{};
    attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
    attribute.val.programmaticStreamSerializationAllowed = 1;
    cudaLaunchConfig_t config{};
    config.gridDim = grid;
    config.blockDim = dim3(threads);
    config.dynamicSmemBytes = static_cast<size_t>(sharedBytes);
    config.stream = stream;
    config.attrs = &attribute;
    config.numAttrs = overlap ? 1 : 0;
    return cudaLaunchKernelEx(&config, kernel, args);
}

} // namespace trtfairmot
