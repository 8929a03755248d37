// Shapes of the thread blocks of the heat map's kernel, and how their shared memory is laid out.
#pragma once

#include <tuple>

#include "common/hostDevice.h"
#include "common/tiles.h"

namespace trtfairmot
{

constexpr int32_t kMAP_ROW_BYTES = 128; // 64 channels of a pixel, or of a weight's tap
constexpr int32_t kMAP_ROW_VECTORS = kMAP_ROW_BYTES / 16;
constexpr int32_t kMAP_STEPS = 4; // an mma instruction sums 16 channels
constexpr int32_t kMAP_TAPS = 9;
constexpr int32_t kMAP_RANKS = 2; // blocks of a cluster, at most

// kPIXELS consecutive pixels x kHIDDEN channels at a time by kWARPS_M x kWARPS_N warps, with the weights of kSTAGES taps on
// their way or in use.
template <int32_t kPIXELS_, int32_t kHIDDEN_, int32_t kWARPS_M_, int32_t kWARPS_N_, int32_t kSTAGES_>
struct HeatMapTile
{
    static constexpr bool kGROUPED = false;
    static constexpr int32_t kPIXELS = kPIXELS_;
    static constexpr int32_t kHIDDEN = kHIDDEN_;
    static constexpr int32_t kWARPS_N = kWARPS_N_;
    static constexpr int32_t kSTAGES = kSTAGES_;
    static constexpr int32_t kTHREADS = 32 * kWARPS_M_ * kWARPS_N_;
    static constexpr int32_t kWARP_PIXELS = kPIXELS / kWARPS_M_;
    static constexpr int32_t kWARP_HIDDEN = kHIDDEN / kWARPS_N_;
    static constexpr int32_t kM_TILES = kWARP_PIXELS / 16;
    static constexpr int32_t kN_TILES = kWARP_HIDDEN / 8;
    static constexpr int32_t kSPAN = kPIXELS + 2; // the pixels, and one before and behind
    static constexpr int32_t kZERO_ROW = 3 * kSPAN; // behind three rows of the map
    static constexpr int32_t kPATCH_BYTES = (kZERO_ROW + 1) * kMAP_ROW_BYTES;
    static constexpr int32_t kWEIGHT_BYTES = kHIDDEN * kMAP_ROW_BYTES;
    static constexpr int32_t kSUM_BYTES = kWARPS_N * kPIXELS * 4;
    static constexpr int32_t kSHARED_BYTES = roundUp(kPATCH_BYTES, 128) + kSTAGES * kWEIGHT_BYTES + kSUM_BYTES;

    static_assert(kWARP_PIXELS % 16 == 0 && kWARP_HIDDEN % 16 == 0 && kSTAGES >= 2);
};

// kGROUPS warpgroups, each with kPIXELS pixels at a time, kSTAGES runs of them on their way or in use, and twice kBATCH steps
// in registers; see heatMapGroups.h.
template <int32_t kGROUPS_, int32_t kSTAGES_, int32_t kBATCH_>
struct HeatMapGroupTile
{
    static constexpr bool kGROUPED = true;
    static constexpr int32_t kGROUPS = kGROUPS_;
    static constexpr int32_t kSTAGES = kSTAGES_;
    static constexpr int32_t kBATCH = kBATCH_;
    static constexpr int32_t kPIXELS = 64;
    static constexpr int32_t kHIDDEN = 128; // of a block
    static constexpr int32_t kTHREADS = 128 * kGROUPS;
    static constexpr int32_t kN_TILES = kHIDDEN / 8;
    static constexpr int32_t kSPAN = kPIXELS + 2; // the pixels, and one before and behind
    static constexpr int32_t kRUN_BYTES = kSPAN * kMAP_ROW_BYTES;
    static constexpr int32_t kTAP_BYTES = kHIDDEN * kMAP_ROW_BYTES;
    // Offsets in shared memory. Weights, swizzled for wgmma, are aligned to 1,024 bytes.
    static constexpr int32_t kZERO = kMAP_TAPS * kTAP_BYTES; // a row of zeros
    static constexpr int32_t kRUNS = kZERO + kMAP_ROW_BYTES; // [kGROUPS, kSTAGES, kSPAN, 64], swizzled
    static constexpr int32_t kHEAD = kRUNS + kGROUPS * kSTAGES * kRUN_BYTES; // the bias, and the second weights
    static constexpr int32_t kPARTS = kHEAD + 2 * kHIDDEN * 4; // [2, kMAP_RANKS, kGROUPS, kPIXELS]
    static constexpr int32_t kSHARED_BYTES = roundUp(kPARTS + 2 * kMAP_RANKS * kGROUPS * kPIXELS * 4, 1024);

    static_assert(kSTAGES >= 2 && kMAP_STEPS % kBATCH == 0);
};

// 160 pixels are 2 rounds of the 132 multiprocessors of an H100 on a map of 152x272.
using HeatMapTiles = std::tuple<HeatMapGroupTile<3, 3, 4>, HeatMapGroupTile<2, 4, 4>, HeatMapGroupTile<4, 2, 2>,
    HeatMapTile<160, 256, 2, 4, 4>, HeatMapTile<160, 256, 2, 4, 3>, HeatMapTile<128, 256, 2, 4, 4>,
    HeatMapTile<128, 256, 2, 4, 3>, HeatMapTile<64, 256, 2, 4, 2>, HeatMapTile<160, 128, 2, 4, 4>,
    HeatMapTile<96, 128, 2, 4, 3>, HeatMapTile<64, 128, 2, 2, 2>>;

constexpr int32_t kHEAT_MAP_TILE_COUNT = std::tuple_size_v<HeatMapTiles>;

struct HeatMapTileTraits
{
    bool grouped;
    int32_t pixels;
    int32_t hidden;
    int32_t threads;
    int32_t stages;
    int32_t sharedBytes;
};

inline HeatMapTileTraits traitsOfHeatMapTile(int32_t tile)
{
    return withTile<HeatMapTiles>(tile, HeatMapTileTraits{},
        [](auto shape)
        {
            using Tile = decltype(shape);
            return HeatMapTileTraits{Tile::kGROUPED, Tile::kPIXELS, Tile::kHIDDEN, Tile::kTHREADS, Tile::kSTAGES,
                Tile::kSHARED_BYTES};
        });
}

// Byte of 16-byte chunk `chunk` of row `row`: the swizzle spreads equal chunks of eight neighbouring rows over all banks.
HOST_DEVICE_INLINE int32_t mapByte(int32_t row, int32_t chunk)
{
    return row * kMAP_ROW_BYTES + ((chunk ^ (row & 7)) << 4);
}

} // namespace trtfairmot
