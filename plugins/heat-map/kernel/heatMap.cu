#include "common/sharedMemory.h"
#include "launch.h"

namespace trtfairmot
{

namespace
{

template <typename Tile>
__global__ void __launch_bounds__(Tile::kTHREADS) heatMapKernel(__grid_constant__ HeatMapArgs const args)
{
    extern __shared__ __align__(128) char shared[];
    runHeatMap<Tile>(args, shared);
}

template <typename Tile>
cudaError_t launchTile(HeatMapArgs const& args, dim3 grid, cudaStream_t stream)
{
    static std::atomic<uint64_t> allowedDevices{0};
    cudaError_t const status = allowSharedMemory(heatMapKernel<Tile>, allowedDevices);
    if (status != cudaSuccess)
    {
        return status;
    }
    heatMapKernel<Tile><<<grid, Tile::kTHREADS, Tile::kSHARED_BYTES, stream>>>(args);
    return cudaGetLastError();
}

} // namespace

cudaError_t launchHeatMap(int32_t tile, HeatMapArgs const& args, dim3 grid, cudaStream_t stream)
{
    return withHeatMapTile(tile, cudaErrorInvalidValue,
        [&](auto shape) { return launchTile<decltype(shape)>(args, grid, stream); });
}

} // namespace trtfairmot
