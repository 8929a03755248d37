// One thread of the upsampling:
//
//   y[f i - f/2 + p, f j - f/2 + q] = skip + sum over a, b in {0, 1} of x[i - a, j - b] * weight[p + a f, q + b f]
#pragma once

#include "common/primitives.h"
#include "upsampleAddArgs.h"

namespace trtfairmot
{

// 8 channels.
struct Floats8
{
    float2 pairs[4];
};

DEVICE_INLINE Floats8 floatsFromVector(uint4 const& v)
{
    return Floats8{{floatsFromWord<__half>(v.x), floatsFromWord<__half>(v.y), floatsFromWord<__half>(v.z),
        floatsFromWord<__half>(v.w)}};
}

DEVICE_INLINE uint4 vectorFromFloats(Floats8 const& f)
{
    return uint4{wordFromFloats<__half>(f.pairs[0].x, f.pairs[0].y), wordFromFloats<__half>(f.pairs[1].x, f.pairs[1].y),
        wordFromFloats<__half>(f.pairs[2].x, f.pairs[2].y), wordFromFloats<__half>(f.pairs[3].x, f.pairs[3].y)};
}

DEVICE_INLINE void addProduct(Floats8& sum, Floats8 const& a, uint4 const& weight)
{
    Floats8 const b = floatsFromVector(weight);
    UNROLL
    for (int32_t i = 0; i < 4; ++i)
    {
        sum.pairs[i].x += a.pairs[i].x * b.pairs[i].x;
        sum.pairs[i].y += a.pairs[i].y * b.pairs[i].y;
    }
}

template <typename Cut>
struct UpsampleAddThread
{
    static constexpr int32_t kFACTOR = Cut::kFACTOR;
    static constexpr int32_t kROWS = Cut::kROWS;
    static constexpr int32_t kCOLUMNS = Cut::kCOLUMNS;

    UpsampleAddArgs const& args;
    int32_t vector;
    int32_t firstCell; // of the thread's columns of cells
    int32_t cellRow;
    int32_t phase; // the first of the thread's rows in its row of cells
    int32_t columnPhase; // the first of its columns in each cell
    uint4 const* image; // of x
    int64_t outImage; // first vector of the image in skip and output
    uint4 weights[kROWS][2][2][kCOLUMNS]; // of each output: kernel rows p and p + f, columns q and q + f

    DEVICE_INLINE UpsampleAddThread(UpsampleAddArgs const& arguments, int32_t index)
        : args{arguments}, vector{index % arguments.vectors}, cellRow{blockIndex().y / (kFACTOR / kROWS)},
          phase{blockIndex().y % (kFACTOR / kROWS) * kROWS}
    {
        int32_t const column = index / arguments.vectors;
        firstCell = column / (kFACTOR / kCOLUMNS) * Cut::kCELLS;
        columnPhase = column % (kFACTOR / kCOLUMNS) * kCOLUMNS;
        int64_t const pixels = static_cast<int64_t>(blockIndex().z) * args.height * args.width;
        image = args.x + pixels * args.vectors;
        outImage = pixels * kFACTOR * kFACTOR * args.vectors;
    }

    DEVICE_INLINE void loadWeights()
    {
        UNROLL
        for (int32_t i = 0; i < kROWS * 4 * kCOLUMNS; ++i)
        {
            int32_t const a = i / (2 * kCOLUMNS) % 2;
            int32_t const b = i / kCOLUMNS % 2;
            int32_t const row = phase + i / (4 * kCOLUMNS) + a * kFACTOR;
            int32_t const column = columnPhase + i % kCOLUMNS + b * kFACTOR;
            weights[i / (4 * kCOLUMNS)][a][b][i % kCOLUMNS]
                = loadReadOnly(args.weights + (row * 2 * kFACTOR + column) * args.vectors + vector);
        }
    }

    // x at column `column` and rows cellRow (0) and cellRow - 1 (1).
    DEVICE_INLINE void loadColumn(uint4 (&pixels)[2], int32_t column) const
    {
        UNROLL
        for (int32_t i = 0; i < 2; ++i)
        {
            int32_t const row = cellRow - i;
            bool const inside = row >= 0 && row < args.height && column >= 0 && column < args.width;
            pixels[i] = inside ? loadReadOnly(image + (row * args.width + column) * args.vectors + vector)
                               : uint4{0U, 0U, 0U, 0U};
        }
    }

    // Vector of skip and output; -1 outside of them.
    DEVICE_INLINE int64_t place(int32_t row, int32_t cell, int32_t column) const
    {
        int32_t const y = cellRow * kFACTOR - kFACTOR / 2 + phase + row;
        int32_t const x = cell * kFACTOR - kFACTOR / 2 + columnPhase + column;
        int32_t const width = args.width * kFACTOR;
        bool const inside = y >= 0 && y < args.height * kFACTOR && x >= 0 && x < width;
        return inside ? outImage + (y * width + x) * args.vectors + vector : -1;
    }

    DEVICE_INLINE void makeCell(int32_t cell, uint4 const (&left)[2], uint4 const (&right)[2]) const
    {
        uint4 skips[kROWS][kCOLUMNS];
        UNROLL
        for (int32_t i = 0; i < kROWS * kCOLUMNS; ++i)
        {
            int64_t const source = place(i / kCOLUMNS, cell, i % kCOLUMNS);
            skips[i / kCOLUMNS][i % kCOLUMNS] = source >= 0 ? loadReadOnly(args.skip + source) : uint4{0U, 0U, 0U, 0U};
        }
        Floats8 const pixels[2][2]
            = {{floatsFromVector(right[0]), floatsFromVector(left[0])}, {floatsFromVector(right[1]), floatsFromVector(left[1])}};
        UNROLL
        for (int32_t row = 0; row < kROWS; ++row)
        {
            UNROLL
            for (int32_t column = 0; column < kCOLUMNS; ++column)
            {
                Floats8 sum = floatsFromVector(skips[row][column]);
                UNROLL
                for (int32_t i = 0; i < 4; ++i)
                {
                    addProduct(sum, pixels[i / 2][i % 2], weights[row][i / 2][i % 2][column]);
                }
                int64_t const target = place(row, cell, column);
                if (target >= 0)
                {
                    args.output[target] = vectorFromFloats(sum);
                }
            }
        }
    }

    DEVICE_INLINE void run()
    {
        uint4 columns[Cut::kCELLS + 1][2];
        loadWeights();
        UNROLL
        for (int32_t i = 0; i <= Cut::kCELLS; ++i)
        {
            loadColumn(columns[i], firstCell - 1 + i);
        }
        UNROLL
        for (int32_t i = 0; i < Cut::kCELLS; ++i)
        {
            makeCell(firstCell + i, columns[i], columns[i + 1]);
        }
    }
};

template <typename Cut>
DEVICE_INLINE void runUpsampleAdd(UpsampleAddArgs const& args)
{
    int32_t const index = blockIndex().x * kUPSAMPLE_THREADS + threadIndex();
    if (index < upsampleAddRowThreads<Cut>(args))
    {
        UpsampleAddThread<Cut>{args, index}.run();
    }
}

} // namespace trtfairmot
