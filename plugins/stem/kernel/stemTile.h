// Shapes of the thread blocks, and where their feature maps lie in shared memory.
//
// A block makes kROWS x 14 pixels of level1. It needs 2 kROWS + 1 rows of 29 pixels of level0, 2 kROWS + 3 rows of 31
// of base_layer and 2 kROWS + 9 rows of the input; both maps are kept 32 pixels wide, two strips of 16 rows of an mma.
//
// The input is kept as mma fragments want it, rows p and p + 8 of a strip in neighbouring words. Entry p of a row's
// first half: green and blue of pixel p, then of pixel p + 8. Of its second half: red of pixels p, p + 4, p + 8 and p +
// 12.
#pragma once

#include <tuple>

#include "common/hostDevice.h"
#include "common/tiles.h"

namespace trtfairmot
{

constexpr int32_t kTILE_COLUMNS = 14;
constexpr int32_t kMAP_COLUMNS = 32;
constexpr int32_t kSTRIPS = kMAP_COLUMNS / 16;
constexpr int32_t kPIXEL_BYTES = 32; // 16 channels of half
constexpr int32_t kMAP_ROW_BYTES = kMAP_COLUMNS * kPIXEL_BYTES;
constexpr int32_t kINPUT_COLUMNS = kMAP_COLUMNS + 7; // the seventh meets weights of 0 only, but must be a number
constexpr int32_t kINPUT_ENTRIES = 32;
constexpr int32_t kREDS = kINPUT_ENTRIES * 8; // where they begin in a row of the input
constexpr int32_t kINPUT_ROW_BYTES = 2 * kREDS;
constexpr int32_t kMAP_SLACK = 2 * kPIXEL_BYTES; // what level0's unused columns read behind the last row
constexpr int32_t kSTAGED_PIXEL_BYTES = 64; // 32 channels of half

// kBASE_UNIT, kLEVEL0_UNIT: rows that a warp computes at once. kBLOCKS: that a multiprocessor's registers must hold.
template <int32_t kROWS_, int32_t kWARPS_, int32_t kBASE_UNIT_, int32_t kLEVEL0_UNIT_, int32_t kBLOCKS_>
struct StemTile
{
    static constexpr int32_t kROWS = kROWS_;
    static constexpr int32_t kWARPS = kWARPS_;
    static constexpr int32_t kTHREADS = 32 * kWARPS;
    static constexpr int32_t kBLOCKS = kBLOCKS_;
    static constexpr int32_t kBASE_UNIT = kBASE_UNIT_;
    static constexpr int32_t kLEVEL0_UNIT = kLEVEL0_UNIT_;
    static constexpr int32_t kLEVEL0_UNITS = ceilDiv(2 * kROWS + 1, kLEVEL0_UNIT);
    static constexpr int32_t kLEVEL0_ROWS = kLEVEL0_UNITS * kLEVEL0_UNIT;
    static constexpr int32_t kBASE_UNITS = ceilDiv(2 * kROWS + 3, kBASE_UNIT);
    static constexpr int32_t kBASE_ROWS = kBASE_UNITS * kBASE_UNIT;
    static constexpr int32_t kBASE_MAP_ROWS = kBASE_ROWS > kLEVEL0_ROWS + 2 ? kBASE_ROWS : kLEVEL0_ROWS + 2;
    static constexpr int32_t kLOAD_ROWS = kTHREADS / kINPUT_COLUMNS; // that the block loads at once
    static constexpr int32_t kINPUT_ROWS = roundUp(kBASE_ROWS + 6, kLOAD_ROWS);
    static constexpr int32_t kPIXELS = kROWS * kTILE_COLUMNS;
    static constexpr int32_t kBASE_BYTES = kBASE_MAP_ROWS * kMAP_ROW_BYTES + kMAP_SLACK;
    static constexpr int32_t kLEVEL0_BYTES = kLEVEL0_ROWS * kMAP_ROW_BYTES;
    static constexpr int32_t kINPUT_BYTES = kINPUT_ROWS * kINPUT_ROW_BYTES;
    // level0 takes the place of the input.
    static constexpr int32_t kSHARED_BYTES =
        kBASE_BYTES + (kLEVEL0_BYTES > kINPUT_BYTES ? kLEVEL0_BYTES : kINPUT_BYTES);

    static_assert(kPIXELS % 16 == 0 && kPIXELS * kSTAGED_PIXEL_BYTES <= kBASE_BYTES && kWARPS % 2 == 0);
};

using StemTiles = std::tuple<StemTile<8, 4, 5, 3, 4>, StemTile<8, 4, 5, 9, 4>, StemTile<8, 4, 10, 3, 3>,
    StemTile<8, 4, 5, 3, 5>, StemTile<8, 4, 2, 3, 5>, StemTile<16, 8, 3, 3, 2>, StemTile<16, 8, 5, 3, 2>>;

constexpr int32_t kSTEM_TILE_COUNT = std::tuple_size_v<StemTiles>;

// Byte of 16-byte chunk 0 or 1 of a pixel: equal chunks of eight neighbouring pixels lie in different banks.
HOST_DEVICE_INLINE int32_t mapByte(int32_t pixel, int32_t chunk)
{
    return pixel * kPIXEL_BYTES + ((chunk ^ ((pixel >> 2) & 1)) << 4);
}

// Place of a column in a row of level0: even columns first, then the odd ones, turned by four so that the even and odd
// columns of eight neighbours lie in different banks, as do eight columns of one kind, which level1's stride asks for.
HOST_DEVICE_INLINE int32_t level0Place(int32_t column)
{
    return (column & 1) == 0 ? column >> 1 : 16 + (((column >> 1) + 4) & 15);
}

// Byte of 16-byte chunk `chunk` of a pixel of the finished tile.
HOST_DEVICE_INLINE int32_t stagedByte(int32_t pixel, int32_t chunk)
{
    return pixel * kSTAGED_PIXEL_BYTES + ((chunk ^ ((pixel >> 1) & 3)) << 4);
}

} // namespace trtfairmot
