// Third kernel: the heads' two convolutions at the peaks, as matrix products on tensor cores.
//
//   hidden[peak, m] = relu(bias[m] + sum over k of patch[peak, k] * firstWeight[m, k]),  k = tap * features + channel
//   part[peak, o] = sum over the block's 64 m of hidden[peak, m] * secondWeight[o, m]
//
// A block has some peaks and 64 hidden channels of one head; the fourth kernel adds the parts of a head's blocks.
#pragma once

#include "common/primitives.h"
#include "candidate.h"
#include "headTile.h"

namespace trtfairmot
{

// A head's results, and where its parts lie in HeadGemmArgs::parts.
struct HeadPart
{
    int32_t firstResult; // among the channels of all heads
    int32_t results;
    int32_t pitch; // floats of a row of a part
    int64_t offset; // of the head's first part, in floats
};

struct HeadGemmArgs
{
    void const* features; // half [batch, height, width, vectors * 8]
    void const* firstWeight; // half [heads * hidden, 9 * vectors * 8]
    float const* firstBias;
    void const* secondWeight; // half [results of all heads, hidden]
    Key const* selected; // [batch, topK], 0 behind the last
    float* parts; // per image: per head, per 64 hidden channels: [topK, pitch]
    HeadPart heads[3];
    int64_t imageParts; // floats of one image
    int32_t vectors; // of 8 channels
    int32_t hidden;
    int32_t height;
    int32_t width;
    int32_t topK;
    int32_t slices; // of the first sum
};

struct PeakCell
{
    int32_t y; // far outside the map where the row has no peak
    int32_t x;
};

template <typename Tile>
struct HeadGemm
{
    HeadGemmArgs const& args;
    char* patches; // [kSTAGES, kROWS, kHEAD_SLICE] swizzled
    char* weights; // [kSTAGES, kHEAD_COLUMNS, kHEAD_SLICE] swizzled
    char* second; // [2, kHEAD_COLUMNS, kHEAD_SLICE] swizzled
    PeakCell* cells; // [kROWS]
    int32_t thread;
    int32_t lane;
    int32_t image;
    int32_t firstRow; // of the block
    int32_t head;
    int32_t part; // 64 hidden channels of the head
    int32_t warpRow;
    int32_t warpColumn;
    int32_t patchByte; // of the lane's first ldmatrix row in a slice
    int32_t weightByte;
    float sums[Tile::kM_TILES][Tile::kN_TILES][4];

    static constexpr int32_t kVECTOR_ROWS = Tile::kTHREADS / kHEAD_SLICE_VECTORS; // that the threads copy at once

    DEVICE_INLINE HeadGemm(HeadGemmArgs const& arguments, char* shared)
        : args{arguments}, patches{shared}, weights{patches + Tile::kSTAGES * Tile::kPATCH_BYTES},
          second{weights + Tile::kSTAGES * kHEAD_WEIGHT_BYTES},
          cells{reinterpret_cast<PeakCell*>(second + Tile::kSECOND_BYTES)}, thread{threadIndex()}, lane{thread & 31},
          image{blockIndex().z}, firstRow{blockIndex().y * Tile::kROWS},
          head{blockIndex().x / (arguments.hidden / kHEAD_COLUMNS)},
          part{blockIndex().x % (arguments.hidden / kHEAD_COLUMNS)},
          warpRow{thread / 32 / Tile::kWARPS_N * Tile::kWARP_ROWS},
          warpColumn{thread / 32 % Tile::kWARPS_N * Tile::kWARP_COLUMNS},
          patchByte{headByte(warpRow + (lane & 15), lane >> 4)},
          weightByte{headByte(warpColumn + (lane & 7) + ((lane >> 4) << 3), (lane >> 3) & 1)}
    {
    }

    DEVICE_INLINE __half const* halves(void const* data) const
    {
        return static_cast<__half const*>(data);
    }

    // The thread's vectors of slice `slice`, counted in vectors of the first sum.
    DEVICE_INLINE int32_t vectorOf(int32_t slice) const
    {
        return slice * kHEAD_SLICE_VECTORS + thread % kHEAD_SLICE_VECTORS;
    }

