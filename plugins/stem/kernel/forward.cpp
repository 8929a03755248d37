#include <cstdio>

#include "stemArgs.h"
#include "stemTile.h"

namespace trtfairmot
{

namespace
{

constexpr int32_t kBEST_TILE = 0; // needs less than 48 KiB, which every GPU has

bool isValid(StemParams const& p)
{
    auto const within = [](int32_t value, int32_t last) { return value >= 1 && value <= last; };
    return within(p.batch, 65535) && within(p.height, 32767) && within(p.width, 32767)
        && within(p.baseChannels, kSTEM_MAX_BASE) && within(p.level0Channels, kSTEM_MAX_LEVEL0)
        && within(p.level1Channels, kSTEM_MAX_LEVEL1) && static_cast<int64_t>(p.height) * p.width <= (int64_t{1} << 29);
}

} // namespace

int32_t stemTileCount()
{
    return kSTEM_TILE_COUNT;
}

char const* stemTileName(int32_t tile)
{
    static thread_local char name[64];
    withTile<StemTiles>(tile, 0,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            return std::snprintf(name, sizeof(name), "%dx%d, %d warps, units %d and %d, %d blocks", Tile::kROWS,
                kTILE_COLUMNS, Tile::kWARPS, Tile::kBASE_UNIT, Tile::kLEVEL0_UNIT, Tile::kBLOCKS);
        });
    return name;
}

cudaError_t stemForward(StemParams const& p, StemTensors const& tensors, cudaStream_t stream, int32_t tile)
{
    int32_t const chosen = tile == kSTEM_DEFAULT_TILE ? kBEST_TILE : tile;
    if (!isValid(p) || chosen < 0 || chosen >= kSTEM_TILE_COUNT || !stemTileFits(chosen))
    {
        return cudaErrorInvalidValue;
    }
    StemArgs const args{tensors.input, static_cast<uint4 const*>(tensors.weights), tensors.bias, tensors.output,
        p.height, p.width, stemOutSize(p.height), stemOutSize(p.width), p.level1Channels, p.halfInput, p.channelsLast};
    bool const narrow = p.baseChannels <= 8 && p.level0Channels <= 8 && p.level1Channels <= 16;
    return launchStem(chosen, narrow, args, p.batch, stream);
}

} // namespace trtfairmot
