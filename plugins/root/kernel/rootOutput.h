// What becomes of the sums: bias, ReLU and rounding, by way of shared memory, so that whole vectors are written.
#pragma once

#include <cmath>

#include "rootGemm.h"

namespace trtfairmot
{

template <typename Element, typename Tile>
struct RootOutput
{
    RootGemm<Element, Tile> const& gemm;
    RootArgs const& args;
    char* rows; // [kPIXELS] of half, then of int8

    DEVICE_INLINE static float rectified(float value)
    {
        return value < 0.F ? 0.F : value; // not fmaxf, which would hide NaN
    }

    // QuantizeLinear of a value from 0 on: to nearest, ties to even, at most 127. Behind 2^23 a float's last bits count
    // ones; conversions to integers are slower.
    DEVICE_INLINE static uint32_t quantized(float value, float inverseScale)
    {
        float const shifted = fminf(value * inverseScale, 127.F) + 8388608.F;
        uint32_t bits;
        memcpy(&bits, &shifted, sizeof(bits));
        return bits & 0xFFU;
    }

    DEVICE_INLINE static float2 pairOf(float const* values, bool inside)
    {
        return inside ? loadReadOnly(reinterpret_cast<float2 const*>(values)) : float2{0.F, 0.F};
    }

    DEVICE_INLINE void store(int32_t row, int32_t column, float first, float second, float inverseScale) const
    {
        if (!Element::kQUANTIZED || args.output != nullptr)
        {
            *reinterpret_cast<uint32_t*>(rows + row * Tile::kOUTPUT_ROW + column * 2) =
                wordFromFloats<__half>(first, second);
        }
        if (Element::kQUANTIZED && args.quantized != nullptr)
        {
            char* const bytes = rows + Tile::kPIXELS * Tile::kOUTPUT_ROW + row * Tile::kQUANTIZED_ROW;
            *reinterpret_cast<uint16_t*>(bytes + column) =
                static_cast<uint16_t>(quantized(first, inverseScale) | quantized(second, inverseScale) << 8);
        }
    }

    DEVICE_INLINE void stage() const
    {
        bool const scaled = Element::kQUANTIZED && args.quantized != nullptr;
        float const inverseScale = scaled ? 1.F / loadReadOnly(args.outputScale) : 0.F;
        UNROLL
        for (int32_t n = 0; n < Tile::kN_TILES; ++n)
        {
            int32_t const column = gemm.warpChannel + n * 8 + (gemm.lane & 3) * 2;
            int32_t const channel = gemm.firstChannel + column;
            bool const inside = channel < args.outChannels;
            float2 const bias = pairOf(args.bias + channel, inside);
            float2 const factor = pairOf(args.factors + channel, Element::kQUANTIZED && inside);
            UNROLL
            for (int32_t i = 0; i < Tile::kM_TILES * 2; ++i)
            {
                auto const* const sum = gemm.sums[i / 2][n] + i % 2 * 2;
                store(gemm.warpPixel + i * 8 + (gemm.lane >> 2), column,
                    rectified(Element::valueOf(sum[0], factor.x, bias.x)),
                    rectified(Element::valueOf(sum[1], factor.y, bias.y)), inverseScale);
            }
        }
    }

    DEVICE_INLINE void writeHalf() const
    {
        constexpr int32_t kVECTORS = Tile::kCHANNELS / 8;
        UNROLL
        for (int32_t i = gemm.thread; i < Tile::kPIXELS * kVECTORS; i += Tile::kTHREADS)
        {
            int32_t const pixel = gemm.firstPixel + i / kVECTORS;
            int32_t const vector = gemm.firstChannel / 8 + i % kVECTORS;
            if (pixel < args.pixels && vector < args.outChannels / 8)
            {
                args.output[(Element::image() * args.pixels + pixel) * (args.outChannels / 8) + vector] =
                    *reinterpret_cast<uint4 const*>(rows + i / kVECTORS * Tile::kOUTPUT_ROW + i % kVECTORS * 16);
            }
        }
    }

    // Neighbouring threads write the halves of a pixel's 32 channels, then the next pixel's.
    DEVICE_INLINE void writeInt8() const
    {
        constexpr int32_t kVECTORS = Tile::kCHANNELS / 16;
        char const* const bytes = rows + Tile::kPIXELS * Tile::kOUTPUT_ROW;
        UNROLL
        for (int32_t i = gemm.thread; i < Tile::kPIXELS * kVECTORS; i += Tile::kTHREADS)
        {
            int32_t const row = i / 2 % Tile::kPIXELS;
            int32_t const column = i / (2 * Tile::kPIXELS) * 2 + i % 2;
            int32_t const pixel = gemm.firstPixel + row;
            int32_t const vector = gemm.firstChannel / 16 + column;
            if (pixel < args.pixels && vector < args.outChannels / 16)
            {
                args.quantized[Element::offsetOf(vector, pixel, args.outChannels / 16, args.pixels)] =
                    *reinterpret_cast<uint4 const*>(bytes + row * Tile::kQUANTIZED_ROW + column * 16);
            }
        }
    }

    DEVICE_INLINE void write() const
    {
        if (!Element::kQUANTIZED || args.output != nullptr)
        {
            writeHalf();
        }
        if (Element::kQUANTIZED && args.quantized != nullptr)
        {
            writeInt8();
        }
    }
};

template <typename Element, typename Tile>
DEVICE_INLINE void runRoot(RootArgs const& args, char* shared)
{
    RootGemm<Element, Tile> gemm{args, shared};
    gemm.accumulate();
    gemm.addParts();
    RootOutput<Element, Tile> const output{gemm, args, shared + Tile::kSUM_BYTES};
    if (gemm.part == 0)
    {
        output.stage();
    }
    syncBlock();
    output.write();
}

} // namespace trtfairmot
