#pragma once

#include <atomic>

#include "implicitGemmOutput.h"
#include "launch.h"

namespace trtfairmot
{

template <typename T, typename Tile, bool kPACKED>
__global__ void __launch_bounds__(Tile::kTHREADS, Tile::kBLOCKS)
    implicitGemmKernel(__grid_constant__ ImplicitGemmArgs const args)
{
    extern __shared__ __align__(128) char shared[];
    runImplicitGemm<T, Tile, kPACKED>(args, shared);
}

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

template <typename T, typename Tile, bool kPACKED>
cudaError_t launchTile(ImplicitGemmArgs const& args, dim3 grid, cudaStream_t stream)
{
    static std::atomic<uint64_t> allowedDevices{0};
    auto const kernel = implicitGemmKernel<T, Tile, kPACKED>;
    cudaError_t const status = allowSharedMemory(kernel, allowedDevices);
    if (status != cudaSuccess)
    {
        return status;
    }
    kernel<<<grid, Tile::kTHREADS, sharedBytesOfTile(Tile::kFIXED_BYTES, Tile::kPIXELS, args.tableRows), stream>>>(
        args);
    return cudaGetLastError();
}

template <typename T, bool kPACKED>
cudaError_t launchImplicitGemm(int32_t tile, ImplicitGemmArgs const& args, dim3 grid, cudaStream_t stream)
{
    return withTile(tile, cudaErrorInvalidValue,
        [&](auto shape) { return launchTile<T, decltype(shape), kPACKED>(args, grid, stream); });
}

} // namespace trtfairmot
