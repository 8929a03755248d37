// Shapes of the thread blocks of the tensor-core kernel, and how their shared memory is laid out.
#pragma once

#include "hostDevice.h"
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

struct TileTraits
{
    int32_t pixels;
    int32_t channels;
    int32_t threads;
    int32_t blocks;
    int32_t fixedBytes;
};

template <typename Tile>
constexpr TileTraits traitsOfTile()
{
    return TileTraits{Tile::kPIXELS, Tile::kCHANNELS, Tile::kTHREADS, Tile::kBLOCKS, Tile::kFIXED_BYTES};
}

using Tile0 = TensorCoreTile<32, 64, 2, 2, 6>;
using Tile1 = TensorCoreTile<64, 64, 2, 2, 4>;
using Tile2 = TensorCoreTile<128, 64, 4, 2, 2>;
using Tile3 = TensorCoreTile<32, 128, 1, 4, 3>;
using Tile4 = TensorCoreTile<64, 128, 2, 4, 2>;
using Tile5 = TensorCoreTile<128, 128, 4, 4, 1>;
using Tile6 = TensorCoreTile<32, 256, 1, 8, 2>;
using Tile7 = TensorCoreTile<64, 256, 2, 8, 1>;

constexpr int32_t kTILE_COUNT = 8;
constexpr TileTraits kTILES[kTILE_COUNT] = {traitsOfTile<Tile0>(), traitsOfTile<Tile1>(), traitsOfTile<Tile2>(),
    traitsOfTile<Tile3>(), traitsOfTile<Tile4>(), traitsOfTile<Tile5>(), traitsOfTile<Tile6>(), traitsOfTile<Tile7>()};

// A row per tap and deformable group and one of zeros, an entry per pixel.
constexpr int32_t sampleTableBytes(int32_t pixels, int32_t rows)
{
    return (rows + 1) * pixels * static_cast<int32_t>(sizeof(CornerWeights) + sizeof(uint32_t));
}

constexpr int32_t sharedBytesOfTile(int32_t tile, int32_t rows)
{
    return kTILES[tile].fixedBytes + sampleTableBytes(kTILES[tile].pixels, rows);
}

// Byte of 16-byte chunk `chunk` of row `row`: rows are 128 bytes, and the swizzle spreads equal chunks of eight
// neighbouring rows over all banks.
DCNV2_HOST_DEVICE int32_t swizzledByte(int32_t row, int32_t chunk)
{
    return row * kROW_BYTES + ((chunk ^ (row & 7)) << 4);
}

// Rows and chunks of the addresses that lane `lane` gives to ldmatrix.x4.
DCNV2_HOST_DEVICE int32_t sampleRowOfLane(int32_t lane)
{
    return lane & 15; // a 16x16 block: rows 0-7 and 8-15 of the low half of the sum, then of the high half
}

DCNV2_HOST_DEVICE int32_t sampleChunkOfLane(int32_t lane)
{
    return lane >> 4;
}

DCNV2_HOST_DEVICE int32_t weightRowOfLane(int32_t lane)
{
    return (lane & 7) + ((lane >> 4) << 3); // two blocks of 8 channels, each low and high half of the sum
}

DCNV2_HOST_DEVICE int32_t weightChunkOfLane(int32_t lane)
{
    return (lane >> 3) & 1;
}

// Row and first of two columns of accumulator pair `pair` (0, 1) of a 16x8 block.
DCNV2_HOST_DEVICE int32_t sumRowOfLane(int32_t lane, int32_t pair)
{
    return (lane >> 2) + pair * 8;
}

DCNV2_HOST_DEVICE int32_t sumColumnOfLane(int32_t lane)
{
    return (lane & 3) * 2;
}

} // namespace trtfairmot
