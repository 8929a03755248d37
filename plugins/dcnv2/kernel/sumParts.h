// Adds the parts of a split sum, then bias and ReLU.
#pragma once

#include "common/primitives.h"
#include "sampleView.h"

namespace trtfairmot
{

constexpr int32_t kSUM_THREADS = 256;
constexpr int32_t kSUM_VECTOR = 4; // channels of a thread

struct SumPartsArgs
{
    float const* partials; // [splits, batch * imagePixels, outPitch]
    void const* bias;
    void* output;
    int32_t splits;
    int32_t batch;
    int32_t imagePixels;
    int32_t outChannels;
    int32_t outPitch; // a multiple of 8
    int32_t writtenChannels; // outChannels, and the padding of the output's layout
    ChannelStrides strides; // of the output
    bool relu;
};

template <typename T>
DEVICE_INLINE void runSumParts(SumPartsArgs const& args)
{
    // Fewer than 2^31 partial sums: planFromParams() splits small outputs only.
    int32_t const vectors = args.outPitch / kSUM_VECTOR;
    int32_t const pixels = args.batch * args.imagePixels;
    int32_t const index = blockIndex().x * kSUM_THREADS + threadIndex();
    if (index >= pixels * vectors)
    {
        return;
    }
    // Neighbouring threads write neighbouring elements: channels of a pixel, or pixels of a channel.
    bool const channelsLast = args.strides.channel == 1;
    int32_t const pixel = channelsLast ? index / vectors : index % pixels;
    int32_t const channel = (channelsLast ? index % vectors : index / pixels) * kSUM_VECTOR;
    float sums[kSUM_VECTOR] = {0.F, 0.F, 0.F, 0.F};
    float const* part = args.partials + static_cast<int64_t>(pixel) * args.outPitch + channel;
    for (int32_t split = 0; split < args.splits; ++split, part += static_cast<int64_t>(pixels) * args.outPitch)
    {
        float4 const value = loadReadOnly(reinterpret_cast<float4 const*>(part));
        sums[0] += value.x;
        sums[1] += value.y;
        sums[2] += value.z;
        sums[3] += value.w;
    }
    int32_t const image = pixel / args.imagePixels;
    T* const output = static_cast<T*>(args.output) + image * args.strides.image
        + (pixel - image * args.imagePixels) * args.strides.pixel;
    UNROLL
    for (int32_t i = 0; i < kSUM_VECTOR; ++i)
    {
        if (channel + i >= args.writtenChannels)
        {
            break;
        }
        float value = 0.F;
        if (channel + i < args.outChannels)
        {
            value = args.bias == nullptr ? sums[i]
                                         : sums[i] + floatFromElement(static_cast<T const*>(args.bias)[channel + i]);
            value = args.relu ? fmaxf(value, 0.F) : value;
        }
        output[(channel + i) * args.strides.channel] = elementFromFloat<T>(value);
    }
}

} // namespace trtfairmot
