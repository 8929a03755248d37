// What the tensor-core kernel is told, and where a slice of its sum lies.
#pragma once

#include "sampleView.h"
#include "tensorCoreTile.h"

namespace trtfairmot
{

struct ImplicitGemmArgs
{
    SampleView view;
    PixelMap map;
    void const* input; // [batch, inHeight, inWidth, inVectors * 8]
    void const* weight; // [outChannels, taps * inVectors * 8]
    void const* bias; // [outChannels] or nullptr
    void* output;
    float* partials; // [splits, output pixels, outPitch]; nullptr where the block writes the output
    int32_t inVectors; // of 8 channels
    int32_t groupVectors; // of a deformable group
    int32_t tableRows; // tableRowsOf()
    int32_t sampleRows; // of them, taps * deformable groups
    int32_t outChannels;
    int32_t outPitch; // outChannels rounded up to a multiple of 8
    int32_t slices; // of the whole sum
    int32_t splitSlices; // of one block
    bool channelsLast; // layout of the output
    bool relu;
};

// Position of a 16-byte vector of the sum: `tap` and the vector `channel` of its input channels.
struct SumPosition
{
    int32_t tap;
    int32_t channel;
};

HOST_DEVICE_INLINE void advance(SumPosition& position, int32_t vectors, int32_t inVectors)
{
    position.channel += vectors;
    while (position.channel >= inVectors)
    {
        position.channel -= inVectors;
        ++position.tap;
    }
}

} // namespace trtfairmot
