// The same sums as fusedGemm.h, for many pixels: a block keeps all weights in shared memory, where the tensor cores of
// compute capability 9.0 read them by themselves, and the L1 cache is left to the samples. Warpgroups go through tiles of 64
// pixels independently of each other; offsets, table and outputs of 16 pixels stay within their warp.
#pragma once

#include "common/warpgroup.h"
#include "fusedSamples.h"
#include "residentGemmArgs.h"
#include "residentTile.h"
#include "residentWeights.h"

namespace trtfairmot
{

struct alignas(16) ResidentPixel
{
    OutputPixel at;
    uint32_t place; // among the output's pixels
};

template <typename Tile, bool kPACKED>
struct ResidentGemm
{
    static constexpr int32_t kV = Tile::kV;
    static constexpr int32_t kENTRIES = ceilDiv(kFUSED_TAPS * 16, 32); // of the table, for each lane
    static constexpr int32_t kAHEAD = Tile::kGROUPS * Tile::kV > 6 ? 0 : 1; // rows of taps
    using Samples = FusedSamples<__half, kV, kPACKED>;

    FusedGemmArgs const& args;
    Samples samples;
    int32_t lane;
    int32_t chunks; // steps of a tap
    ResidentWeights<Tile> weights;
    ResidentPixel* pixels; // [16]
    char* own; // the warp's offsets, then its table, then its outputs
    CornerWeights* table; // [9, 16]
    uint32_t* locations; // [9, 16], byteLocation()

    DEVICE_INLINE ResidentGemm(FusedGemmArgs const& arguments, char* shared)
        : args{arguments}, samples{arguments}, lane{threadIndex() & 31}, chunks{args.inVectors / Tile::kSTEP_VECTORS},
          weights{shared, kFUSED_TAPS * chunks},
          pixels{reinterpret_cast<ResidentPixel*>(weights.end() + threadIndex() / 32 * Tile::kWARP_BYTES)},
          own{reinterpret_cast<char*>(pixels) + Tile::kPIXEL_BYTES}, table{reinterpret_cast<CornerWeights*>(own)},
          locations{reinterpret_cast<uint32_t*>(table + kFUSED_TAPS * 16)}
    {
    }

    template <int32_t kN>
    DEVICE_INLINE void startSums(float (&sums)[kN][4], float const* bias) const
    {
        UNROLL
        for (int32_t n = 0; n < kN; ++n)
        {
            float2 const b = *reinterpret_cast<float2 const*>(bias + n * 8 + samples.column * 2);
            sums[n][0] = sums[n][2] = b.x;
            sums[n][1] = sums[n][3] = b.y;
        }
    }

    // target += a * weights of one step. a: the vectors of the lane's two rows.
    template <int32_t kN>
    DEVICE_INLINE void multiply(
        float (&target)[kN][4], uint4 const (&a)[2][kV], SharedMatrix const& steps, int32_t step) const
    {
        UNROLL
        for (int32_t v = 0; v < kV; ++v)
        {
            SharedMatrix const low = advanced(steps, (step * kV + v) * (512 * kN));
            uint32_t const lowTerms[4] = {a[0][v].x, a[1][v].x, a[0][v].y, a[1][v].y};
            uint32_t const highTerms[4] = {a[0][v].z, a[1][v].z, a[0][v].w, a[1][v].w};
            multiplyShared<kN>(target, lowTerms, low);
            multiplyShared<kN>(target, highTerms, advanced(low, 256 * kN));
        }
    }

    DEVICE_INLINE void settleVectors(uint4 (&a)[2][kV]) const
    {
        UNROLL
        for (int32_t v = 0; v < kV; ++v)
        {
            settle(a[0][v]);
            settle(a[1][v]);
        }
    }

    // The three taps of a row of the kernel.
    DEVICE_INLINE void loadNeighbours(
        uint4 (&a)[3][2][kV], Neighbourhood const (&from)[2], int32_t tapRow, int32_t chunk) const
    {
        UNROLL
        for (int32_t i = 0; i < 3; ++i)
        {
            int64_t const tapByte = samples.byteOfTap(tapRow, i, chunk);
            samples.loadNeighbour(a[i][0], from[0], tapRow * 3 + i, tapByte);
            samples.loadNeighbour(a[i][1], from[1], tapRow * 3 + i, tapByte);
        }
    }

    DEVICE_INLINE void multiplyRow(
        float (&sums)[kOFFSET_TILES][4], uint4 (&a)[3][2][kV], SharedMatrix const& matrix, int32_t step) const
    {
        UNROLL
        for (int32_t i = 0; i < 3; ++i)
        {
            settleVectors(a[i]);
        }
        beginProducts();
        UNROLL
        for (int32_t i = 0; i < 3; ++i)
        {
            multiply<kOFFSET_TILES>(sums, a[i], matrix, step + i * chunks);
        }
        commitProducts();
        waitForProducts<0>();
    }

