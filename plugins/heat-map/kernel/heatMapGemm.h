// An implicit GEMM whose epilogue is the 1x1 convolution:
//
//   logit[pixel] = bias2 + sum over m of weight2[m] * relu(bias[m] + sum over taps, channels of feature * weight[m, tap, c])
//
// A block has consecutive pixels of an image and all m, in one or more passes. The pixels and their neighbours lie in shared
// memory once, as three runs of the map (a row of the map above, the same, one below); the nine taps read them shifted, pixels
// beyond the map from a row of zeros. Only the weights stream.
#pragma once

#include "common/primitives.h"
#include "heatMapArgs.h"
#include "heatMapTile.h"

namespace trtfairmot
{

template <typename Tile>
struct HeatMapGemm
{
    HeatMapArgs const& args;
    char* patch; // [3, kSPAN, 64] and a row of zeros, swizzled
    char* weights; // [kSTAGES, kHIDDEN, 64] swizzled
    float* parts; // [kWARPS_N, kPIXELS]
    int32_t thread;
    int32_t lane;
    int32_t area; // pixels of an image
    int32_t first; // pixel of the block
    int32_t warpPixel;
    int32_t warpHidden;
    float sums[Tile::kM_TILES][Tile::kN_TILES][4];
    float pixels[Tile::kM_TILES][2]; // the lane's part of the 1x1 convolution

    DEVICE_INLINE HeatMapGemm(HeatMapArgs const& arguments, char* shared)
        : args{arguments}, patch{shared}, weights{patch + roundUp(Tile::kPATCH_BYTES, 128)},
          parts{reinterpret_cast<float*>(weights + Tile::kSTAGES * Tile::kWEIGHT_BYTES)}, thread{threadIndex()},
          lane{thread & 31}, area{arguments.height * arguments.width}, first{blockIndex().x * Tile::kPIXELS},
          warpPixel{thread / 32 / Tile::kWARPS_N * Tile::kWARP_PIXELS},
          warpHidden{thread / 32 % Tile::kWARPS_N * Tile::kWARP_HIDDEN}
    {
    }

    DEVICE_INLINE void copyPatch()
    {
        auto const* const image = static_cast<__half const*>(args.features)
            + static_cast<int64_t>(blockIndex().y) * area * args.vectors * 8;
        for (int32_t i = thread; i < (Tile::kZERO_ROW + 1) * kMAP_ROW_VECTORS; i += Tile::kTHREADS)
        {
            int32_t const row = i / kMAP_ROW_VECTORS;
            int32_t const chunk = i % kMAP_ROW_VECTORS;
            int32_t const pixel = first + (row / Tile::kSPAN - 1) * args.width + row % Tile::kSPAN - 1;
            bool const valid = row < Tile::kZERO_ROW && chunk < args.vectors && pixel >= 0 && pixel < area;
            int64_t const from = valid ? (static_cast<int64_t>(pixel) * args.vectors + chunk) * 8 : 0;
            copyAsync16(patch + mapByte(row, chunk), image + from, valid);
        }
    }

    // Weights of a tap for the hidden channels from `hidden` on.
    DEVICE_INLINE void copyWeights(int32_t hidden, int32_t tap)
    {
        char* const target = weights + tap % Tile::kSTAGES * Tile::kWEIGHT_BYTES;
        auto const* const source = static_cast<__half const*>(args.firstWeight);
        for (int32_t i = thread; i < Tile::kHIDDEN * kMAP_ROW_VECTORS; i += Tile::kTHREADS)
        {
            int32_t const row = i / kMAP_ROW_VECTORS;
            int32_t const chunk = i % kMAP_ROW_VECTORS;
            bool const valid = chunk < args.vectors;
            int64_t const from = ((static_cast<int64_t>(hidden + row) * kMAP_TAPS + tap) * args.vectors + (valid ? chunk : 0)) * 8;
            copyAsync16(target + mapByte(row, chunk), source + from, valid);
        }
    }

    // Row of the patch that pixel `pixel` of the block sees through a tap.
    DEVICE_INLINE int32_t patchRow(int32_t pixel, int32_t x, int32_t y, int32_t tap) const
    {
        int32_t const dy = tap / 3;
        int32_t const dx = tap % 3;
        bool const inside = x + dx >= 1 && x + dx <= args.width && y + dy >= 1 && y + dy <= args.height;
        return inside ? dy * Tile::kSPAN + pixel + dx : Tile::kZERO_ROW;
    }

    DEVICE_INLINE void multiply(int32_t const (&rows)[Tile::kM_TILES], char const* tapWeights)
    {
        int32_t const weightRow = warpHidden + (lane & 7) + ((lane >> 4) << 3);
        UNROLL
        for (int32_t step = 0; step < kMAP_STEPS; ++step)
        {
            char const* const columns = tapWeights + mapByte(weightRow, step * 2 + ((lane >> 3) & 1));
            uint32_t a[Tile::kM_TILES][4];
            UNROLL
            for (int32_t m = 0; m < Tile::kM_TILES; ++m)
            {
                loadMatrices(a[m], patch + mapByte(rows[m], step * 2 + (lane >> 4)));
            }
            UNROLL
            for (int32_t n = 0; n < Tile::kN_TILES; n += 2)
            {
                uint32_t b[4];
                // 8 rows on leaves the swizzle as it is.
                loadMatrices(b, columns + n * 8 * kMAP_ROW_BYTES);
                UNROLL
                for (int32_t m = 0; m < Tile::kM_TILES; ++m)
                {
                    multiplyAccumulate<__half>(sums[m][n], a[m], b[0], b[1]);
                    multiplyAccumulate<__half>(sums[m][n + 1], a[m], b[2], b[3]);
                }
            }
        }
    }

