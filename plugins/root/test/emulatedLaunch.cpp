// The launch of ../kernel/launch.h on the emulator.
#include "root/kernel/launch.h"
#include "testing/emulator.h"

namespace trtfairmot
{

cudaError_t launchRoot(
    RootType type, int32_t tile, RootArgs const& args, dim3 grid, int32_t sharedBytes, cudaStream_t)
{
    return withTile<RootTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            emulateGrid(grid, Tile::kTHREADS, sharedBytes,
                [&](char* shared)
                {
                    type == RootType::kHALF ? runRoot<RootHalf, Tile>(args, shared)
                                            : runRoot<RootInt8, Tile>(args, shared);
                });
            return cudaSuccess;
        });
}

} // namespace trtfairmot
