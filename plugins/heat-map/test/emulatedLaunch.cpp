// The launch of ../kernel/launch.h on the emulator.
#include "heat-map/kernel/launch.h"
#include "testing/emulator.h"

namespace trtfairmot
{

cudaError_t launchHeatMap(int32_t tile, HeatMapArgs const& args, dim3 grid, cudaStream_t)
{
    return withHeatMapTile(tile, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            emulateGrid(
                grid, Tile::kTHREADS, Tile::kSHARED_BYTES, [&](char* shared) { runHeatMap<Tile>(args, shared); });
            return cudaSuccess;
        });
}

} // namespace trtfairmot
