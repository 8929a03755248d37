#pragma once

#include "implicitGemmOutput.h"
#include "launch.h"

namespace trtfairmot
{

template <typename T, typename Tile>
__global__ void __launch_bounds__(Tile::kTHREADS, Tile::kBLOCKS)
    implicitGemmKernel(__grid_constant__ ImplicitGemmArgs const args)
{
    extern __shared__ __align__(128) char shared[];
    runImplicitGemm<T, Tile>(args, shared);
}

template <typename T, typename Tile>
cudaError_t launchTile(ImplicitGemmArgs const& args, dim3 grid, cudaStream_t stream)
{
    constexpr int32_t kDEFAULT_SHARED_BYTES = 48 * 1024; // more must be asked for, device by device
    int32_t const bytes = Tile::kFIXED_BYTES + sampleTableBytes(Tile::kPIXELS, args.tableRows);
    if (bytes > kDEFAULT_SHARED_BYTES)
    {
        cudaError_t const status =
            cudaFuncSetAttribute(implicitGemmKernel<T, Tile>, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
        if (status != cudaSuccess)
        {
            return status;
        }
    }
    implicitGemmKernel<T, Tile><<<grid, Tile::kTHREADS, bytes, stream>>>(args);
    return cudaGetLastError();
}

template <typename T>
cudaError_t launchImplicitGemmTyped(int32_t tile, ImplicitGemmArgs const& args, dim3 grid, cudaStream_t stream)
{
    switch (tile)
    {
    case 0:
        return launchTile<T, Tile0>(args, grid, stream);
    case 1:
        return launchTile<T, Tile1>(args, grid, stream);
    case 2:
        return launchTile<T, Tile2>(args, grid, stream);
    case 3:
        return launchTile<T, Tile3>(args, grid, stream);
    case 4:
        return launchTile<T, Tile4>(args, grid, stream);
    case 5:
        return launchTile<T, Tile5>(args, grid, stream);
    case 6:
        return launchTile<T, Tile6>(args, grid, stream);
    case 7:
        return launchTile<T, Tile7>(args, grid, stream);
    default:
        return cudaErrorInvalidValue;
    }
}

} // namespace trtfairmot
