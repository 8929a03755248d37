#pragma once

#include "heatMapGemm.h"
#include "heatMapGroups.h"

namespace trtfairmot
{

template <typename Tile>
DEVICE_INLINE void runHeatMap(HeatMapArgs const& args, char* shared)
{
    if constexpr (Tile::kGROUPED)
    {
        HeatMapGroups<Tile>{args, shared}.run();
    }
    else
    {
        HeatMapGemm<Tile>{args, shared}.run();
    }
}

// grid: tiles of pixels of an image, images. Sets args.clusters. test/emulatedLaunch.cpp runs the same on the host.
cudaError_t launchHeatMap(int32_t tile, HeatMapArgs const& args, dim3 grid, cudaStream_t stream);

} // namespace trtfairmot
