// Deformable convolution as one matrix product that never leaves the chip: a block samples a slice of the input into
// shared memory while the tensor cores multiply the slice before it.
//
//   sum[pixel, channel] = samples[pixel, k] * weights[channel, k],   k = tap * inChannels + input channel
//
// Needs groups = 1, channels-last input with a multiple of 8 channels per deformable group, and weights OHWI.
#pragma once

#include "implicitGemmArgs.h"
#include "interpolation.h"
#include "common/primitives.h"

namespace trtfairmot
{

// kPACKED: interpolate in half instead of float.
template <typename T, typename Tile, bool kPACKED>
struct ImplicitGemm
{
    // Where the thread samples a slice: a row of the table and a vector of input channels.
    struct SliceSource
    {
        int32_t tableRow;
        int32_t channel;
    };

    // Corners of one sample of 8 channels, on their way from memory.
    struct Corners
    {
        uint4 c00;
        uint4 c01;
        uint4 c10;
        uint4 c11;
        CornerWeights weights;
    };

    ImplicitGemmArgs const& args;
    char* samples; // [2, kPIXELS, kSLICE] swizzled
    char* weights; // [2, kCHANNELS, kSLICE] swizzled
    OutputPixel* pixels; // [kPIXELS]
    CornerWeights* table; // [tableRows, kPIXELS], a row after the samples 0
    uint32_t* locations; // [tableRows, kPIXELS], counted in vectors
    int32_t thread;
    int32_t lane;
    int32_t warpPixel; // first row of the warp's part of the tile
    int32_t warpChannel; // first channel of it
    int32_t sampleByte; // of the lane's first ldmatrix row in a slice of samples
    int32_t weightByte; // the same in a slice of weights
    float sums[Tile::kM_TILES][Tile::kN_TILES][4];

    DEVICE_INLINE ImplicitGemm(ImplicitGemmArgs const& arguments, char* shared)
        : args{arguments}, samples{shared}, weights{samples + 2 * Tile::kSAMPLE_BYTES},
          pixels{reinterpret_cast<OutputPixel*>(weights + 2 * Tile::kWEIGHT_BYTES)},
          table{reinterpret_cast<CornerWeights*>(reinterpret_cast<char*>(pixels) + Tile::kPIXEL_BYTES)},
          locations{reinterpret_cast<uint32_t*>(table + arguments.tableRows * Tile::kPIXELS)}, thread{threadIndex()},
          lane{thread & 31}, warpPixel{thread / 32 / Tile::kWARPS_N * Tile::kWARP_PIXELS},
          warpChannel{thread / 32 % Tile::kWARPS_N * Tile::kWARP_CHANNELS},
          sampleByte{swizzledByte(warpPixel + sampleRowOfLane(lane), sampleChunkOfLane(lane))},
          weightByte{swizzledByte(warpChannel + weightRowOfLane(lane), weightChunkOfLane(lane))}
    {
    }

    DEVICE_INLINE void fillTable()
    {
        for (int32_t row = thread; row < Tile::kPIXELS; row += Tile::kTHREADS)
        {
            pixels[row] = pixelOfRow(args.map, blockIndex().x, row);
        }
        syncBlock();
        for (int32_t entry = thread; entry < args.tableRows * Tile::kPIXELS; entry += Tile::kTHREADS)
        {
            int32_t const row = entry / Tile::kPIXELS;
            int32_t const group = row / args.view.taps;
            CornerWeights w{0.F, 0.F, 0.F, 0.F};
            uint32_t location = 0U;
            if (row < args.sampleRows)
            {
                sampleFromTap<T>(
                    args.view, pixels[entry % Tile::kPIXELS], group, row - group * args.view.taps, w, location);
            }
            table[entry] = w;
            locations[entry] = packLocation(pixelOfLocation(location) * static_cast<uint32_t>(args.inVectors),
                hasNextRow(location), hasNextColumn(location));
        }
    }

    DEVICE_INLINE void copyWeights(int32_t slice)
    {
        constexpr int32_t kROWS = Tile::kTHREADS / kSLICE_VECTORS; // that the block copies at once
        int32_t const row = thread / kSLICE_VECTORS;
        int32_t const chunk = thread % kSLICE_VECTORS;
        int32_t const firstChannel = blockIndex().y * Tile::kCHANNELS + row;
        int32_t const sumVectors = args.view.taps * args.inVectors;
        int32_t const vector = slice * kSLICE_VECTORS + chunk;
        uint4 const* const source = static_cast<uint4 const*>(args.weight);
        char* const target = weights + (slice & 1) * Tile::kWEIGHT_BYTES + swizzledByte(row, chunk);
        UNROLL
        for (int32_t i = 0; i < ceilDiv(Tile::kCHANNELS, kROWS); ++i)
        {
            if (Tile::kCHANNELS % kROWS != 0 && row + i * kROWS >= Tile::kCHANNELS)
            {
                break;
            }
            bool const valid = firstChannel + i * kROWS < args.outChannels && vector < sumVectors;
            int32_t const offset = (firstChannel + i * kROWS) * sumVectors + vector;
            // A multiple of 8 rows on, the swizzle is the same.
            char* const place = kROWS % 8 == 0
                ? target + i * kROWS * kROW_BYTES
                : weights + (slice & 1) * Tile::kWEIGHT_BYTES + swizzledByte(row + i * kROWS, chunk);
            copyAsync16(place, source + (valid ? offset : 0), valid);
        }
    }