    // The next row of taps is on its way while the products of one run, where registers suffice.
    DEVICE_INLINE void sumOffsets()
    {
        float sums[kOFFSET_TILES][4];
        startSums(sums, weights.biases + Tile::kCHANNELS);
        SharedMatrix const matrix = sharedMatrix(weights.offsetWeights, 128 * kOFFSET_TILES, 128, Swizzle::kNONE);
        Neighbourhood const from[2] = {
            samples.neighbourhoodOf(pixels[samples.row].at), samples.neighbourhoodOf(pixels[samples.row + 8].at)};
        uint4 a[kAHEAD + 1][3][2][kV];
        for (int32_t chunk = 0; chunk < chunks; ++chunk)
        {
            loadNeighbours(a[0], from, 0, chunk);
            UNROLL
            for (int32_t tapRow = 0; tapRow < 3; ++tapRow)
            {
                if (kAHEAD == 1 && tapRow < 2)
                {
                    loadNeighbours(a[(tapRow + 1) % (kAHEAD + 1)], from, tapRow + 1, chunk);
                }
                multiplyRow(sums, a[tapRow % (kAHEAD + 1)], matrix, tapRow * 3 * chunks + chunk);
                if (kAHEAD == 0 && tapRow < 2)
                {
                    loadNeighbours(a[0], from, tapRow + 1, chunk);
                }
            }
        }
        settle(sums);
        auto* const target = reinterpret_cast<float*>(own) + samples.row * kOFFSET_PITCH + samples.column * 2;
        UNROLL
        for (int32_t n = 0; n < kOFFSET_TILES; ++n)
        {
            *reinterpret_cast<float2*>(target + n * 8) = float2{sums[n][0], sums[n][1]};
            *reinterpret_cast<float2*>(target + 8 * kOFFSET_PITCH + n * 8) = float2{sums[n][2], sums[n][3]};
        }
    }

    // The table takes the place of the offsets.
    DEVICE_INLINE void fillTable() const
    {
        CornerWeights weight[kENTRIES];
        uint32_t location[kENTRIES];
        OutputPixel const pixel = pixels[lane & 15].at;
        float const* const offsets = reinterpret_cast<float const*>(own) + (lane & 15) * kOFFSET_PITCH;
        UNROLL
        for (int32_t i = 0; i < kENTRIES; ++i)
        {
            int32_t const tap = lane / 16 + 2 * i;
            if (tap < kFUSED_TAPS)
            {
                samples.entryFromOffsets(weight[i], location[i], pixel, tap, offsets[2 * tap], offsets[2 * tap + 1],
                    offsets[2 * kFUSED_TAPS + tap]);
            }
        }
        syncWarp();
        UNROLL
        for (int32_t i = 0; i < kENTRIES; ++i)
        {
            int32_t const entry = lane + 32 * i;
            if (entry < kFUSED_TAPS * 16)
            {
                table[entry] = weight[i];
                locations[entry] = location[i];
            }
        }
    }

    DEVICE_INLINE void loadCorners(uint4 (&corners)[2][kV][4], int32_t tap, int32_t chunk) const
    {
        uint32_t const chunkByte = static_cast<uint32_t>(chunk) * Samples::kSTEP_BYTES;
        samples.loadCorners(corners[0], locations[tap * 16 + samples.row], chunkByte);
        samples.loadCorners(corners[1], locations[tap * 16 + samples.row + 8], chunkByte);
    }

    DEVICE_INLINE CornerWeights weightsOf(int32_t entry) const
    {
        float4 const w = *reinterpret_cast<float4 const*>(table + entry);
        return CornerWeights{w.x, w.y, w.z, w.w};
    }

    // The next step's corners are on their way while the products of one run.
    DEVICE_INLINE void sumSamples(float (&sums)[Tile::kN][4]) const
    {
        SharedMatrix const matrix = sharedMatrix(weights.weights, 128 * Tile::kN, 128, Swizzle::kNONE);
        uint4 corners[2][kV][4];
        loadCorners(corners, 0, 0);
        int32_t tap = 0;
        int32_t chunk = 0;
        for (int32_t step = 0; step < kFUSED_TAPS * chunks; ++step)
        {
            uint4 a[2][kV];
            samples.interpolate(a[0], corners[0], weightsOf(tap * 16 + samples.row));
            samples.interpolate(a[1], corners[1], weightsOf(tap * 16 + samples.row + 8));
            settleVectors(a);
            bool const nextTap = chunk + 1 == chunks;
            tap += nextTap ? 1 : 0;
            chunk = nextTap ? 0 : chunk + 1;
            if (tap < kFUSED_TAPS)
            {
                loadCorners(corners, tap, chunk);
            }
            beginProducts();
            multiply<Tile::kN>(sums, a, matrix, step);
            commitProducts();
            waitForProducts<0>();
        }
        settle(sums);
    }
};

} // namespace trtfairmot
