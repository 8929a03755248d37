// How a block of the implicit GEMM hands over its sums: finished outputs, or float parts that are added later.
#pragma once

#include "implicitGemm.h"

namespace trtfairmot
{

template <typename T, typename Tile, bool kPACKED>
struct ImplicitGemmOutput
{
    ImplicitGemm<T, Tile, kPACKED>& gemm;

    static constexpr int32_t kROW_CHUNKS = Tile::kCHANNELS / 8; // of 16 bytes
    static_assert(Tile::kPIXELS * Tile::kCHANNELS * 2 <= 2 * (Tile::kSAMPLE_BYTES + Tile::kWEIGHT_BYTES));

    // Element of the finished tile [kPIXELS, kCHANNELS] that takes the place of the slices.
    static HOST_DEVICE_INLINE int32_t stagedByte(int32_t row, int32_t channel)
    {
        return row * Tile::kCHANNELS * 2 + (((channel >> 3) ^ (row & 7)) << 4) + (channel & 7) * 2;
    }

    DEVICE_INLINE int64_t outputPixel(int32_t row) const // -1: none
    {
        OutputPixel const pixel = gemm.pixels[row];
        PixelMap const& map = gemm.args.map;
        return pixel.image < 0 ? -1 : (static_cast<int64_t>(pixel.image) * map.height + pixel.y) * map.width + pixel.x;
    }

    DEVICE_INLINE void writePartials() const
    {
        ImplicitGemmArgs const& args = gemm.args;
        int64_t const pixelCount = static_cast<int64_t>(args.map.batch) * args.map.height * args.map.width;
        float* const partials = args.partials + blockIndex().z * pixelCount * args.outPitch;
        int32_t const firstChannel = blockIndex().y * Tile::kCHANNELS + gemm.warpChannel + sumColumnOfLane(gemm.lane);
        UNROLL
        for (int32_t m = 0; m < Tile::kM_TILES; ++m)
        {
            UNROLL
            for (int32_t pair = 0; pair < 2; ++pair)
            {
                int64_t const pixel = outputPixel(gemm.warpPixel + m * 16 + sumRowOfLane(gemm.lane, pair));
                UNROLL
                for (int32_t n = 0; n < Tile::kN_TILES; ++n)
                {
                    int32_t const channel = firstChannel + n * 8;
                    if (pixel >= 0 && channel < args.outPitch)
                    {
                        *reinterpret_cast<float2*>(partials + pixel * args.outPitch + channel) =
                            float2{gemm.sums[m][n][pair * 2], gemm.sums[m][n][pair * 2 + 1]};
                    }
                }
            }
        }
    }

    DEVICE_INLINE float finished(float sum, int32_t channel) const
    {
        ImplicitGemmArgs const& args = gemm.args;
        if (args.bias != nullptr && channel < args.outChannels)
        {
            sum += floatFromElement(static_cast<T const*>(args.bias)[channel]);
        }
        return args.relu ? fmaxf(sum, 0.F) : sum;
    }

    DEVICE_INLINE void stage() const
    {
        int32_t const firstChannel = gemm.warpChannel + sumColumnOfLane(gemm.lane);
        UNROLL
        for (int32_t n = 0; n < Tile::kN_TILES; ++n)
        {
            int32_t const channel = firstChannel + n * 8;
            int32_t const outChannel = blockIndex().y * Tile::kCHANNELS + channel;
            UNROLL
            for (int32_t m = 0; m < Tile::kM_TILES; ++m)
            {
                UNROLL
                for (int32_t pair = 0; pair < 2; ++pair)
                {
                    int32_t const row = gemm.warpPixel + m * 16 + sumRowOfLane(gemm.lane, pair);
                    *reinterpret_cast<uint32_t*>(gemm.samples + stagedByte(row, channel)) =
                        wordFromFloats<T>(finished(gemm.sums[m][n][pair * 2], outChannel),
                            finished(gemm.sums[m][n][pair * 2 + 1], outChannel + 1));
                }
            }
        }
    }

    DEVICE_INLINE void writeChannelsLast() const
    {
        ImplicitGemmArgs const& args = gemm.args;
        for (int32_t vector = gemm.thread; vector < Tile::kPIXELS * kROW_CHUNKS; vector += Tile::kTHREADS)
        {
            int32_t const row = vector / kROW_CHUNKS;
            int32_t const channel = vector % kROW_CHUNKS * 8;
            int32_t const outChannel = blockIndex().y * Tile::kCHANNELS + channel;
            int64_t const pixel = outputPixel(row);
            if (pixel >= 0 && outChannel < args.outPitch)
            {
                *reinterpret_cast<uint4*>(static_cast<T*>(args.output) + pixel * args.outPitch + outChannel) =
                    *reinterpret_cast<uint4 const*>(gemm.samples + stagedByte(row, channel));
            }
        }
    }

    DEVICE_INLINE void writeChannelsFirst() const
    {
        ImplicitGemmArgs const& args = gemm.args;
        int64_t const imagePixels = static_cast<int64_t>(args.map.height) * args.map.width;
        for (int32_t element = gemm.thread; element < Tile::kPIXELS * Tile::kCHANNELS; element += Tile::kTHREADS)
        {
            int32_t const row = element % Tile::kPIXELS;
            int32_t const channel = element / Tile::kPIXELS;
            int32_t const outChannel = blockIndex().y * Tile::kCHANNELS + channel;
            OutputPixel const pixel = gemm.pixels[row];
            if (pixel.image >= 0 && outChannel < args.outChannels)
            {
                int64_t const plane = static_cast<int64_t>(pixel.image) * args.outChannels + outChannel;
                static_cast<T*>(
                    args.output)[plane * imagePixels + static_cast<int64_t>(pixel.y) * args.map.width + pixel.x] =
                    *reinterpret_cast<T const*>(gemm.samples + stagedByte(row, channel));
            }
        }
    }

    DEVICE_INLINE void write() const
    {
        if (gemm.args.partials != nullptr)
        {
            writePartials();
            return;
        }
        syncBlock(); // every warp has read its last slice
        stage();
        syncBlock();
        if (gemm.args.channelsLast)
        {
            writeChannelsLast();
        }
        else
        {
            writeChannelsFirst();
        }
    }
};

template <typename T, typename Tile, bool kPACKED>
DEVICE_INLINE void runImplicitGemm(ImplicitGemmArgs const& args, char* shared)
{
    ImplicitGemm<T, Tile, kPACKED> gemm{args, shared};
    gemm.clearSums();
    gemm.accumulate();
    ImplicitGemmOutput<T, Tile, kPACKED>{gemm}.write();
}

} // namespace trtfairmot
