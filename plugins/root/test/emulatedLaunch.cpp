// The launch of ../kernel/launch.h on the emulator.
#include "root/kernel/launch.h"
#include "testing/emulator.h"

namespace trtfairmot
{

cudaError_t launchRoot(int32_t tile, RootArgs const& args, dim3 grid, cudaStream_t)
{
    return withRootTile(tile, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            emulateGrid(grid, Tile::kTHREADS, Tile::kSHARED_BYTES, [&](char* shared) { runRoot<Tile>(args, shared); });
            return cudaSuccess;
        });
}

} // namespace trtfairmot