    DEVICE_INLINE void clearSums()
    {
        UNROLL
        for (int32_t m = 0; m < Tile::kM_TILES; ++m)
        {
            UNROLL
            for (int32_t n = 0; n < Tile::kN_TILES; ++n)
            {
                sums[m][n][0] = sums[m][n][1] = sums[m][n][2] = sums[m][n][3] = 0.F;
            }
        }
    }

    // A group of copies per tap; the first of all has the patch as well.
    DEVICE_INLINE void accumulate(int32_t hidden)
    {
        for (int32_t tap = 0; tap < Tile::kSTAGES - 1; ++tap)
        {
            copyWeights(hidden, tap);
            commitCopies();
        }
        int32_t x[Tile::kM_TILES];
        int32_t y[Tile::kM_TILES];
        UNROLL
        for (int32_t m = 0; m < Tile::kM_TILES; ++m)
        {
            int32_t const pixel = first + warpPixel + m * 16 + (lane & 15);
            y[m] = pixel / args.width;
            x[m] = pixel % args.width;
        }
        for (int32_t tap = 0; tap < kMAP_TAPS; ++tap)
        {
            waitForCopyGroups<Tile::kSTAGES - 2>();
            syncBlock();
            if (tap + Tile::kSTAGES - 1 < kMAP_TAPS)
            {
                copyWeights(hidden, tap + Tile::kSTAGES - 1);
            }
            commitCopies();
            int32_t rows[Tile::kM_TILES];
            UNROLL
            for (int32_t m = 0; m < Tile::kM_TILES; ++m)
            {
                rows[m] = patchRow(warpPixel + m * 16 + (lane & 15), x[m], y[m], tap);
            }
            multiply(rows, weights + tap % Tile::kSTAGES * Tile::kWEIGHT_BYTES);
        }
    }

    DEVICE_INLINE void addHidden(int32_t firstHidden)
    {
        UNROLL
        for (int32_t n = 0; n < Tile::kN_TILES; ++n)
        {
            UNROLL
            for (int32_t i = 0; i < 2; ++i)
            {
                int32_t const hidden = firstHidden + warpHidden + n * 8 + (lane & 3) * 2 + i;
                float const bias = loadReadOnly(args.firstBias + hidden);
                float const weight = loadReadOnly(args.secondWeight + hidden);
                UNROLL
                for (int32_t m = 0; m < Tile::kM_TILES; ++m)
                {
                    float const low = sums[m][n][i] + bias;
                    float const high = sums[m][n][2 + i] + bias;
                    pixels[m][0] += weight * (low < 0.F ? 0.F : low); // not fmaxf, which would hide NaN
                    pixels[m][1] += weight * (high < 0.F ? 0.F : high);
                }
            }
        }
    }

    // Over the warp's hidden channels, for its pixels.
    DEVICE_INLINE void storeParts() const
    {
        UNROLL
        for (int32_t m = 0; m < Tile::kM_TILES; ++m)
        {
            UNROLL
            for (int32_t half = 0; half < 2; ++half)
            {
                float sum = pixels[m][half];
                sum += shuffle(sum, lane ^ 1);
                sum += shuffle(sum, lane ^ 2);
                if ((lane & 3) == 0)
                {
                    int32_t const pixel = warpPixel + m * 16 + half * 8 + (lane >> 2);
                    parts[thread / 32 % Tile::kWARPS_N * Tile::kPIXELS + pixel] = sum;
                }
            }
        }
    }

    DEVICE_INLINE void run()
    {
        UNROLL
        for (int32_t m = 0; m < Tile::kM_TILES; ++m)
        {
            pixels[m][0] = pixels[m][1] = 0.F;
        }
        copyPatch();
        for (int32_t hidden = 0; hidden < args.hidden; hidden += Tile::kHIDDEN)
        {
            if (hidden > 0)
            {
                waitForCopyGroups<0>();
                syncBlock(); // every warp has read the weights of its last tap
            }
            clearSums();
            accumulate(hidden);
            addHidden(hidden);
        }
        storeParts();
        syncBlock();
        write();
    }

    DEVICE_INLINE void write() const
    {
        for (int32_t pixel = thread; pixel < Tile::kPIXELS && first + pixel < area; pixel += Tile::kTHREADS)
        {
            float sum = loadReadOnly(args.secondBias);
            UNROLL
            for (int32_t part = 0; part < Tile::kWARPS_N; ++part)
            {
                sum += parts[part * Tile::kPIXELS + pixel];
            }
            args.logits[static_cast<int64_t>(blockIndex().y) * area + first + pixel] = sum;
        }
    }
};

} // namespace trtfairmot
