// What the kernels of the heat map are given.
#pragma once

#include <cstdint>

namespace trtfairmot
{

struct HeatMapArgs
{
    void const* features; // half [images, height, width, vectors * 8]
    void const* firstWeight; // half [hidden, 9, vectors * 8]
    float const* firstBias;
    float const* secondWeight;
    float const* secondBias;
    float* logits;
    int32_t vectors; // of 8 channels, at most 8
    int32_t hidden;
    int32_t height;
    int32_t width;
    int32_t images;
    int32_t imageTiles; // of pixels
    int32_t clusters; // of blocks that share tiles out among them; set by the launch, see heatMapGroups.h
};

} // namespace trtfairmot
