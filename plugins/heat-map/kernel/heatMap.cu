#include <algorithm>

#include "common/sharedMemory.h"
#include "launch.h"

namespace trtfairmot
{

namespace
{

template <typename Tile>
__global__ void __launch_bounds__(Tile::kTHREADS) heatMapKernel(__grid_constant__ HeatMapArgs const args)
{
    extern __shared__ __align__(1024) char shared[];
#if __CUDA_ARCH__ < 900
    if constexpr (Tile::kGROUPED)
    {
        return; // never launched: needs clusters
    }
    else
#endif
    {
        runHeatMap<Tile>(args, shared);
    }
}

// How many clusters fit on the current device at once.
template <typename Tile>
cudaError_t roomForClusters(cudaLaunchConfig_t const& config, int32_t ranks, int32_t& clusters)
{
    static std::atomic<int32_t> known[64][kMAP_RANKS + 1]; // of devices
    int32_t device = 0;
    cudaError_t status = cudaGetDevice(&device);
    clusters = status == cudaSuccess && device < 64 ? known[device][ranks].load() : 0;
    if (status == cudaSuccess && clusters == 0)
    {
        status = cudaOccupancyMaxActiveClusters(&clusters, heatMapKernel<Tile>, &config);
        clusters = std::max(1, clusters);
        if (status == cudaSuccess && device < 64)
        {
            known[device][ranks].store(clusters);
        }
    }
    return status;
}

template <typename Tile>
cudaError_t launchClusters(HeatMapArgs args, int32_t tiles, cudaStream_t stream)
{
    int32_t const ranks = args.hidden / Tile::kHIDDEN;
    cudaLaunchAttribute cluster{};
    cluster.id = cudaLaunchAttributeClusterDimension;
    cluster.val.clusterDim.x = ranks;
    cluster.val.clusterDim.y = 1;
    cluster.val.clusterDim.z = 1;
    cudaLaunchConfig_t config{};
    config.gridDim = dim3(ranks);
    config.blockDim = dim3(Tile::kTHREADS);
    config.dynamicSmemBytes = Tile::kSHARED_BYTES;
    config.stream = stream;
    config.attrs = &cluster;
    config.numAttrs = 1;
    int32_t room = 0;
    cudaError_t const status = roomForClusters<Tile>(config, ranks, room);
    if (status != cudaSuccess)
    {
        return status;
    }
    args.clusters = std::min(room, ceilDiv(tiles, Tile::kGROUPS));
    config.gridDim = dim3(args.clusters * ranks);
    return cudaLaunchKernelEx(&config, heatMapKernel<Tile>, args);
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
    if constexpr (Tile::kGROUPED)
    {
        return launchClusters<Tile>(args, static_cast<int32_t>(grid.x * grid.y), stream);
    }
    else
    {
        heatMapKernel<Tile><<<grid, Tile::kTHREADS, Tile::kSHARED_BYTES, stream>>>(args);
        return cudaGetLastError();
    }
}

} // namespace

cudaError_t launchHeatMap(int32_t tile, HeatMapArgs const& args, dim3 grid, cudaStream_t stream)
{
    return withTile<HeatMapTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape) { return launchTile<decltype(shape)>(args, grid, stream); });
}

} // namespace trtfairmot
