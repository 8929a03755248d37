#include "common/sharedMemory.h"
#include "launch.h"

namespace trtfairmot
{

namespace
{

template <typename Element, typename Tile>
__global__ void __launch_bounds__(Tile::kTHREADS) rootKernel(__grid_constant__ RootArgs const args)
{
    extern __shared__ __align__(128) char shared[];
    runRoot<Element, Tile>(args, shared);
}

template <typename Element, typename Tile>
cudaError_t launchTile(RootArgs const& args, dim3 grid, int32_t sharedBytes, cudaStream_t stream)
{
    static std::atomic<uint64_t> allowedDevices{0};
    cudaError_t const status = allowSharedMemory(rootKernel<Element, Tile>, allowedDevices);
    if (status != cudaSuccess)
    {
        return status;
    }
    rootKernel<Element, Tile><<<grid, Tile::kTHREADS, sharedBytes, stream>>>(args);
    return cudaGetLastError();
}

} // namespace

cudaError_t launchRoot(
    RootType type, int32_t tile, RootArgs const& args, dim3 grid, int32_t sharedBytes, cudaStream_t stream)
{
    return withTile<RootTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            return type == RootType::kHALF ? launchTile<RootHalf, Tile>(args, grid, sharedBytes, stream)
                                           : launchTile<RootInt8, Tile>(args, grid, sharedBytes, stream);
        });
}

} // namespace trtfairmot
