// Shapes of the thread blocks of the resident kernel, and how their shared memory is laid out.
#pragma once

#include <algorithm>
#include <tuple>

#include "common/hostDevice.h"
#include "common/tiles.h"
#include "fusedTile.h"

namespace trtfairmot
{

constexpr int32_t kRESIDENT_PIXELS = 64; // of a warpgroup: 16 for each of its warps
constexpr int32_t kWARPGROUP = 128; // threads

// All weights of 8 kN channels, and kGROUPS warpgroups that each have tiles of 64 pixels of their own. A thread samples kV
// vectors of 8 channels at a time.
template <int32_t kN_, int32_t kV_, int32_t kGROUPS_>
struct ResidentTile
{
    static constexpr int32_t kN = kN_;
    static constexpr int32_t kV = kV_;
    static constexpr int32_t kGROUPS = kGROUPS_;
    static constexpr int32_t kTHREADS = kWARPGROUP * kGROUPS;
    static constexpr int32_t kCHANNELS = 8 * kN;
    static constexpr int32_t kSTEP_VECTORS = 4 * kV; // of 8 channels, in a step of the sum
    static constexpr int32_t kWEIGHT_BYTES = kSTEP_VECTORS * 16 * kCHANNELS; // of a step
    static constexpr int32_t kBIAS_BYTES = (kCHANNELS + kOFFSET_TILES * 8) * 4;
    static constexpr int32_t kOFFSET_WEIGHT_BYTES = kSTEP_VECTORS * 16 * kOFFSET_TILES * 8;
    // A warp's pixels, then one after the other in the same place: its offsets, its table, its finished outputs.
    static constexpr int32_t kPIXEL_BYTES = 16 * 16;
    static constexpr int32_t kTABLE_BYTES = kFUSED_TAPS * 16 * static_cast<int32_t>(sizeof(CornerWeights) + 4);
    static constexpr int32_t kOUTPUT_PITCH = kCHANNELS * 2 + 16; // bytes; the 16 spread rows over the banks
    static constexpr int32_t kWARP_BYTES =
        kPIXEL_BYTES + std::max({kTABLE_BYTES, 16 * kOFFSET_PITCH * 4, 16 * kOUTPUT_PITCH});
};

using ResidentTiles = std::tuple<ResidentTile<8, 2, 3>, ResidentTile<8, 2, 4>, ResidentTile<4, 1, 4>, ResidentTile<4, 2, 3>>;

constexpr int32_t kRESIDENT_TILE_COUNT = std::tuple_size_v<ResidentTiles>;

struct ResidentTileTraits
{
    int32_t channels;
    int32_t stepChannels;
    int32_t groups;
    int32_t stepBytes; // of weights, with those of the offsets
    int32_t fixedBytes;
};

inline ResidentTileTraits traitsOfResidentTile(int32_t tile)
{
    return withTile<ResidentTiles>(tile, ResidentTileTraits{},
        [](auto shape)
        {
            using Tile = decltype(shape);
            return ResidentTileTraits{Tile::kCHANNELS, Tile::kSTEP_VECTORS * 8, Tile::kGROUPS,
                Tile::kWEIGHT_BYTES + Tile::kOFFSET_WEIGHT_BYTES, Tile::kBIAS_BYTES + Tile::kWARP_BYTES * 4 * Tile::kGROUPS};
        });
}

// Of a block, where the input has `chunks` steps of channels.
inline int32_t sharedBytesOfResidentTile(ResidentTileTraits const& tile, int32_t chunks)
{
    return kFUSED_TAPS * chunks * tile.stepBytes + tile.fixedBytes;
}

} // namespace trtfairmot
