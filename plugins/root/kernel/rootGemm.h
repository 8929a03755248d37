// The root as a matrix product whose sum runs over the maps one after another:
//
//   y[pixel, channel] = relu(bias[channel] + sum over maps, c of map[pixel, c] * weights[channel, map's first + c])
//
// A vector of 16 bytes (8 channels in half, 16 in int8) lies wholly in one map, so that copying a slice of the sum to
// shared memory asks for each vector which map has it: nothing else of the concatenation is left.
#pragma once

#include "rootElement.h"
#include "rootTile.h"

namespace trtfairmot
{

struct RootMap
{
    uint4 const* data; // [pixels, vectors], see rootElement.h
    int32_t vectors; // of a pixel
    int32_t first; // vector of the sum; beyond every sum where there is no such map
};

struct RootArgs
{
    RootMap maps[4];
    uint4 const* weights; // [outChannels, sumVectors]
    float const* bias;
    float const* factors; // of int8
    float const* outputScale; // of `quantized`
    uint4* output; // half [pixels, outChannels / 8]; none where int8 is all that is wanted
    uint4* quantized; // [outChannels / 32, pixels, 2], or none
    int32_t sumVectors;
    int32_t pixels; // of all images in half, of each in int8
    int32_t outChannels;
};

template <typename Element, typename Tile>
struct RootGemm
{
    using Sum = typename Element::Sum;
    using FourSums = typename Element::FourSums;

    RootArgs const& args;
    char* ring; // [kSTAGES]: [kPIXELS, kROOT_ROW_BYTES], then [kCHANNELS, ...], swizzled
    int32_t thread;
    int32_t lane;
    int32_t part;
    int32_t firstPixel; // of the block
    int32_t firstChannel;
    int32_t warpPixel; // in the block
    int32_t warpChannel;
    Sum sums[Tile::kM_TILES][Tile::kN_TILES][4];

    DEVICE_INLINE RootGemm(RootArgs const& arguments, char* shared)
        : args{arguments}, ring{shared}, thread{threadIndex()}, lane{thread & 31}, part{thread / Tile::kPART_THREADS},
          firstPixel{blockIndex().x * Tile::kPIXELS}, firstChannel{blockIndex().y * Tile::kCHANNELS},
          warpPixel{thread % Tile::kPART_THREADS / 32 / Tile::kWARPS_N * Tile::kWARP_PIXELS},
          warpChannel{thread / 32 % Tile::kWARPS_N * Tile::kWARP_CHANNELS}
    {
        UNROLL
        for (int32_t m = 0; m < Tile::kM_TILES; ++m)
        {
            UNROLL
            for (int32_t n = 0; n < Tile::kN_TILES; ++n)
            {
                sums[m][n][0] = sums[m][n][1] = sums[m][n][2] = sums[m][n][3] = 0;
            }
        }
    }

    // kROWS rows of a slice: vector `chunk` of row r comes from source + r * stride, where r < rows.
    template <int32_t kROWS>
    DEVICE_INLINE void copyRows(char* target, uint4 const* source, int32_t stride, int32_t rows) const
    {
        constexpr int32_t kAT_ONCE = Tile::kTHREADS / kROOT_ROW_VECTORS;
        int32_t const chunk = thread % kROOT_ROW_VECTORS;
        UNROLL
        for (int32_t i = 0; i < ceilDiv(kROWS, kAT_ONCE); ++i)
        {
            int32_t const row = thread / kROOT_ROW_VECTORS + i * kAT_ONCE;
            if (kROWS % kAT_ONCE == 0 || row < kROWS)
            {
                bool const valid = row < rows;
                copyAsync16(target + rootByte(row, chunk), source + (valid ? row * stride : 0), valid);
            }
        }
    }

