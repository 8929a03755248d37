// Deformable convolution together with the convolution that gives its offsets and masks, in half precision with float
// sums. Samples go from memory into the registers that the tensor cores read, so the sum needs neither shared memory
// nor barriers: a thread's vector of 8 channels is its part of two 16x16 fragments, since the order of the channels
// within a sum is free as long as the weights follow it.
//
//   offsets[pixel, o] = sum over taps and channels of input[pixel + tap, c] * offsetWeight[o, tap, c]
//   sums[pixel, o]    = sum over taps and channels of sample[pixel, tap, c] * weight[o, tap, c]
//
// Needs groups = deformable groups = 1, kernel 3x3, channels-last input of less than 4 GiB, weights in fragments.
#pragma once

#include "common/primitives.h"
#include "fusedGemmArgs.h"
#include "interpolation.h"

namespace trtfairmot
{

template <typename T, typename Tile, bool kPACKED>
struct FusedGemm
{
    static constexpr int32_t kV = Tile::kV;
    static constexpr uint32_t kSTEP_BYTES = Tile::kSTEP_VECTORS * 16;

    FusedGemmArgs const& args;
    CornerWeights* table; // [9, kPIXELS]
    uint32_t* locations; // [9, kPIXELS], byteLocation()
    OutputPixel* pixels; // [kPIXELS]
    float* offsetParts; // [kWARPS, kPIXELS, kOFFSET_PITCH]
    float* sumParts; // [kWARPS, kPIXELS, kSUM_PITCH], in the place of table and offsets
    int32_t lane;
    int32_t warp;
    int32_t row; // first of the lane's rows of a fragment; the second is 8 on
    int32_t column; // the lane's vector of four
    int32_t chunks; // steps of a tap
    int32_t first; // steps of this warp
    int32_t last;
    uint32_t pixelBytes;
    float sums[Tile::kM][Tile::kN][4];

    DEVICE_INLINE FusedGemm(FusedGemmArgs const& arguments, char* shared)
        : args{arguments}, table{reinterpret_cast<CornerWeights*>(shared + Tile::kPIXEL_BYTES)},
          locations{reinterpret_cast<uint32_t*>(table + kFUSED_TAPS * Tile::kPIXELS)},
          pixels{reinterpret_cast<OutputPixel*>(shared)},
          offsetParts{reinterpret_cast<float*>(shared + Tile::kPIXEL_BYTES + Tile::kTABLE_BYTES)},
          sumParts{reinterpret_cast<float*>(shared + Tile::kPIXEL_BYTES)}, lane{threadIndex() & 31},
          warp{threadIndex() / 32}, row{lane >> 2}, column{lane & 3}, chunks{args.inVectors / Tile::kSTEP_VECTORS},
          first{kFUSED_TAPS * chunks * warp / Tile::kWARPS}, last{kFUSED_TAPS * chunks * (warp + 1) / Tile::kWARPS},
          pixelBytes{static_cast<uint32_t>(args.inVectors) * 16U}
    {
    }

    // Byte of the vector that the lane reads in turn `turn` of a step. Odd rows read their two vectors in the other
    // order: the two halves of a cache line, which eight lanes at a time then read in different banks.
    DEVICE_INLINE uint32_t byteInTurn(int32_t turn) const
    {
        uint32_t const byte = static_cast<uint32_t>(column * 16 + turn * 64);
        return kV == 2 ? byte ^ static_cast<uint32_t>((row & 1) * 64) : byte;
    }

