// What the fused kernel is told, and how its table says where to read.
#pragma once

#include "fusedTile.h"
#include "sampleView.h"

namespace trtfairmot
{

struct FusedGemmArgs
{
    SampleView view; // without offset and mask
    PixelMap map;
    void const* input; // [batch, inHeight, inWidth, inVectors * 8]
    void const* offsetWeight; // WeightLayout::kFRAGMENTS
    void const* offsetBias; // [27] or nullptr
    void const* weight; // WeightLayout::kFRAGMENTS
    void const* bias; // [outChannels] or nullptr
    void* output; // [batch, height, width, outPitch]
    int32_t inVectors; // of 8 channels
    int32_t outChannels;
    int32_t outPitch; // outChannels rounded up to a multiple of 8
    bool relu;
};

// Corners are read at clamped addresses: the byte of (y0, x0), a multiple of 16, and two bits that say whether x1 and y1
// are one further.
HOST_DEVICE_INLINE uint32_t byteLocation(uint32_t location, uint32_t pixelBytes)
{
    return pixelOfLocation(location) * pixelBytes | (hasNextRow(location) ? 2U : 0U)
        | (hasNextColumn(location) ? 1U : 0U);
}

} // namespace trtfairmot
