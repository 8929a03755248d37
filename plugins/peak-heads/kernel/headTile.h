// Shapes of the thread blocks of the heads' kernel, and how their shared memory is laid out.
#pragma once

#include <tuple>

#include "common/hostDevice.h"
#include "common/tiles.h"

namespace trtfairmot
{

constexpr int32_t kHEAD_SLICE = 64; // multiply-adds of one sum per step: 8 vectors of 8 channels
constexpr int32_t kHEAD_SLICE_VECTORS = kHEAD_SLICE / 8;
constexpr int32_t kHEAD_ROW_BYTES = kHEAD_SLICE * 2;
constexpr int32_t kHEAD_SLICE_STEPS = kHEAD_SLICE / 16; // an mma instruction sums 16
constexpr int32_t kHEAD_COLUMNS = 64; // hidden channels of a block, and results of a head at a time
constexpr int32_t kHEAD_WEIGHT_BYTES = kHEAD_COLUMNS * kHEAD_ROW_BYTES;

// kROWS peaks x kHEAD_COLUMNS channels by kWARPS_M x kWARPS_N warps, with kSTAGES slices on their way or in use.
template <int32_t kROWS_, int32_t kWARPS_M_, int32_t kWARPS_N_, int32_t kSTAGES_>
struct HeadTile
{
    static constexpr int32_t kROWS = kROWS_;
    static constexpr int32_t kWARPS_N = kWARPS_N_;
    static constexpr int32_t kSTAGES = kSTAGES_;
    static constexpr int32_t kTHREADS = 32 * kWARPS_M_ * kWARPS_N_;
    static constexpr int32_t kWARP_ROWS = kROWS / kWARPS_M_;
    static constexpr int32_t kWARP_COLUMNS = kHEAD_COLUMNS / kWARPS_N_;
    static constexpr int32_t kM_TILES = kWARP_ROWS / 16;
    static constexpr int32_t kN_TILES = kWARP_COLUMNS / 8;
    static constexpr int32_t kPATCH_BYTES = kROWS * kHEAD_ROW_BYTES;
    static constexpr int32_t kSECOND_BYTES = 2 * kHEAD_WEIGHT_BYTES; // of the 1x1 convolution, takes turns
    static constexpr int32_t kCELL_BYTES = kROWS * 8;
    static constexpr int32_t kSHARED_BYTES =
        kSTAGES * (kPATCH_BYTES + kHEAD_WEIGHT_BYTES) + kSECOND_BYTES + kCELL_BYTES;

    static_assert(kWARP_ROWS % 16 == 0 && kWARP_COLUMNS % 16 == 0 && kSTAGES >= 2);
    static_assert(kTHREADS % kHEAD_SLICE_VECTORS == 0 && kROWS * kHEAD_SLICE_VECTORS % kTHREADS == 0);
};

using HeadTiles = std::tuple<HeadTile<64, 2, 2, 2>, HeadTile<64, 2, 2, 3>, HeadTile<64, 2, 2, 5>, HeadTile<64, 2, 2, 9>,
    HeadTile<64, 4, 2, 3>, HeadTile<64, 4, 2, 5>, HeadTile<64, 4, 2, 9>, HeadTile<32, 2, 2, 3>, HeadTile<32, 2, 2, 5>,
    HeadTile<64, 4, 4, 5>, HeadTile<64, 4, 4, 9>, HeadTile<32, 2, 4, 5>, HeadTile<32, 2, 4, 9>, HeadTile<128, 4, 2, 3>,
    HeadTile<128, 8, 2, 3>>;

constexpr int32_t kHEAD_TILE_COUNT = std::tuple_size_v<HeadTiles>;

struct HeadTileTraits
{
    int32_t rows;
    int32_t threads;
    int32_t stages;
    int32_t sharedBytes;
};

inline HeadTileTraits traitsOfHeadTile(int32_t tile)
{
    return withTile<HeadTiles>(tile, HeadTileTraits{},
        [](auto shape)
        {
            using Tile = decltype(shape);
            return HeadTileTraits{Tile::kROWS, Tile::kTHREADS, Tile::kSTAGES, Tile::kSHARED_BYTES};
        });
}

// Byte of 16-byte chunk `chunk` of row `row`: the swizzle spreads equal chunks of eight neighbouring rows over all banks.
HOST_DEVICE_INLINE int32_t headByte(int32_t row, int32_t chunk)
{
    return row * kHEAD_ROW_BYTES + ((chunk ^ (row & 7)) << 4);
}

} // namespace trtfairmot