    // Sample i of a thread is row sampleRow(i) and chunk thread % 8 of a slice.
    DEVICE_INLINE int32_t sampleRow(int32_t i) const
    {
        return thread / kSLICE_VECTORS + i * (Tile::kTHREADS / kSLICE_VECTORS);
    }

    DEVICE_INLINE SliceSource sourceOfSlice(SumPosition const& position) const
    {
        if (position.tap >= args.view.taps) // the last slice may reach past the sum
        {
            return SliceSource{args.sampleRows, 0};
        }
        int32_t const group = args.groupVectors == args.inVectors ? 0 : position.channel / args.groupVectors;
        return SliceSource{group * args.view.taps + position.tap, position.channel};
    }

    DEVICE_INLINE void loadCorners(Corners& corners, SliceSource const& source, int32_t i) const
    {
        int32_t const entry = source.tableRow * Tile::kPIXELS + sampleRow(i);
        uint32_t const location = locations[entry];
        corners.weights = table[entry];
        uint4 const* const corner =
            static_cast<uint4 const*>(args.input) + (pixelOfLocation(location) + source.channel);
        uint32_t const right = hasNextColumn(location) ? args.inVectors : 0;
        uint32_t const down = hasNextRow(location) ? args.inVectors * args.view.inWidth : 0;
        corners.c00 = loadReadOnly(corner);
        corners.c01 = loadReadOnly(corner + right);
        corners.c10 = loadReadOnly(corner + down);
        corners.c11 = loadReadOnly(corner + (down + right));
    }

    DEVICE_INLINE void storeSample(Corners const& s, int32_t slice, int32_t i) const
    {
        Interpolation<T, kPACKED> const interpolation(s.weights);
        uint4 const sample{interpolation(s.c00.x, s.c01.x, s.c10.x, s.c11.x),
            interpolation(s.c00.y, s.c01.y, s.c10.y, s.c11.y), interpolation(s.c00.z, s.c01.z, s.c10.z, s.c11.z),
            interpolation(s.c00.w, s.c01.w, s.c10.w, s.c11.w)};
        char* const target = samples + (slice & 1) * Tile::kSAMPLE_BYTES;
        *reinterpret_cast<uint4*>(target + swizzledByte(sampleRow(i), thread % kSLICE_VECTORS)) = sample;
    }

    // One of the kSLICE_STEPS steps of a slice.
    DEVICE_INLINE void multiply(int32_t slice, int32_t step)
    {
        // Two chunks on is one bit of the swizzled address; 8 rows on leaves the swizzle as it is.
        char const* const sampleRows = samples + (slice & 1) * Tile::kSAMPLE_BYTES + (sampleByte ^ (step * 32));
        char const* const weightRows = weights + (slice & 1) * Tile::kWEIGHT_BYTES + (weightByte ^ (step * 32));
        uint32_t a[Tile::kM_TILES][4];
        UNROLL
        for (int32_t m = 0; m < Tile::kM_TILES; ++m)
        {
            loadMatrices(a[m], sampleRows + m * 16 * kROW_BYTES);
        }
        UNROLL
        for (int32_t n = 0; n < Tile::kN_TILES; n += 2)
        {
            uint32_t b[4];
            loadMatrices(b, weightRows + n * 8 * kROW_BYTES);
            UNROLL
            for (int32_t m = 0; m < Tile::kM_TILES; ++m)
            {
                multiplyAccumulate<T>(sums[m][n], a[m], b[0], b[1]);
                multiplyAccumulate<T>(sums[m][n + 1], a[m], b[2], b[3]);
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

    // Two slices are in shared memory: one being multiplied, one being filled.
    DEVICE_INLINE void accumulate()
    {
        int32_t const first = blockIndex().z * args.splitSlices;
        int32_t const last = first + args.splitSlices < args.slices ? first + args.splitSlices : args.slices;
        int32_t const vector = first * kSLICE_VECTORS + thread % kSLICE_VECTORS;
        SumPosition position{vector / args.inVectors, vector % args.inVectors};
        copyWeights(first);
        fillTable();
        syncBlock();
        UNROLL
        for (int32_t i = 0; i < Tile::kSAMPLES_PER_THREAD && first < last; ++i) // the last parts may have no slice
        {
            Corners corners;
            loadCorners(corners, sourceOfSlice(position), i);
            storeSample(corners, first, i);
        }
        for (int32_t slice = first; slice < last; ++slice)
        {
            waitForCopies();
            syncBlock();
            bool const more = slice + 1 < last;
            if (more)
            {
                copyWeights(slice + 1);
                advance(position, kSLICE_VECTORS, args.inVectors);
            }
            SliceSource const source = sourceOfSlice(position);
            UNROLL
            for (int32_t step = 0; step < kSLICE_STEPS; ++step)
            {
                int32_t const i = step * Tile::kSAMPLES_PER_THREAD / kSLICE_STEPS;
                bool const sampling = more && step * Tile::kSAMPLES_PER_THREAD % kSLICE_STEPS == 0;
                Corners corners;
                if (sampling)
                {
                    loadCorners(corners, source, i);
                }
                multiply(slice, step);
                if (sampling)
                {
                    storeSample(corners, slice + 1, i);
                }
            }
        }
    }
};

} // namespace trtfairmot
