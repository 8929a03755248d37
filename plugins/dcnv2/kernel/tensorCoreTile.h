// Shapes of the thread blocks of the tensor-core kernel, and how their shared memory is laid out.
#pragma once

#include <tuple>

#include "common/hostDevice.h"
#include "common/tiles.h"
#include "sampling.h"

namespace trtfairmot
{

constexpr int32_t kSLICE = 64; // multiply-adds of one output summed per step: 8 vectors of 8 channels
constexpr int32_t kSLICE_VECTORS = kSLICE / 8;
constexpr int32_t kROW_BYTES = kSLICE * 2; // a row of a slice in shared memory
constexpr int32_t kSLICE_STEPS = kSLICE / 16; // an mma instruction sums 16

// kPIXELS x kCHANNELS outputs by kWARPS_M x kWARPS_N warps.
template <int32_t kPIXELS_, int32_t kCHANNELS_, int32_t kWARPS_M_, int32_t kWARPS_N_, int32_t kBLOCKS_>
struct TensorCoreTile
{
    static constexpr int32_t kPIXELS = kPIXELS_;
    static constexpr int32_t kCHANNELS = kCHANNELS_;
    static constexpr int32_t kWARPS_N = kWARPS_N_;
    static constexpr int32_t kTHREADS = 32 * kWARPS_M_ * kWARPS_N_;
    static constexpr int32_t kBLOCKS = kBLOCKS_; // a multiprocessor's registers must hold
    static constexpr int32_t kWARP_PIXELS = kPIXELS / kWARPS_M_;
    static constexpr int32_t kWARP_CHANNELS = kCHANNELS / kWARPS_N_;
    static constexpr int32_t kM_TILES = kWARP_PIXELS / 16;
    static constexpr int32_t kN_TILES = kWARP_CHANNELS / 8;
    static constexpr int32_t kSAMPLES_PER_THREAD = kPIXELS * kSLICE_VECTORS / kTHREADS; // 16-byte vectors of a slice
    static constexpr int32_t kSAMPLE_BYTES = kPIXELS * kROW_BYTES;
    static constexpr int32_t kWEIGHT_BYTES = kCHANNELS * kROW_BYTES;
    static constexpr int32_t kPIXEL_BYTES = kPIXELS * 16;
    static constexpr int32_t kFIXED_BYTES = 2 * (kSAMPLE_BYTES + kWEIGHT_BYTES) + kPIXEL_BYTES;

    static_assert(kWARP_PIXELS % 16 == 0 && kWARP_CHANNELS % 16 == 0);
    static_assert(kSAMPLES_PER_THREAD == 1 || kSAMPLES_PER_THREAD == 2 || kSAMPLES_PER_THREAD == 4);
};

using TensorCoreTiles = std::tuple<TensorCoreTile<32, 64, 2, 2, 6>, TensorCoreTile<64, 64, 2, 2, 4>,
    TensorCoreTile<80, 64, 5, 1, 3>, TensorCoreTile<128, 64, 4, 2, 2>, TensorCoreTile<32, 128, 1, 4, 3>,
    TensorCoreTile<64, 128, 2, 4, 2>, TensorCoreTile<80, 128, 5, 2, 1>, TensorCoreTile<128, 128, 4, 4, 1>,
    TensorCoreTile<32, 256, 1, 8, 2>, TensorCoreTile<64, 256, 2, 8, 1>>;

constexpr int32_t kTILE_COUNT = std::tuple_size_v<TensorCoreTiles>;

struct TileTraits
{
    int32_t pixels;
    int32_t channels;
    int32_t threads;
    int32_t blocks;
    int32_t fixedBytes;
};

inline TileTraits traitsOfTile(int32_t tile)
{
    return withTile<TensorCoreTiles>(tile, TileTraits{},
        [](auto shape)
        {
            using Tile = decltype(shape);
            return TileTraits{Tile::kPIXELS, Tile::kCHANNELS, Tile::kTHREADS, Tile::kBLOCKS, Tile::kFIXED_BYTES};
        });
}

// A row per tap and deformable group, and one of zeros where the sum is no whole number of slices; an entry per pixel.
constexpr int32_t tableRowsOf(int32_t taps, int32_t deformableGroups, int32_t inChannels)
{
    return taps * deformableGroups + (taps * inChannels % kSLICE == 0 ? 0 : 1);
}

constexpr int32_t sharedBytesOfTile(int32_t fixedBytes, int32_t pixels, int32_t tableRows)
{
    return fixedBytes + tableRows * pixels * static_cast<int32_t>(sizeof(CornerWeights) + sizeof(uint32_t));
}

// Byte of 16-byte chunk `chunk` of row `row`: rows are 128 bytes, and the swizzle spreads equal chunks of eight
// neighbouring rows over all banks.
HOST_DEVICE_INLINE int32_t swizzledByte(int32_t row, int32_t chunk)
{
    return row * kROW_BYTES + ((chunk ^ (row & 7)) << 4);
}

// Rows and chunks of the addresses that lane `lane` gives to ldmatrix.x4.
HOST_DEVICE_INLINE int32_t sampleRowOfLane(int32_t lane)
{
    return lane & 15; // a 16x16 block: rows 0-7 and 8-15 of the low half of the sum, then of the high half
}

HOST_DEVICE_INLINE int32_t sampleChunkOfLane(int32_t lane)
{
    return lane >> 4;
}

HOST_DEVICE_INLINE int32_t weightRowOfLane(int32_t lane)
{
    return (lane & 7) + ((lane >> 4) << 3); // two blocks of 8 channels, each low and high half of the sum
}

HOST_DEVICE_INLINE int32_t weightChunkOfLane(int32_t lane)
{
    return (lane >> 3) & 1;
}

// Row and first of two columns of accumulator pair `pair` (0, 1) of a 16x8 block.
HOST_DEVICE_INLINE int32_t sumRowOfLane(int32_t lane, int32_t pair)
{
    return (lane >> 2) + pair * 8;
}

HOST_DEVICE_INLINE int32_t sumColumnOfLane(int32_t lane)
{
    return (lane & 3) * 2;
}

} // namespace trtfairmot
