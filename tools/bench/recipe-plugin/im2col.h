// Modulated deformable im2col: samples written to memory, as the recipe does.
#pragma once

#include <cstdint>

#include <cuda_runtime_api.h>

namespace recipe
{

// One image of a layer; sizes in elements.
struct Layer
{
    int32_t inChannels;
    int32_t outChannels;
    int32_t height;
    int32_t width;
    int32_t outHeight;
    int32_t outWidth;
    int32_t kernelHeight;
    int32_t kernelWidth;
    int32_t stride[2];
    int32_t padding[2];
    int32_t dilation[2];
    int32_t deformableGroup;
};

// Of so many images: columns [inChannels * taps, outHeight * outWidth] from x [inChannels, height, width],
// offset [deformableGroup * taps * 2 (dy, dx), outHeight, outWidth] and mask of half as many channels;
// taps are kernelHeight * kernelWidth.
cudaError_t im2col(Layer const& layer, int32_t images, bool half, void const* x, void const* offset, void const* mask,
    void* columns, cudaStream_t stream);

// Every row of output [outChannels, outHeight * outWidth] becomes its bias.
cudaError_t fillBias(Layer const& layer, bool half, void const* bias, void* output, cudaStream_t stream);

} // namespace recipe
