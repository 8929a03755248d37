// What the heads' kernels are told.
#pragma once

#include "candidate.h"

namespace trtfairmot
{

// A head's results, and where its parts lie in HeadGemmArgs::parts.
struct HeadPart
{
    int32_t firstResult; // among the channels of all heads
    int32_t results;
    int32_t pitch; // floats of a row of a part
    int64_t offset; // of the head's first part, in floats
};

struct HeadGemmArgs
{
    void const* features; // half [batch, height, width, vectors * 8]
    void const* firstWeight; // half [heads * hidden, 9 * vectors * 8]
    float const* firstBias;
    void const* secondWeight; // half [results of all heads, hidden]
    Key const* selected; // [batch, topK], 0 behind the last
    float* parts; // per image: per head, per 64 hidden channels: [topK, pitch]
    HeadPart heads[3];
    int64_t imageParts; // floats of one image
    int32_t vectors; // of 8 channels
    int32_t hidden;
    int32_t height;
    int32_t width;
    int32_t topK;
    int32_t slices; // of the first sum
};

struct PeakCell
{
    int32_t y; // far outside the map where the row has no peak
    int32_t x;
};

} // namespace trtfairmot
