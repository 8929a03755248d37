// How the threads of the fused kernels read the input: vectors of 8 channels that go straight into the registers of the
// tensor cores. A thread's vector is its part of two 16x16 fragments, since the order of the channels within a sum is free
// as long as the weights follow it.
#pragma once

#include "common/primitives.h"
#include "fusedGemmArgs.h"
#include "interpolation.h"

namespace trtfairmot
{

// Where an output pixel's taps without offset lie.
struct Neighbourhood
{
    int64_t firstByte; // of the first tap's pixel, perhaps outside the input
    uint32_t inside; // a bit for each tap
};

// A thread samples kV vectors of a pixel at a time.
template <typename T, int32_t kV, bool kPACKED>
struct FusedSamples
{
    static constexpr uint32_t kSTEP_BYTES = kV * 64; // of a pixel's channels, in a step of the sum

    FusedGemmArgs const& args;
    int32_t row; // first of the lane's rows of a fragment; the second is 8 on
    int32_t column; // the lane's vector of four
    uint32_t pixelBytes;

    DEVICE_INLINE explicit FusedSamples(FusedGemmArgs const& arguments)
        : args{arguments}, row{(threadIndex() & 31) >> 2}, column{threadIndex() & 3},
          pixelBytes{static_cast<uint32_t>(arguments.inVectors) * 16U}
    {
    }

    // Byte of the vector that the lane reads in turn `turn` of a step. Odd rows read their two vectors in the other
    // order: the two halves of a cache line, which eight lanes at a time then read in different banks.
    DEVICE_INLINE uint32_t byteInTurn(int32_t turn) const
    {
        uint32_t const byte = static_cast<uint32_t>(column * 16 + turn * 64);
        return kV == 2 ? byte ^ static_cast<uint32_t>((row & 1) * 64) : byte;
    }

    static DEVICE_INLINE uint4 vectorAt(char const* address)
    {
        return loadReadOnly(reinterpret_cast<uint4 const*>(address));
    }

    // From the order in which they were read to that of the channels.
    DEVICE_INLINE void sortTurns(uint4 (&vectors)[kV]) const
    {
        if constexpr (kV == 2)
        {
            bool const swapped = (row & 1) != 0;
            uint4 const a = vectors[0];
            uint4 const b = vectors[1];
            vectors[0] = uint4{swapped ? b.x : a.x, swapped ? b.y : a.y, swapped ? b.z : a.z, swapped ? b.w : a.w};
            vectors[1] = uint4{swapped ? a.x : b.x, swapped ? a.y : b.y, swapped ? a.z : b.z, swapped ? a.w : b.w};
        }
    }

    DEVICE_INLINE Neighbourhood neighbourhoodOf(OutputPixel const& pixel) const
    {
        SampleView const& view = args.view;
        int32_t const y = pixel.y * view.strideHeight - view.padHeight;
        int32_t const x = pixel.x * view.strideWidth - view.padWidth;
        uint32_t columns = 0U;
        uint32_t inside = 0U;
        UNROLL
        for (int32_t tap = 0; tap < 3; ++tap)
        {
            bool const column = static_cast<uint32_t>(x + tap * view.dilationWidth) < static_cast<uint32_t>(view.inWidth);
            columns |= column ? 1U << tap : 0U;
        }
        UNROLL
        for (int32_t tap = 0; tap < 3; ++tap)
        {
            bool const row = static_cast<uint32_t>(y + tap * view.dilationHeight) < static_cast<uint32_t>(view.inHeight);
            inside |= row ? columns << (3 * tap) : 0U;
        }
        return Neighbourhood{
            static_cast<int64_t>((pixel.image * view.inHeight + y) * view.inWidth + x) * static_cast<int64_t>(pixelBytes),
            pixel.image >= 0 ? inside : 0U};
    }

