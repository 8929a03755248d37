#include "common/sharedMemory.h"
#include "launch.h"

namespace trtfairmot
{

namespace
{

template <typename Tile>
__global__ void __launch_bounds__(Tile::kTHREADS) rootKernel(__grid_constant__ RootArgs const args)
{
    extern __shared__ __align__(128) char shared[];
    runRoot<Tile>(args, shared);
}

template <typename Tile>
cudaError_t launchTile(RootArgs const& args, dim3 grid, cudaStream_t stream)
{
    static std::atomic<uint64_t> allowedDevices{0};
    cudaError_t const status = allowSharedMemory(rootKernel<Tile>, allowedDevices);
    if (status != cudaSuccess)
    {
        return status;
    }
    rootKernel<Tile><<<grid, Tile::kTHREADS, Tile::kSHARED_BYTES, stream>>>(args);
    return cudaGetLastError();
}

} // namespace

cudaError_t launchRoot(int32_t tile, RootArgs const& args, dim3 grid, cudaStream_t stream)
{
    return withRootTile(
        tile, cudaErrorInvalidValue, [&](auto shape) { return launchTile<decltype(shape)>(args, grid, stream); });
}

} // namespace trtfairmot
