// The kernels that evaluate the heads at the peaks.
#include "common/sharedMemory.h"
#include "launch.h"
#include "overlappedLaunch.h"

namespace trtfairmot
{

namespace
{

template <typename Tile>
__global__ void __launch_bounds__(Tile::kTHREADS) headGemmKernel(__grid_constant__ HeadGemmArgs const args)
{
    extern __shared__ __align__(128) char shared[];
    runHeadGemm<Tile>(args, shared);
}

__global__ void __launch_bounds__(kROWS_PER_BLOCK * 32) finishRowsKernel(__grid_constant__ FinishRowsArgs const args)
{
    runFinishRows(args);
}

template <typename Tile>
cudaError_t launchTile(HeadGemmArgs const& args, dim3 grid, bool overlap, cudaStream_t stream)
{
    static std::atomic<uint64_t> allowedDevices{0};
    cudaError_t const status = allowSharedMemory(headGemmKernel<Tile>, allowedDevices);
    return status != cudaSuccess
        ? status
        : launchOverlapped(headGemmKernel<Tile>, args, grid, Tile::kTHREADS, Tile::kSHARED_BYTES, overlap, stream);
}

} // namespace

cudaError_t launchHeadGemm(int32_t tile, HeadGemmArgs const& args, dim3 grid, bool overlap, cudaStream_t stream)
{
    return withTile<HeadTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape) { return launchTile<decltype(shape)>(args, grid, overlap, stream); });
}

cudaError_t launchFinishRows(FinishRowsArgs const& args, dim3 grid, bool overlap, cudaStream_t stream)
{
    return launchOverlapped(finishRowsKernel, args, grid, kROWS_PER_BLOCK * 32, 0, overlap, stream);
}

} // namespace trtfairmot