    // The input at a tap without offset, 0 outside.
    DEVICE_INLINE void loadNeighbour(
        uint4 (&a)[kV], Neighbourhood const& from, int32_t tap, int64_t tapByte) const
    {
        bool const inside = (from.inside >> tap & 1U) != 0U;
        char const* const pixel = static_cast<char const*>(args.input) + (from.firstByte + tapByte);
        UNROLL
        for (int32_t turn = 0; turn < kV; ++turn)
        {
            a[turn] = inside ? vectorAt(pixel + byteInTurn(turn)) : uint4{0U, 0U, 0U, 0U};
        }
        sortTurns(a);
    }

    // From a pixel's first tap to a tap, without offset, and to a step's channels.
    DEVICE_INLINE int64_t byteOfTap(int32_t tapRow, int32_t tapColumn, int32_t chunk) const
    {
        int32_t const pixel = tapRow * args.view.dilationHeight * args.view.inWidth + tapColumn * args.view.dilationWidth;
        return static_cast<int64_t>(pixel) * static_cast<int64_t>(pixelBytes) + chunk * static_cast<int64_t>(kSTEP_BYTES);
    }

    // The corners' vectors of a sample.
    DEVICE_INLINE void loadCorners(uint4 (&corners)[kV][4], uint32_t location, uint32_t chunkByte) const
    {
        uint32_t const right = (location & 1U) != 0U ? pixelBytes : 0U;
        uint32_t const down = (location & 2U) != 0U ? pixelBytes * static_cast<uint32_t>(args.view.inWidth) : 0U;
        char const* const corner = static_cast<char const*>(args.input) + ((location & ~15U) + chunkByte);
        UNROLL
        for (int32_t turn = 0; turn < kV; ++turn)
        {
            char const* const upper = corner + byteInTurn(turn);
            char const* const lower = upper + down;
            corners[turn][0] = vectorAt(upper);
            corners[turn][1] = vectorAt(upper + right);
            corners[turn][2] = vectorAt(lower);
            corners[turn][3] = vectorAt(lower + right);
        }
    }

    // a: the sample, from the corners and what a table holds of their weights.
    DEVICE_INLINE void interpolate(uint4 (&a)[kV], uint4 const (&corners)[kV][4], CornerWeights const& packed) const
    {
        auto const interpolation = Interpolation<T, kPACKED>::fromPacked(packed);
        UNROLL
        for (int32_t turn = 0; turn < kV; ++turn)
        {
            uint4 const(&c)[4] = corners[turn];
            a[turn] = uint4{interpolation(c[0].x, c[1].x, c[2].x, c[3].x), interpolation(c[0].y, c[1].y, c[2].y, c[3].y),
                interpolation(c[0].z, c[1].z, c[2].z, c[3].z), interpolation(c[0].w, c[1].w, c[2].w, c[3].w)};
        }
        sortTurns(a);
    }

    // What the table holds for a tap of a pixel with these offsets and this mask.
    DEVICE_INLINE void entryFromOffsets(CornerWeights& weights, uint32_t& location, OutputPixel const& pixel, int32_t tap,
        float offsetY, float offsetX, float mask) const
    {
        SampleView const& view = args.view;
        weights = CornerWeights{0.F, 0.F, 0.F, 0.F};
        uint32_t place = 0U;
        if (pixel.image >= 0)
        {
            int32_t const y = pixel.y * view.strideHeight - view.padHeight + tap / 3 * view.dilationHeight;
            int32_t const x = pixel.x * view.strideWidth - view.padWidth + tap % 3 * view.dilationWidth;
            sampleFromCoordinates(static_cast<float>(y) + offsetY, static_cast<float>(x) + offsetX,
                view.sigmoidMask ? quickSigmoid(mask) : mask, view.inHeight, view.inWidth,
                static_cast<uint32_t>(pixel.image) * static_cast<uint32_t>(view.inHeight * view.inWidth), weights, place);
        }
        weights = Interpolation<T, kPACKED>::packed(weights);
        location = byteLocation(place, pixelBytes);
    }
};

} // namespace trtfairmot
