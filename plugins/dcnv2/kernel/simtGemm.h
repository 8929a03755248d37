// Deformable convolution with float multiply-adds: any type, layout, grouping and kernel size.
//
// A block sums 64 pixels x 64 output channels of one group over slices of 16 input channels at one tap. The taps of a
// chunk of channels follow each other, so that the chunk's input and weights stay in the L1 cache.
#pragma once

#include "common/primitives.h"
#include "sampleView.h"

namespace trtfairmot
{

constexpr int32_t kSIMT_PIXELS = 64;
constexpr int32_t kSIMT_CHANNELS = 64;
constexpr int32_t kSIMT_SLICE = 16;
constexpr int32_t kSIMT_THREADS = 128;
constexpr int32_t kSIMT_TAPS = 16; // sampled from one filling of the table

struct SimtGemmArgs
{
    SampleView view;
    PixelMap map;
    void const* input;
    void const* weight;
    void const* bias;
    void* output;
    float* partials; // [splits, output pixels, outPitch]; nullptr where the block writes the output
    ChannelStrides inputStrides;
    ChannelStrides outputStrides;
    int64_t weightStrideOut;
    int64_t weightStrideIn;
    int64_t weightStrideTap;
    int32_t groupInChannels;
    int32_t groupOutChannels;
    int32_t groups;
    int32_t deformableChannels; // input channels of a deformable group
    int32_t outChannels;
    int32_t outPitch; // of the partial sums, a multiple of 8
    int32_t outputPadding; // channels behind the last that the output's layout holds
    int32_t splitChannels; // input channels that one block sums
    bool relu;
};

struct alignas(16) SimtShared
{
    CornerWeights table[kSIMT_TAPS][kSIMT_PIXELS];
    float samples[2][kSIMT_SLICE][kSIMT_PIXELS];
    float weights[2][kSIMT_SLICE][kSIMT_CHANNELS + 4];
    uint32_t locations[kSIMT_TAPS][kSIMT_PIXELS];
    OutputPixel pixels[kSIMT_PIXELS];
};

template <typename T>
struct SimtGemm
{
    static constexpr int32_t kROWS = 8; // pixels of a thread, next to each other
    static constexpr int32_t kCOLUMNS = 4; // output channels of a thread, next to each other
    static constexpr int32_t kTHREAD_COLUMNS = kSIMT_CHANNELS / kCOLUMNS;

    SimtGemmArgs const& args;
    SimtShared& shared;
    int32_t thread;
    int32_t group;
    int32_t firstChannel; // of the block, within the group
    int32_t slice;
    float sums[kROWS][kCOLUMNS];

    DEVICE_INLINE SimtGemm(SimtGemmArgs const& arguments, SimtShared& memory)
        : args{arguments}, shared{memory}, thread{threadIndex()},
          group{blockIndex().y / ceilDiv(arguments.groupOutChannels, kSIMT_CHANNELS)},
          firstChannel{blockIndex().y % ceilDiv(arguments.groupOutChannels, kSIMT_CHANNELS) * kSIMT_CHANNELS}, slice{0}
    {
        UNROLL
        for (int32_t i = 0; i < kROWS * kCOLUMNS; ++i)
        {
            sums[i / kCOLUMNS][i % kCOLUMNS] = 0.F;
        }
        if (thread < kSIMT_PIXELS)
        {
            shared.pixels[thread] = pixelOfRow(args.map, blockIndex().x, thread);
        }
        syncBlock();
    }

    DEVICE_INLINE void fillTable(int32_t deformableGroup, int32_t firstTap, int32_t taps)
    {
        for (int32_t entry = thread; entry < taps * kSIMT_PIXELS; entry += kSIMT_THREADS)
        {
            int32_t const tap = entry / kSIMT_PIXELS;
            int32_t const row = entry % kSIMT_PIXELS;
            sampleFromTap<T>(args.view, shared.pixels[row], deformableGroup, firstTap + tap, shared.table[tap][row],
                shared.locations[tap][row]);
        }
        syncBlock();
    }

