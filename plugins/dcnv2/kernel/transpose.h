// [images, rows, columns] to [images, columns, rows] of 16-bit elements.
#pragma once

#include "common/primitives.h"

namespace trtfairmot
{

constexpr int32_t kTRANSPOSE_TILE = 32;
constexpr int32_t kTRANSPOSE_THREADS = 256;

struct TransposeArgs
{
    uint16_t const* input;
    uint16_t* output;
    int32_t rows;
    int32_t columns;
};

struct TransposeShared
{
    uint16_t tile[kTRANSPOSE_TILE][kTRANSPOSE_TILE + 2];
};

// grid: column tiles, row tiles, images.
DEVICE_INLINE void runTranspose(TransposeArgs const& args, TransposeShared& shared)
{
    int3 const block = blockIndex();
    int64_t const image = static_cast<int64_t>(block.z) * args.rows * args.columns;
    int32_t const x = threadIndex() % kTRANSPOSE_TILE;
    int32_t const y = threadIndex() / kTRANSPOSE_TILE;
    int32_t const firstColumn = block.x * kTRANSPOSE_TILE;
    int32_t const firstRow = block.y * kTRANSPOSE_TILE;
    for (int32_t i = y; i < kTRANSPOSE_TILE; i += kTRANSPOSE_THREADS / kTRANSPOSE_TILE)
    {
        if (firstRow + i < args.rows && firstColumn + x < args.columns)
        {
            shared.tile[i][x] = args.input[image + static_cast<int64_t>(firstRow + i) * args.columns + firstColumn + x];
        }
    }
    syncBlock();
    for (int32_t i = y; i < kTRANSPOSE_TILE; i += kTRANSPOSE_THREADS / kTRANSPOSE_TILE)
    {
        if (firstRow + x < args.rows && firstColumn + i < args.columns)
        {
            args.output[image + static_cast<int64_t>(firstColumn + i) * args.rows + firstRow + x] = shared.tile[x][i];
        }
    }
}

} // namespace trtfairmot
