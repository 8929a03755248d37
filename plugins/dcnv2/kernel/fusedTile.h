// Shapes of the thread blocks of the fused kernel, and how their shared memory is laid out.
#pragma once

#include <tuple>

#include "common/hostDevice.h"
#include "common/tiles.h"
#include "sampling.h"

namespace trtfairmot
{

constexpr int32_t kOFFSET_TILES = 4; // blocks of 8 channels that hold the 27 offsets and masks of a pixel
constexpr int32_t kOFFSET_PITCH = kOFFSET_TILES * 8 + 4; // floats of a pixel's offsets; the 4 spread rows over the banks
constexpr int32_t kFUSED_TAPS = 9;

// 16 kM pixels x 8 kN channels; kWARPS warps share the sum. A thread samples kV vectors of 8 channels at a time, so that
// a step of the sum is one tap of 32 kV channels.
template <int32_t kM_, int32_t kN_, int32_t kV_, int32_t kWARPS_, int32_t kBLOCKS_>
struct FusedTile
{
    static constexpr int32_t kM = kM_;
    static constexpr int32_t kN = kN_;
    static constexpr int32_t kV = kV_;
    static constexpr int32_t kWARPS = kWARPS_;
    static constexpr int32_t kBLOCKS = kBLOCKS_; // a multiprocessor's registers must hold
    static constexpr int32_t kPIXELS = 16 * kM;
    static constexpr int32_t kCHANNELS = 8 * kN;
    static constexpr int32_t kTHREADS = 32 * kWARPS;
    static constexpr int32_t kSTEP_VECTORS = 4 * kV; // of 8 channels, in a step of the sum
    static constexpr int32_t kSUM_PITCH = kCHANNELS + 8; // floats of a pixel's sums
    // Pixels, then the table and the warps' offsets, or in their place the warps' sums.
    static constexpr int32_t kPIXEL_BYTES = kPIXELS * 16;
    static constexpr int32_t kTABLE_BYTES = kFUSED_TAPS * kPIXELS * static_cast<int32_t>(sizeof(CornerWeights) + 4);
    static constexpr int32_t kOFFSET_BYTES = kWARPS * kPIXELS * kOFFSET_PITCH * 4;
    static constexpr int32_t kSUM_BYTES = kWARPS * kPIXELS * kSUM_PITCH * 4;
    static constexpr int32_t kSHARED_BYTES =
        kPIXEL_BYTES + (kTABLE_BYTES + kOFFSET_BYTES > kSUM_BYTES ? kTABLE_BYTES + kOFFSET_BYTES : kSUM_BYTES);
    // Per cent of a multiprocessor's 228 KiB that the blocks need; what is left is L1 cache, which the samples want.
    static constexpr int32_t kCARVEOUT = (kBLOCKS * (kSHARED_BYTES + 1024) * 100 + 228 * 1024 - 1) / (228 * 1024);
};

// fusedPlan() knows what each is for.
using FusedTiles = std::tuple<FusedTile<1, 4, 1, 1, 20>, FusedTile<1, 4, 1, 3, 8>, FusedTile<1, 4, 2, 1, 20>,
    FusedTile<1, 4, 2, 3, 8>, FusedTile<1, 4, 2, 6, 4>, FusedTile<1, 8, 1, 3, 6>, FusedTile<1, 16, 1, 3, 5>,
    FusedTile<2, 8, 2, 1, 10>, FusedTile<1, 8, 2, 4, 5>, FusedTile<1, 8, 2, 9, 2>, FusedTile<1, 16, 2, 3, 5>,
    FusedTile<1, 16, 2, 6, 2>>;

constexpr int32_t kFUSED_TILE_COUNT = std::tuple_size_v<FusedTiles>;

struct FusedTileTraits
{
    int32_t pixels;
    int32_t channels;
    int32_t stepChannels;
    int32_t warps;
    int32_t blocks;
    int32_t sharedBytes;
};

inline FusedTileTraits traitsOfFusedTile(int32_t tile)
{
    return withTile<FusedTiles>(tile, FusedTileTraits{},
        [](auto shape)
        {
            using Tile = decltype(shape);
            return FusedTileTraits{Tile::kPIXELS, Tile::kCHANNELS, Tile::kSTEP_VECTORS * 8, Tile::kWARPS, Tile::kBLOCKS,
                Tile::kSHARED_BYTES};
        });
}

} // namespace trtfairmot