    DEVICE_INLINE void copyWeights(int32_t slice)
    {
        int32_t const vector = vectorOf(slice);
        bool const valid = vector < 9 * args.vectors;
        char* const target = weights + slice % Tile::kSTAGES * kHEAD_WEIGHT_BYTES;
        int32_t const block = blockIndex().x * kHEAD_COLUMNS;
        UNROLL
        for (int32_t row = thread / kHEAD_SLICE_VECTORS; row < kHEAD_COLUMNS; row += kVECTOR_ROWS)
        {
            int64_t const from = (static_cast<int64_t>(block + row) * 9 * args.vectors + (valid ? vector : 0)) * 8;
            copyAsync16(target + headByte(row, thread % kHEAD_SLICE_VECTORS), halves(args.firstWeight) + from, valid);
        }
    }

    DEVICE_INLINE void copyPatches(int32_t slice)
    {
        int32_t const vector = vectorOf(slice);
        bool const wholeTap = args.vectors == kHEAD_SLICE_VECTORS; // saves the division
        int32_t const tap = wholeTap ? slice : vector / args.vectors;
        int32_t const channel = wholeTap ? thread % kHEAD_SLICE_VECTORS : vector % args.vectors;
        char* const target = patches + slice % Tile::kSTAGES * Tile::kPATCH_BYTES;
        UNROLL
        for (int32_t row = thread / kHEAD_SLICE_VECTORS; row < Tile::kROWS; row += kVECTOR_ROWS)
        {
            int32_t const y = cells[row].y + tap / 3 - 1;
            int32_t const x = cells[row].x + tap % 3 - 1;
            bool const valid = tap < 9 && y >= 0 && x >= 0 && y < args.height && x < args.width;
            int64_t const pixel = (static_cast<int64_t>(image) * args.height + y) * args.width + x;
            int64_t const from = valid ? (pixel * args.vectors + channel) * 8 : 0;
            copyAsync16(target + headByte(row, thread % kHEAD_SLICE_VECTORS), halves(args.features) + from, valid);
        }
    }

    // 64 results of the head, from result 64 * chunk on.
    DEVICE_INLINE void copySecond(int32_t chunk)
    {
        HeadPart const& results = args.heads[head];
        char* const target = second + chunk % 2 * kHEAD_WEIGHT_BYTES;
        int32_t const column = part * kHEAD_COLUMNS + thread % kHEAD_SLICE_VECTORS * 8;
        UNROLL
        for (int32_t row = thread / kHEAD_SLICE_VECTORS; row < kHEAD_COLUMNS; row += kVECTOR_ROWS)
        {
            int32_t const result = chunk * kHEAD_COLUMNS + row;
            bool const valid = result < results.results;
            int64_t const from =
                static_cast<int64_t>(results.firstResult + (valid ? result : 0)) * args.hidden + column;
            copyAsync16(target + headByte(row, thread % kHEAD_SLICE_VECTORS), halves(args.secondWeight) + from, valid);
        }
    }

