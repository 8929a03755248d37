// How a block of the fused kernel hands over its sums, and the whole of its work.
#pragma once

#include "fusedGemm.h"

namespace trtfairmot
{

template <typename T, typename Tile, bool kPACKED>
struct FusedGemmOutput
{
    FusedGemm<T, Tile, kPACKED> const& gemm;

    // Adds the warps' parts in their order, then bias and ReLU, and writes 8 channels at a time.
    DEVICE_INLINE void write() const
    {
        constexpr int32_t kVECTORS = Tile::kCHANNELS / 8;
        for (int32_t index = threadIndex(); index < Tile::kPIXELS * kVECTORS; index += Tile::kTHREADS)
        {
            int32_t const pixelRow = index / kVECTORS;
            int32_t const channel = index % kVECTORS * 8;
            OutputPixel const pixel = gemm.pixels[pixelRow];
            if (pixel.image < 0 || channel >= gemm.args.outPitch)
            {
                continue;
            }
            float values[8] = {};
            UNROLL
            for (int32_t part = 0; part < Tile::kWARPS; ++part)
            {
                float const* const source = gemm.sumParts + (part * Tile::kPIXELS + pixelRow) * Tile::kSUM_PITCH + channel;
                UNROLL
                for (int32_t i = 0; i < 8; ++i)
                {
                    values[i] += source[i];
                }
            }
            int64_t const target =
                ((static_cast<int64_t>(pixel.image) * gemm.args.map.height + pixel.y) * gemm.args.map.width + pixel.x)
                * gemm.args.outPitch;
            *reinterpret_cast<uint4*>(static_cast<T*>(gemm.args.output) + target + channel) = finished(values, channel);
        }
    }

    DEVICE_INLINE uint4 finished(float (&values)[8], int32_t channel) const
    {
        UNROLL
        for (int32_t i = 0; i < 8; ++i)
        {
            if (gemm.args.bias != nullptr && channel + i < gemm.args.outChannels)
            {
                values[i] += floatFromElement(static_cast<T const*>(gemm.args.bias)[channel + i]);
            }
            values[i] = gemm.args.relu ? fmaxf(values[i], 0.F) : values[i];
        }
        return uint4{wordFromFloats<T>(values[0], values[1]), wordFromFloats<T>(values[2], values[3]),
            wordFromFloats<T>(values[4], values[5]), wordFromFloats<T>(values[6], values[7])};
    }
};

template <typename T, typename Tile, bool kPACKED>
DEVICE_INLINE void runFusedGemm(FusedGemmArgs const& args, char* shared)
{
    FusedGemm<T, Tile, kPACKED> gemm(args, shared);
    for (int32_t pixelRow = threadIndex(); pixelRow < Tile::kPIXELS; pixelRow += Tile::kTHREADS)
    {
        gemm.pixels[pixelRow] = pixelOfRow(args.map, blockIndex().x, pixelRow);
    }
    syncBlock();
    gemm.sumOffsets();
    syncBlock();
    gemm.fillTable();
    syncBlock();
    gemm.sumSamples();
    syncBlock(); // every warp has read the table
    gemm.template storePart<Tile::kN, Tile::kSUM_PITCH>(gemm.sumParts, gemm.sums);
    syncBlock();
    FusedGemmOutput<T, Tile, kPACKED>{gemm}.write();
}

} // namespace trtfairmot
