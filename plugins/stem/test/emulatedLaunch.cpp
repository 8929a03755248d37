// The launch of ../kernel/stemArgs.h on the emulator.
#include "stem/kernel/stemOutput.h"
#include "testing/emulator.h"

namespace trtfairmot
{

namespace
{

template <typename Tile, bool kNARROW>
cudaError_t emulateTile(StemArgs const& args, int32_t batch)
{
    dim3 const grid(ceilDiv(args.outWidth, kTILE_COLUMNS), ceilDiv(args.outHeight, Tile::kROWS), batch);
    emulateGrid(grid, Tile::kTHREADS, Tile::kSHARED_BYTES, [&](char* shared) { runStem<Tile, kNARROW>(args, shared); });
    return cudaSuccess;
}

} // namespace

cudaError_t launchStem(int32_t tile, bool narrow, StemArgs const& args, int32_t batch, cudaStream_t)
{
    return withTile<StemTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            return narrow ? emulateTile<Tile, true>(args, batch) : emulateTile<Tile, false>(args, batch);
        });
}

bool stemTileFits(int32_t)
{
    return true;
}

} // namespace trtfairmot
