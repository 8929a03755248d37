// Launching kernels that need much shared memory.
#pragma once

#include <atomic>
#include <cstdint>

#include <cuda_runtime_api.h>

namespace trtfairmot
{

// Lets a kernel have all the dynamic shared memory a block of the current device may have: once per kernel and device, and
// always the same value, so that threads with layers of different sizes do not undo each other's.
template <typename Kernel>
cudaError_t allowSharedMemory(Kernel kernel, std::atomic<uint64_t>& allowedDevices)
{
    int32_t device = 0;
    int32_t bytes = 0;
    cudaError_t status = cudaGetDevice(&device);
    uint64_t const mark = uint64_t{1} << (device & 63);
    if (status != cudaSuccess || (device < 64 && (allowedDevices.load() & mark) != 0))
    {
        return status;
    }
    status = cudaDeviceGetAttribute(&bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
    status = status == cudaSuccess ? cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes)
                                   : status;
    allowedDevices.fetch_or(status == cudaSuccess ? mark : 0);
    return status;
}

} // namespace trtfairmot
