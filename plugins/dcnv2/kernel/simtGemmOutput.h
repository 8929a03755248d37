// How a block of the SIMT kernel hands over its sums: finished outputs, or float parts that are added later.
#pragma once

#include "simtGemm.h"

namespace trtfairmot
{

template <typename T>
struct SimtGemmOutput
{
    SimtGemm<T> const& gemm;

    DEVICE_INLINE T* address(OutputPixel const& pixel, int32_t channel) const
    {
        ChannelStrides const& strides = gemm.args.outputStrides;
        int64_t const within = static_cast<int64_t>(pixel.y) * gemm.args.map.width + pixel.x;
        return static_cast<T*>(gemm.args.output) + pixel.image * strides.image + channel * strides.channel
            + within * strides.pixel;
    }

    DEVICE_INLINE float* partial(OutputPixel const& pixel, int32_t channel) const
    {
        PixelMap const& map = gemm.args.map;
        int64_t const imagePixels = static_cast<int64_t>(map.height) * map.width;
        int64_t const index = (static_cast<int64_t>(blockIndex().z) * map.batch + pixel.image) * imagePixels
            + static_cast<int64_t>(pixel.y) * map.width + pixel.x;
        return gemm.args.partials + index * gemm.args.outPitch + channel;
    }

    DEVICE_INLINE void writeSum(OutputPixel const& pixel, int32_t channel, float sum) const
    {
        SimtGemmArgs const& args = gemm.args;
        if (args.partials != nullptr)
        {
            *partial(pixel, channel) = sum;
            return;
        }
        if (args.bias != nullptr)
        {
            sum += floatFromElement(static_cast<T const*>(args.bias)[channel]);
        }
        *address(pixel, channel) = elementFromFloat<T>(args.relu ? fmaxf(sum, 0.F) : sum);
    }

    DEVICE_INLINE void clearPadding() const
    {
        bool const lastBlock =
            gemm.group == gemm.args.groups - 1 && gemm.firstChannel + kSIMT_CHANNELS >= gemm.args.groupOutChannels;
        int32_t const padding = lastBlock && gemm.args.partials == nullptr ? gemm.args.outputPadding : 0;
        for (int32_t i = gemm.thread; i < padding * kSIMT_PIXELS; i += kSIMT_THREADS)
        {
            OutputPixel const pixel = gemm.shared.pixels[i / padding];
            if (pixel.image >= 0)
            {
                *address(pixel, gemm.args.outChannels + i % padding) = elementFromFloat<T>(0.F);
            }
        }
    }

    DEVICE_INLINE void write() const
    {
        int32_t const row = gemm.thread / SimtGemm<T>::kTHREAD_COLUMNS * SimtGemm<T>::kROWS;
        int32_t const column = gemm.firstChannel + gemm.thread % SimtGemm<T>::kTHREAD_COLUMNS * SimtGemm<T>::kCOLUMNS;
        UNROLL
        for (int32_t i = 0; i < SimtGemm<T>::kROWS; ++i)
        {
            OutputPixel const pixel = gemm.shared.pixels[row + i];
            UNROLL
            for (int32_t j = 0; j < SimtGemm<T>::kCOLUMNS; ++j)
            {
                if (pixel.image >= 0 && column + j < gemm.args.groupOutChannels)
                {
                    writeSum(pixel, gemm.group * gemm.args.groupOutChannels + column + j, gemm.sums[i][j]);
                }
            }
        }
        clearPadding();
    }
};

template <typename T>
DEVICE_INLINE void runSimtGemm(SimtGemmArgs const& args, SimtShared& shared)
{
    SimtGemm<T> gemm{args, shared};
    gemm.accumulate();
    SimtGemmOutput<T>{gemm}.write();
}

} // namespace trtfairmot
