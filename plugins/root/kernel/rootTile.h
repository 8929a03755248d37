// Shapes of the thread blocks of the root's kernel, and how their shared memory is laid out.
#pragma once

#include <tuple>

#include "common/hostDevice.h"
#include "common/tiles.h"

namespace trtfairmot
{

constexpr int32_t kROOT_ROW_BYTES = 128; // of the sum that lie in shared memory together: 64 halves, 128 int8
constexpr int32_t kROOT_ROW_VECTORS = kROOT_ROW_BYTES / 16;
constexpr int32_t kROOT_STEPS = kROOT_ROW_BYTES / 32; // an mma instruction sums 32 bytes

// kPIXELS x kCHANNELS by kWARPS_M x kWARPS_N warps, with kSTAGES slices on their way or in use. With kPARTS = 2 another
// set of warps multiplies every other step of each slice.
template <int32_t kPIXELS_, int32_t kCHANNELS_, int32_t kWARPS_M_, int32_t kWARPS_N_, int32_t kPARTS_, int32_t kSTAGES_>
struct RootTile
{
    static constexpr int32_t kPIXELS = kPIXELS_;
    static constexpr int32_t kCHANNELS = kCHANNELS_;
    static constexpr int32_t kWARPS_N = kWARPS_N_;
    static constexpr int32_t kPARTS = kPARTS_;
    static constexpr int32_t kSTAGES = kSTAGES_;
    static constexpr int32_t kPART_THREADS = 32 * kWARPS_M_ * kWARPS_N_;
    static constexpr int32_t kTHREADS = kPART_THREADS * kPARTS;
    static constexpr int32_t kWARP_PIXELS = kPIXELS / kWARPS_M_;
    static constexpr int32_t kWARP_CHANNELS = kCHANNELS / kWARPS_N_;
    static constexpr int32_t kM_TILES = kWARP_PIXELS / 16;
    static constexpr int32_t kN_TILES = kWARP_CHANNELS / 8;
    static constexpr int32_t kPIXEL_BYTES = kPIXELS * kROOT_ROW_BYTES; // of a slice
    static constexpr int32_t kSLICE_BYTES = kPIXEL_BYTES + kCHANNELS * kROOT_ROW_BYTES;
    static constexpr int32_t kRING_BYTES = kSTAGES * kSLICE_BYTES;
    static constexpr int32_t kSUM_BYTES = (kPARTS - 1) * kPIXELS * kCHANNELS * 4; // of the other part
    static constexpr int32_t kOUTPUT_ROW = kCHANNELS * 2 + 16; // bytes; padded against bank conflicts
    static constexpr int32_t kQUANTIZED_ROW = kCHANNELS + 32;
    static constexpr int32_t kOUTPUT_BYTES = kSUM_BYTES + kPIXELS * (kOUTPUT_ROW + kQUANTIZED_ROW);
    static constexpr int32_t kSHARED_BYTES = kRING_BYTES > kOUTPUT_BYTES ? kRING_BYTES : kOUTPUT_BYTES;

    static_assert(kWARP_PIXELS % 16 == 0 && kWARP_CHANNELS % 16 == 0 && kSTAGES >= 2);
    static_assert(kPARTS == 1 || kPARTS == 2);
};

using RootTiles =
    std::tuple<RootTile<128, 128, 2, 4, 1, 3>, RootTile<96, 128, 2, 4, 1, 3>, RootTile<64, 128, 2, 4, 1, 4>,
        RootTile<32, 128, 1, 4, 1, 4>, RootTile<128, 64, 4, 2, 1, 3>, RootTile<96, 64, 2, 2, 1, 4>,
        RootTile<80, 64, 1, 2, 2, 4>, RootTile<64, 64, 2, 2, 1, 4>, RootTile<64, 64, 2, 2, 1, 2>,
        RootTile<64, 64, 2, 2, 2, 4>, RootTile<48, 64, 1, 2, 2, 4>, RootTile<32, 64, 1, 2, 2, 4>,
        RootTile<128, 32, 4, 1, 1, 3>, RootTile<64, 32, 2, 1, 2, 4>, RootTile<32, 32, 1, 1, 2, 4>>;

constexpr int32_t kROOT_TILE_COUNT = std::tuple_size_v<RootTiles>;

struct RootTileTraits
{
    int32_t pixels;
    int32_t channels;
    int32_t threads;
    int32_t parts;
    int32_t stages;
    int32_t sharedBytes;
    int32_t sliceBytes;
    int32_t outputBytes;
};

inline RootTileTraits traitsOfRootTile(int32_t tile)
{
    return withTile<RootTiles>(tile, RootTileTraits{},
        [](auto shape)
        {
            using Tile = decltype(shape);
            return RootTileTraits{Tile::kPIXELS, Tile::kCHANNELS, Tile::kTHREADS, Tile::kPARTS, Tile::kSTAGES,
                Tile::kSHARED_BYTES, Tile::kSLICE_BYTES, Tile::kOUTPUT_BYTES};
        });
}

// Byte of 16-byte chunk `chunk` of row `row`: the swizzle spreads equal chunks of eight neighbouring rows over all
// banks.
HOST_DEVICE_INLINE int32_t rootByte(int32_t row, int32_t chunk)
{
    return row * kROOT_ROW_BYTES + ((chunk ^ (row & 7)) << 4);
}

} // namespace trtfairmot
