// The geometry of the convolution and the tensors that say where it samples.
#pragma once

#include "common/elements.h"
#include "pixelMap.h"
#include "sampling.h"

namespace trtfairmot
{

// Elements between neighbours of a tensor [batch, channels, pixels].
struct ChannelStrides
{
    int64_t image;
    int64_t channel;
    int64_t pixel;
};

struct SampleView
{
    void const* offset;
    void const* mask;
    ChannelStrides offsetStrides;
    ChannelStrides maskStrides;
    int32_t inHeight;
    int32_t inWidth;
    int32_t outWidth;
    int32_t kernelWidth;
    int32_t taps;
    int32_t strideHeight;
    int32_t strideWidth;
    int32_t padHeight;
    int32_t padWidth;
    int32_t dilationHeight;
    int32_t dilationWidth;
    bool sigmoidMask;
};

// Where output pixel `pixel` reads for `tap` of deformable group `group`.
template <typename T>
HOST_DEVICE_INLINE void sampleFromTap(SampleView const& view, OutputPixel const& pixel, int32_t group, int32_t tap,
    CornerWeights& weights, uint32_t& location)
{
    if (pixel.image < 0)
    {
        weights = CornerWeights{0.F, 0.F, 0.F, 0.F};
        location = 0U;
        return;
    }
    int64_t const within = static_cast<int64_t>(pixel.y) * view.outWidth + pixel.x;
    int32_t const row = group * view.taps + tap;
    T const* const offset = static_cast<T const*>(view.offset) + pixel.image * view.offsetStrides.image
        + 2 * row * view.offsetStrides.channel + within * view.offsetStrides.pixel;
    float mask = floatFromElement(static_cast<T const*>(view.mask)[pixel.image * view.maskStrides.image
        + row * view.maskStrides.channel + within * view.maskStrides.pixel]);
    mask = view.sigmoidMask ? sigmoid(mask) : mask;
    int32_t const tapRow = tap / view.kernelWidth;
    int32_t const tapColumn = tap - tapRow * view.kernelWidth;
    float const y = static_cast<float>(pixel.y * view.strideHeight - view.padHeight + tapRow * view.dilationHeight)
        + floatFromElement(offset[0]);
    float const x = static_cast<float>(pixel.x * view.strideWidth - view.padWidth + tapColumn * view.dilationWidth)
        + floatFromElement(offset[view.offsetStrides.channel]);
    sampleFromCoordinates(y, x, mask, view.inHeight, view.inWidth,
        static_cast<uint32_t>(pixel.image) * static_cast<uint32_t>(view.inHeight * view.inWidth), weights, location);
}

} // namespace trtfairmot