    // sums += rows[., 64] * columns[., 64]: one slice of a product.
    DEVICE_INLINE void multiply(char const* rows, char const* columns)
    {
        UNROLL
        for (int32_t step = 0; step < kHEAD_SLICE_STEPS; ++step)
        {
            // Two chunks on is one bit of the swizzled address; 8 rows on leaves the swizzle as it is.
            uint32_t a[Tile::kM_TILES][4];
            UNROLL
            for (int32_t m = 0; m < Tile::kM_TILES; ++m)
            {
                loadMatrices(a[m], rows + (patchByte ^ (step * 32)) + m * 16 * kHEAD_ROW_BYTES);
            }
            UNROLL
            for (int32_t n = 0; n < Tile::kN_TILES; n += 2)
            {
                uint32_t b[4];
                loadMatrices(b, columns + (weightByte ^ (step * 32)) + n * 8 * kHEAD_ROW_BYTES);
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

    // Weights do not depend on the kernels before, so they are on their way while those run.
    DEVICE_INLINE void copyFirstWeights()
    {
        copySecond(0);
        copySecond(1);
        for (int32_t slice = 0; slice < Tile::kSTAGES - 1 && slice < args.slices; ++slice)
        {
            copyWeights(slice);
        }
    }

    // False where the block has no peak.
    DEVICE_INLINE bool findCells()
    {
        Key const* const keys = args.selected + static_cast<int64_t>(image) * args.topK;
        for (int32_t i = thread; i < Tile::kROWS; i += Tile::kTHREADS)
        {
            Key const key = firstRow + i < args.topK ? loadGlobal(keys + firstRow + i) : 0U;
            int32_t const pixel = indexOf(key) % (args.height * args.width);
            cells[i] = key != 0U ? PeakCell{pixel / args.width, pixel % args.width} : PeakCell{-9, -9};
        }
        return loadGlobal(keys + firstRow) != 0U;
    }

    // A group of copies per slice, so that the oldest can be waited for alone.
    DEVICE_INLINE void firstLayer()
    {
        for (int32_t slice = 0; slice < Tile::kSTAGES - 1; ++slice)
        {
            if (slice < args.slices)
            {
                copyPatches(slice);
            }
            commitCopies();
        }
        for (int32_t slice = 0; slice < args.slices; ++slice)
        {
            waitForCopyGroups<Tile::kSTAGES - 2>();
            syncBlock();
            int32_t const next = slice + Tile::kSTAGES - 1;
            if (next < args.slices)
            {
                copyWeights(next);
                copyPatches(next);
            }
            commitCopies();
            int32_t const stage = slice % Tile::kSTAGES;
            multiply(patches + stage * Tile::kPATCH_BYTES, weights + stage * kHEAD_WEIGHT_BYTES);
        }
    }

    // The hidden channels as half, in the place of the first slice of patches.
    DEVICE_INLINE void storeHidden()
    {
        UNROLL
        for (int32_t n = 0; n < Tile::kN_TILES; ++n)
        {
            int32_t const column = warpColumn + n * 8 + (lane & 3) * 2;
            float const* const bias = args.firstBias + blockIndex().x * kHEAD_COLUMNS + column;
            float const first = loadReadOnly(bias);
            float const next = loadReadOnly(bias + 1);
            UNROLL
            for (int32_t m = 0; m < Tile::kM_TILES; ++m)
            {
                UNROLL
                for (int32_t pair = 0; pair < 2; ++pair)
                {
                    int32_t const row = warpRow + m * 16 + (lane >> 2) + pair * 8;
                    float const a = sums[m][n][pair * 2] + first;
                    float const b = sums[m][n][pair * 2 + 1] + next;
                    // Not fmaxf, which would hide NaN.
                    *reinterpret_cast<uint32_t*>(patches + headByte(row, column >> 3) + (column & 7) * 2) =
                        wordFromFloats<__half>(a < 0.F ? 0.F : a, b < 0.F ? 0.F : b);
                }
            }
        }
    }

    DEVICE_INLINE void writePart(int32_t chunk)
    {
        HeadPart const& results = args.heads[head];
        float* const out = args.parts + image * args.imageParts + results.offset
            + static_cast<int64_t>(part) * args.topK * results.pitch;
        UNROLL
        for (int32_t n = 0; n < Tile::kN_TILES; ++n)
        {
            int32_t const result = chunk * kHEAD_COLUMNS + warpColumn + n * 8 + (lane & 3) * 2;
            UNROLL
            for (int32_t m = 0; m < Tile::kM_TILES; ++m)
            {
                UNROLL
                for (int32_t pair = 0; pair < 2; ++pair)
                {
                    int32_t const row = firstRow + warpRow + m * 16 + (lane >> 2) + pair * 8;
                    if (row < args.topK && result < results.pitch)
                    {
                        *reinterpret_cast<float2*>(out + static_cast<int64_t>(row) * results.pitch + result) =
                            float2{sums[m][n][pair * 2], sums[m][n][pair * 2 + 1]};
                    }
                }
            }
        }
    }

    DEVICE_INLINE void secondLayer()
    {
        int32_t const chunks = ceilDiv(args.heads[head].results, kHEAD_COLUMNS);
        for (int32_t chunk = 0; chunk < chunks; ++chunk)
        {
            waitForCopyGroups<0>();
            syncBlock();
            clearSums();
            multiply(patches, second + chunk % 2 * kHEAD_WEIGHT_BYTES);
            writePart(chunk);
            if (chunk + 2 < chunks)
            {
                syncBlock(); // every warp has read the chunk
                copySecond(chunk + 2);
                commitCopies();
            }
        }
    }

    DEVICE_INLINE void run()
    {
        copyFirstWeights();
        clearSums();
        waitForPreviousKernel();
        if (!findCells())
        {
            waitForCopies();
            return;
        }
        syncBlock();
        firstLayer();
        waitForCopyGroups<0>();
        syncBlock(); // every warp has read its last slice
        storeHidden();
        secondLayer();
    }
};

template <typename Tile>
DEVICE_INLINE void runHeadGemm(HeadGemmArgs const& args, char* shared)
{
    letNextKernelStart();
    HeadGemm<Tile>{args, shared}.run();
}

} // namespace trtfairmot