    DEVICE_INLINE void copySlice(int32_t slice) const
    {
        int32_t const vector = slice * kROOT_ROW_VECTORS + thread % kROOT_ROW_VECTORS;
        bool const inSum = vector < args.sumVectors;
        RootMap map = args.maps[0];
        UNROLL
        for (int32_t i = 1; i < 4; ++i)
        {
            if (vector >= args.maps[i].first)
            {
                map = args.maps[i];
            }
        }
        char* const target = ring + slice % Tile::kSTAGES * Tile::kSLICE_BYTES;
        int32_t const inMap =
            inSum ? Element::offsetOf(vector - map.first, firstPixel, map.vectors, args.pixels) : 0;
        int32_t const inWeights = inSum ? firstChannel * args.sumVectors + vector : 0;
        copyRows<Tile::kPIXELS>(target, map.data + inMap, Element::strideOf(map.vectors),
            inSum ? args.pixels - firstPixel : 0);
        copyRows<Tile::kCHANNELS>(target + Tile::kPIXEL_BYTES, args.weights + inWeights, args.sumVectors,
            inSum ? args.outChannels - firstChannel : 0);
    }

    DEVICE_INLINE void multiply(char const* slice)
    {
        int32_t const pixelRow = warpPixel + (lane & 15);
        int32_t const weightRow = warpChannel + (lane & 7) + ((lane >> 4) << 3);
        UNROLL
        for (int32_t i = 0; i < kROOT_STEPS / Tile::kPARTS; ++i)
        {
            int32_t const step = i * Tile::kPARTS + part;
            // A multiple of 8 rows on, the swizzle is the same.
            char const* const pixels = slice + rootByte(pixelRow, step * 2 + (lane >> 4));
            char const* const weights = slice + Tile::kPIXEL_BYTES + rootByte(weightRow, step * 2 + ((lane >> 3) & 1));
            uint32_t a[Tile::kM_TILES][4];
            UNROLL
            for (int32_t m = 0; m < Tile::kM_TILES; ++m)
            {
                loadMatrices(a[m], pixels + m * 16 * kROOT_ROW_BYTES);
            }
            UNROLL
            for (int32_t n = 0; n < Tile::kN_TILES; n += 2)
            {
                uint32_t b[4];
                loadMatrices(b, weights + n * 8 * kROOT_ROW_BYTES);
                UNROLL
                for (int32_t m = 0; m < Tile::kM_TILES; ++m)
                {
                    Element::accumulate(sums[m][n], a[m], b[0], b[1]);
                    Element::accumulate(sums[m][n + 1], a[m], b[2], b[3]);
                }
            }
        }
    }

    DEVICE_INLINE void accumulate()
    {
        int32_t const slices = ceilDiv(args.sumVectors, kROOT_ROW_VECTORS);
        UNROLL
        for (int32_t slice = 0; slice < Tile::kSTAGES - 1; ++slice)
        {
            if (slice < slices)
            {
                copySlice(slice);
            }
            commitCopies();
        }
        for (int32_t slice = 0; slice < slices; ++slice)
        {
            waitForCopyGroups<Tile::kSTAGES - 2>();
            syncBlock();
            if (slice + Tile::kSTAGES - 1 < slices)
            {
                copySlice(slice + Tile::kSTAGES - 1);
            }
            commitCopies();
            multiply(ring + slice % Tile::kSTAGES * Tile::kSLICE_BYTES);
        }
        waitForCopyGroups<0>();
        syncBlock(); // the ring is free for the output
    }

    // The sums of the second part, onto those of the first, each in the place of its thread.
    DEVICE_INLINE void addParts()
    {
        if constexpr (Tile::kPARTS == 2)
        {
            FourSums* const others = reinterpret_cast<FourSums*>(ring) + thread % Tile::kPART_THREADS;
            if (part == 1)
            {
                UNROLL
                for (int32_t i = 0; i < Tile::kM_TILES * Tile::kN_TILES; ++i)
                {
                    Sum const(&sum)[4] = sums[i / Tile::kN_TILES][i % Tile::kN_TILES];
                    others[i * Tile::kPART_THREADS] = FourSums{sum[0], sum[1], sum[2], sum[3]};
                }
            }
            syncBlock();
            if (part == 0)
            {
                UNROLL
                for (int32_t i = 0; i < Tile::kM_TILES * Tile::kN_TILES; ++i)
                {
                    Sum(&sum)[4] = sums[i / Tile::kN_TILES][i % Tile::kN_TILES];
                    FourSums const other = others[i * Tile::kPART_THREADS];
                    sum[0] += other.x;
                    sum[1] += other.y;
                    sum[2] += other.z;
                    sum[3] += other.w;
                }
            }
        }
    }
};

} // namespace trtfairmot
