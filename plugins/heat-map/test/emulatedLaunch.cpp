// The launch of ../kernel/launch.h on the emulator.
#include <algorithm>

#include "heat-map/kernel/launch.h"
#include "heat-map/test/emulatedCluster.h"
#include "testing/emulator.h"

namespace trtfairmot
{

namespace
{

constexpr int32_t kCLUSTERS = 2; // few, so that they have several rounds

template <typename Tile>
void emulateClusters(HeatMapArgs args, int32_t tiles)
{
    int32_t const ranks = args.hidden / Tile::kHIDDEN;
    args.clusters = std::min(kCLUSTERS, ceilDiv(tiles, Tile::kGROUPS));
    setClusterShape(ranks, Tile::kTHREADS, Tile::kSHARED_BYTES);
    emulateGrid(dim3(args.clusters), ranks * Tile::kTHREADS, ranks * Tile::kSHARED_BYTES,
        [&](char* shared) { runHeatMap<Tile>(args, shared); });
}

} // namespace

cudaError_t launchHeatMap(int32_t tile, HeatMapArgs const& args, dim3 grid, cudaStream_t)
{
    return withTile<HeatMapTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            if constexpr (Tile::kGROUPED)
            {
                emulateClusters<Tile>(args, static_cast<int32_t>(grid.x * grid.y));
            }
            else
            {
                emulateGrid(grid, Tile::kTHREADS, Tile::kSHARED_BYTES,
                    [&](char* shared) { runHeatMap<Tile>(args, shared); });
            }
            return cudaSuccess;
        });
}

} // namespace trtfairmot
