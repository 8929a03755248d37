#pragma once

#include "common/sharedMemory.h"
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
    return withTile<TensorCoreTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape) { return launchTile<T, decltype(shape), kPACKED>(args, grid, stream); });
}

} // namespace trtfairmot
