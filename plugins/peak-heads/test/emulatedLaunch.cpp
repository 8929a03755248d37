// The launches of ../kernel/launch.h on the emulator.
#include "peak-heads/kernel/launch.h"
#include "testing/emulator.h"

namespace trtfairmot
{

cudaError_t launchFindPeaks(FindPeaksArgs const& args, dim3 grid, cudaStream_t)
{
    emulateGrid(grid, kTILE_CELLS, sizeof(FindPeaksShared),
        [&](char* shared) { runFindPeaks(args, *reinterpret_cast<FindPeaksShared*>(shared)); });
    return cudaSuccess;
}

cudaError_t launchSelectTopK(SelectArgs const& args, dim3 grid, bool, cudaStream_t)
{
    emulateGrid(grid, kSELECT_THREADS, sizeof(SelectShared),
        [&](char* shared) { runSelectTopK(args, *reinterpret_cast<SelectShared*>(shared)); });
    return cudaSuccess;
}

cudaError_t launchHeadGemm(int32_t tile, HeadGemmArgs const& args, dim3 grid, bool, cudaStream_t)
{
    return withTile<HeadTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            emulateGrid(grid, Tile::kTHREADS, Tile::kSHARED_BYTES,
                [&](char* shared) { runHeadGemm<Tile>(args, shared); });
            return cudaSuccess;
        });
}

cudaError_t launchFinishRows(FinishRowsArgs const& args, dim3 grid, bool, cudaStream_t)
{
    emulateGrid(grid, kROWS_PER_BLOCK * 32, 0, [&](char*) { runFinishRows(args); });
    return cudaSuccess;
}

} // namespace trtfairmot