    // `channels` input channels of the group from `channel` on, at one tap.
    DEVICE_INLINE void fillSamples(int32_t channel, int32_t channels, int32_t tableRow)
    {
        int32_t const row = thread % kSIMT_PIXELS;
        CornerWeights const w = shared.table[tableRow][row];
        uint32_t const location = shared.locations[tableRow][row];
        int32_t const image = shared.pixels[row].image < 0 ? 0 : shared.pixels[row].image;
        ChannelStrides const& strides = args.inputStrides;
        int64_t const imagePixels = static_cast<int64_t>(args.view.inHeight) * args.view.inWidth;
        T const* source = static_cast<T const*>(args.input) + image * (strides.image - imagePixels * strides.pixel)
            + pixelOfLocation(location) * strides.pixel + (group * args.groupInChannels + channel) * strides.channel;
        int64_t const right = hasNextColumn(location) ? strides.pixel : 0;
        int64_t const down = hasNextRow(location) ? strides.pixel * args.view.inWidth : 0;
        UNROLL
        for (int32_t i = 0; i < kSIMT_SLICE * kSIMT_PIXELS / kSIMT_THREADS; ++i)
        {
            int32_t const k = thread / kSIMT_PIXELS + i * (kSIMT_THREADS / kSIMT_PIXELS);
            float sample = 0.F;
            if (k < channels)
            {
                T const* const corner = source + k * strides.channel;
                sample = w.w00 * floatFromElement(loadReadOnly(corner))
                    + w.w01 * floatFromElement(loadReadOnly(corner + right))
                    + w.w10 * floatFromElement(loadReadOnly(corner + down))
                    + w.w11 * floatFromElement(loadReadOnly(corner + down + right));
            }
            shared.samples[slice & 1][k][row] = sample;
        }
    }

    DEVICE_INLINE void fillWeights(int32_t channel, int32_t channels, int32_t tap)
    {
        int32_t const k = thread % kSIMT_SLICE;
        T const* const source = static_cast<T const*>(args.weight)
            + (group * args.groupOutChannels + firstChannel) * args.weightStrideOut
            + (channel + k) * args.weightStrideIn + tap * args.weightStrideTap;
        UNROLL
        for (int32_t i = 0; i < kSIMT_SLICE * kSIMT_CHANNELS / kSIMT_THREADS; ++i)
        {
            int32_t const o = thread / kSIMT_SLICE + i * (kSIMT_THREADS / kSIMT_SLICE);
            bool const valid = k < channels && firstChannel + o < args.groupOutChannels;
            shared.weights[slice & 1][k][o] =
                valid ? floatFromElement(loadReadOnly(source + o * args.weightStrideOut)) : 0.F;
        }
    }

    DEVICE_INLINE void multiply()
    {
        int32_t const row = thread / kTHREAD_COLUMNS * kROWS;
        int32_t const column = thread % kTHREAD_COLUMNS * kCOLUMNS;
        UNROLL
        for (int32_t k = 0; k < kSIMT_SLICE; ++k)
        {
            float const* const samples = &shared.samples[slice & 1][k][row];
            float4 const w = *reinterpret_cast<float4 const*>(&shared.weights[slice & 1][k][column]);
            float4 const low = *reinterpret_cast<float4 const*>(samples);
            float4 const high = *reinterpret_cast<float4 const*>(samples + 4);
            float const s[kROWS] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
            UNROLL
            for (int32_t i = 0; i < kROWS; ++i)
            {
                sums[i][0] += s[i] * w.x;
                sums[i][1] += s[i] * w.y;
                sums[i][2] += s[i] * w.z;
                sums[i][3] += s[i] * w.w;
            }
        }
    }

    // Input channels [begin, end) of the group, all of one deformable group. One barrier per slice is enough: a slice
    // is filled while the one before it is read, and nobody fills the next before everybody is here.
    DEVICE_INLINE void accumulateRange(int32_t begin, int32_t end, int32_t deformableGroup)
    {
        for (int32_t firstTap = 0; firstTap < args.view.taps; firstTap += kSIMT_TAPS)
        {
            int32_t const left = args.view.taps - firstTap;
            int32_t const taps = left < kSIMT_TAPS ? left : kSIMT_TAPS;
            fillTable(deformableGroup, firstTap, taps);
            for (int32_t channel = begin; channel < end; channel += kSIMT_SLICE)
            {
                int32_t const channels = end - channel < kSIMT_SLICE ? end - channel : kSIMT_SLICE;
                for (int32_t tap = 0; tap < taps; ++tap)
                {
                    fillSamples(channel, channels, tap);
                    fillWeights(channel, channels, firstTap + tap);
                    syncBlock();
                    multiply();
                    ++slice;
                }
            }
        }
    }

    DEVICE_INLINE void accumulate()
    {
        int32_t begin = blockIndex().z * args.splitChannels;
        int32_t const last =
            begin + args.splitChannels < args.groupInChannels ? begin + args.splitChannels : args.groupInChannels;
        while (begin < last)
        {
            int32_t const deformableGroup = (group * args.groupInChannels + begin) / args.deformableChannels;
            int32_t const limit = (deformableGroup + 1) * args.deformableChannels - group * args.groupInChannels;
            int32_t const end = limit < last ? limit : last;
            accumulateRange(begin, end, deformableGroup);
            begin = end;
        }
    }
};

} // namespace trtfairmot
