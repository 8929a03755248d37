#pragma once

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
    constexpr int32_t kDEFAULT_SHARED_BYTES = 48 * 1024; // more must be asked for, device by device
    auto const kernel = implicitGemmKernel<T, Tile, kPACKED>;
    int32_t const bytes = sharedBytesOfTile(Tile::kFIXED_BYTES, Tile::kPIXELS, args.tableRows);
    if (bytes > kDEFAULT_SHARED_BYTES)
    {
        cudaError_t const status = cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
        if (status != cudaSuccess)
        {
            return status;
        }
    }
    kernel<<<grid, Tile::kTHREADS, bytes, stream>>>(args);
    return cudaGetLastError();
}

template <typename T, bool kPACKED>
cudaError_t launchImplicitGemm(int32_t tile, ImplicitGemmArgs const& args, dim3 grid, cudaStream_t stream)
{
    return withTile(tile, cudaErrorInvalidValue,
        [&](auto shape) { return launchTile<T, decltype(shape), kPACKED>(args, grid, stream); });
}

} // namespace trtfairmot
