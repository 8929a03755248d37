// Deformable convolution together with the convolution that gives its offsets and masks, in half precision with float
// sums. Samples and weights go from memory into the registers that the tensor cores read, so the sum needs neither shared
// memory nor barriers.
//
//   offsets[pixel, o] = sum over taps and channels of input[pixel + tap, c] * offsetWeight[o, tap, c]
//   sums[pixel, o]    = sum over taps and channels of sample[pixel, tap, c] * weight[o, tap, c]
//
// Needs groups = deformable groups = 1, kernel 3x3, channels-last input of less than 4 GiB, weights in fragments.
#pragma once

#include "fusedSamples.h"
#include "fusedTile.h"

namespace trtfairmot
{

template <typename T, typename Tile, bool kPACKED>
struct FusedGemm
{
    static constexpr int32_t kV = Tile::kV;
    static constexpr uint32_t kSTEP_BYTES = Tile::kSTEP_VECTORS * 16;

    FusedGemmArgs const& args;
    FusedSamples<T, kV, kPACKED> samples;
    CornerWeights* table; // [9, kPIXELS]
    uint32_t* locations; // [9, kPIXELS], byteLocation()
    OutputPixel* pixels; // [kPIXELS]
    float* offsetParts; // [kWARPS, kPIXELS, kOFFSET_PITCH]
    float* sumParts; // [kWARPS, kPIXELS, kSUM_PITCH], in the place of table and offsets
    int32_t lane;
    int32_t warp;
    int32_t chunks; // steps of a tap
    int32_t first; // steps of this warp
    int32_t last;
    float sums[Tile::kM][Tile::kN][4];

    DEVICE_INLINE FusedGemm(FusedGemmArgs const& arguments, char* shared)
        : args{arguments}, samples{arguments}, table{reinterpret_cast<CornerWeights*>(shared + Tile::kPIXEL_BYTES)},
          locations{reinterpret_cast<uint32_t*>(table + kFUSED_TAPS * Tile::kPIXELS)},
          pixels{reinterpret_cast<OutputPixel*>(shared)},
          offsetParts{reinterpret_cast<float*>(shared + Tile::kPIXEL_BYTES + Tile::kTABLE_BYTES)},
          sumParts{reinterpret_cast<float*>(shared + Tile::kPIXEL_BYTES)}, lane{threadIndex() & 31},
          warp{threadIndex() / 32}, chunks{args.inVectors / Tile::kSTEP_VECTORS},
          first{kFUSED_TAPS * chunks * warp / Tile::kWARPS}, last{kFUSED_TAPS * chunks * (warp + 1) / Tile::kWARPS}
    {
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

    DEVICE_INLINE void samplePixel(uint4 (&a)[kV], int32_t entry, uint32_t chunkByte) const
    {
        uint4 corners[kV][4];
        samples.loadCorners(corners, locations[entry], chunkByte);
        samples.interpolate(a, corners, table[entry]);
    }

    // This warp's part of the offset convolution, into its part of the shared memory.
    DEVICE_INLINE void sumOffsets()
    {
        float offsets[Tile::kM][kOFFSET_TILES][4] = {};
        Neighbourhood from[Tile::kM][2];
        UNROLL
        for (int32_t m = 0; m < Tile::kM; ++m)
        {
            from[m][0] = samples.neighbourhoodOf(pixels[m * 16 + samples.row]);
            from[m][1] = samples.neighbourhoodOf(pixels[m * 16 + samples.row + 8]);
        }
        int32_t tap = first / chunks;
        int32_t chunk = first - tap * chunks;
        for (int32_t step = first; step < last; ++step)
        {
            int64_t const tapByte = samples.byteOfTap(tap / 3, tap % 3, chunk);
            uint4 a[Tile::kM][2][kV];
            UNROLL
            for (int32_t m = 0; m < Tile::kM; ++m)
            {
                samples.loadNeighbour(a[m][0], from[m][0], tap, tapByte);
                samples.loadNeighbour(a[m][1], from[m][1], tap, tapByte);
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
        float* const part = parts + warp * Tile::kPIXELS * kPITCH + samples.row * kPITCH + samples.column * 2;
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
        for (int32_t entry = threadIndex(); entry < kFUSED_TAPS * Tile::kPIXELS; entry += Tile::kTHREADS)
        {
            int32_t const tap = entry / Tile::kPIXELS;
            int32_t const pixelRow = entry % Tile::kPIXELS;
            samples.entryFromOffsets(table[entry], locations[entry], pixels[pixelRow], tap, offsetOf(pixelRow, 2 * tap),
                offsetOf(pixelRow, 2 * tap + 1), offsetOf(pixelRow, 2 * kFUSED_TAPS + tap));
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
                int32_t const entry = tap * Tile::kPIXELS + m * 16 + samples.row;
                samplePixel(a[m][0], entry, static_cast<uint32_t>(chunk) * kSTEP_BYTES);
                samplePixel(a[m][1], entry + 8, static_cast<uint32_t>(chunk) * kSTEP_BYTES);
            }
            multiply<Tile::kN>(sums, a, args.weight, step);
            advanceStep(tap, chunk);
        }
    }
};

} // namespace trtfairmot