    DEVICE_INLINE uint4 inputAt(uint32_t byte) const
    {
        return loadReadOnly(reinterpret_cast<uint4 const*>(static_cast<char const*>(args.input) + byte));
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

    // target += a * weights of one step. a: the vectors of the lane's two rows of each fragment.
    template <int32_t kN>
    DEVICE_INLINE void multiply(
        float (&target)[Tile::kM][kN][4], uint4 const (&a)[Tile::kM][2][kV], void const* weight, int32_t step) const
    {
        uint4 const* const source = static_cast<uint4 const*>(weight) + step * (kN * kV * 32) + lane;
        UNROLL
        for (int32_t n = 0; n < kN; ++n)
        {
            UNROLL
            for (int32_t v = 0; v < kV; ++v)
            {
                uint4 const b = loadReadOnly(source + (n * kV + v) * 32);
                UNROLL
                for (int32_t m = 0; m < Tile::kM; ++m)
                {
                    uint32_t const low[4] = {a[m][0][v].x, a[m][1][v].x, a[m][0][v].y, a[m][1][v].y};
                    uint32_t const high[4] = {a[m][0][v].z, a[m][1][v].z, a[m][0][v].w, a[m][1][v].w};
                    multiplyAccumulate<T>(target[m][n], low, b.x, b.y);
                    multiplyAccumulate<T>(target[m][n], high, b.z, b.w);
                }
            }
        }
    }

    // The input at a tap without offset, 0 outside.
    DEVICE_INLINE void loadNeighbours(
        uint4 (&a)[kV], OutputPixel const& base, int32_t tapY, int32_t tapX, uint32_t chunkByte) const
    {
        SampleView const& view = args.view;
        int32_t const y = base.y + tapY;
        int32_t const x = base.x + tapX;
        bool const inside = base.image >= 0 && static_cast<uint32_t>(y) < static_cast<uint32_t>(view.inHeight)
            && static_cast<uint32_t>(x) < static_cast<uint32_t>(view.inWidth);
        uint32_t const byte =
            static_cast<uint32_t>((base.image * view.inHeight + y) * view.inWidth + x) * pixelBytes + chunkByte;
        UNROLL
        for (int32_t turn = 0; turn < kV; ++turn)
        {
            a[turn] = inside ? inputAt(byte + byteInTurn(turn)) : uint4{0U, 0U, 0U, 0U};
        }
        sortTurns(a);
    }

    DEVICE_INLINE void samplePixel(uint4 (&a)[kV], int32_t entry, uint32_t chunkByte) const
    {
        uint32_t const location = locations[entry];
        auto const interpolation = Interpolation<T, kPACKED>::fromPacked(table[entry]);
        uint32_t const corner = (location & ~15U) + chunkByte;
        uint32_t const right = (location & 1U) != 0U ? pixelBytes : 0U;
        uint32_t const down = (location & 2U) != 0U ? pixelBytes * static_cast<uint32_t>(args.view.inWidth) : 0U;
        UNROLL
        for (int32_t turn = 0; turn < kV; ++turn)
        {
            uint32_t const byte = corner + byteInTurn(turn);
            uint4 const c00 = inputAt(byte);
            uint4 const c01 = inputAt(byte + right);
            uint4 const c10 = inputAt(byte + down);
            uint4 const c11 = inputAt(byte + down + right);
            a[turn] = uint4{interpolation(c00.x, c01.x, c10.x, c11.x), interpolation(c00.y, c01.y, c10.y, c11.y),
                interpolation(c00.z, c01.z, c10.z, c11.z), interpolation(c00.w, c01.w, c10.w, c11.w)};
        }
        sortTurns(a);
    }

    // Where the lane's pixels begin to read: row, then row + 8, of each fragment.
    DEVICE_INLINE OutputPixel baseOf(int32_t pixelRow) const
    {
        OutputPixel const pixel = pixels[pixelRow];
        return OutputPixel{pixel.image, pixel.y * args.view.strideHeight - args.view.padHeight,
            pixel.x * args.view.strideWidth - args.view.padWidth};
    }

    // This warp's part of the offset convolution, into its part of the shared memory.
    DEVICE_INLINE void sumOffsets()
    {
        float offsets[Tile::kM][kOFFSET_TILES][4] = {};
        OutputPixel bases[Tile::kM][2];
        UNROLL
        for (int32_t m = 0; m < Tile::kM; ++m)
        {
            bases[m][0] = baseOf(m * 16 + row);
            bases[m][1] = baseOf(m * 16 + row + 8);
        }
        int32_t tap = first / chunks;
        int32_t chunk = first - tap * chunks;
        for (int32_t step = first; step < last; ++step)
        {
            int32_t const tapRow = tap / 3;
            int32_t const tapY = tapRow * args.view.dilationHeight;
            int32_t const tapX = (tap - tapRow * 3) * args.view.dilationWidth;
            uint4 a[Tile::kM][2][kV];
            UNROLL
            for (int32_t m = 0; m < Tile::kM; ++m)
            {
                loadNeighbours(a[m][0], bases[m][0], tapY, tapX, static_cast<uint32_t>(chunk) * kSTEP_BYTES);
                loadNeighbours(a[m][1], bases[m][1], tapY, tapX, static_cast<uint32_t>(chunk) * kSTEP_BYTES);
            }
            multiply<kOFFSET_TILES>(offsets, a, args.offsetWeight, step);
            advanceStep(tap, chunk);
        }
        storePart<kOFFSET_TILES, kOFFSET_PITCH>(offsetParts, offsets);
    }

    DEVICE_INLINE void advanceStep(int32_t& tap, int32_t& chunk) const
    {
        bool const nextTap = chunk + 1 == chunks;
        tap += nextTap ? 1 : 0;
        chunk = nextTap ? 0 : chunk + 1;
    }

    template <int32_t kN, int32_t kPITCH>
    DEVICE_INLINE void storePart(float* parts, float const (&values)[Tile::kM][kN][4]) const
    {
        float* const part = parts + warp * Tile::kPIXELS * kPITCH + row * kPITCH + column * 2;
        UNROLL
        for (int32_t m = 0; m < Tile::kM; ++m)
        {
            UNROLL
            for (int32_t n = 0; n < kN; ++n)
            {
                *reinterpret_cast<float2*>(part + m * 16 * kPITCH + n * 8) = float2{values[m][n][0], values[m][n][1]};
                *reinterpret_cast<float2*>(part + (m * 16 + 8) * kPITCH + n * 8) =
                    float2{values[m][n][2], values[m][n][3]};
            }
        }
    }

    DEVICE_INLINE float offsetOf(int32_t pixelRow, int32_t channel) const
    {
        float sum = args.offsetBias == nullptr ? 0.F : floatFromElement(static_cast<T const*>(args.offsetBias)[channel]);
        UNROLL
        for (int32_t part = 0; part < Tile::kWARPS; ++part)
        {
            sum += offsetParts[(part * Tile::kPIXELS + pixelRow) * kOFFSET_PITCH + channel];
        }
        return sum;
    }

    DEVICE_INLINE void fillTable() const
    {
        SampleView const& view = args.view;
        for (int32_t entry = threadIndex(); entry < kFUSED_TAPS * Tile::kPIXELS; entry += Tile::kTHREADS)
        {
            int32_t const tap = entry / Tile::kPIXELS;
            int32_t const pixelRow = entry % Tile::kPIXELS;
            OutputPixel const pixel = pixels[pixelRow];
            CornerWeights weights{0.F, 0.F, 0.F, 0.F};
            uint32_t location = 0U;
            if (pixel.image >= 0)
            {
                float const mask = offsetOf(pixelRow, 2 * kFUSED_TAPS + tap);
                int32_t const y = pixel.y * view.strideHeight - view.padHeight + tap / 3 * view.dilationHeight;
                int32_t const x = pixel.x * view.strideWidth - view.padWidth + tap % 3 * view.dilationWidth;
                sampleFromCoordinates(static_cast<float>(y) + offsetOf(pixelRow, 2 * tap),
                    static_cast<float>(x) + offsetOf(pixelRow, 2 * tap + 1), view.sigmoidMask ? quickSigmoid(mask) : mask,
                    view.inHeight, view.inWidth,
                    static_cast<uint32_t>(pixel.image) * static_cast<uint32_t>(view.inHeight * view.inWidth), weights,
                    location);
            }
            table[entry] = Interpolation<T, kPACKED>::packed(weights);
            locations[entry] = byteLocation(location, pixelBytes);
        }
    }

    DEVICE_INLINE void sumSamples()
    {
        UNROLL
        for (int32_t m = 0; m < Tile::kM; ++m)
        {
            UNROLL
            for (int32_t n = 0; n < Tile::kN; ++n)
            {
                sums[m][n][0] = sums[m][n][1] = sums[m][n][2] = sums[m][n][3] = 0.F;
            }
        }
        int32_t tap = first / chunks;
        int32_t chunk = first - tap * chunks;
        for (int32_t step = first; step < last; ++step)
        {
            uint4 a[Tile::kM][2][kV];
            UNROLL
            for (int32_t m = 0; m < Tile::kM; ++m)
            {
                int32_t const entry = tap * Tile::kPIXELS + m * 16 + row;
                samplePixel(a[m][0], entry, static_cast<uint32_t>(chunk) * kSTEP_BYTES);
                samplePixel(a[m][1], entry + 8, static_cast<uint32_t>(chunk) * kSTEP_BYTES);
            }
            multiply<Tile::kN>(sums, a, args.weight, step);
            advanceStep(tap, chunk);
        }
    }
};

} // namespace trtfairmot
