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

template <int32_t kFACTOR>
struct UpsampleAddThread
{
    UpsampleAddArgs const& args;
    int32_t vector;
    int32_t y; // of the thread's outputs
    int32_t x; // of the first of them
    int32_t cellRow;
    int32_t cellColumn;
    int32_t rowPhase; // position in the cell
    int32_t columnPhase;

    DEVICE_INLINE UpsampleAddThread(UpsampleAddArgs const& arguments, int32_t index)
        : args{arguments}, vector{index % arguments.vectors}, y{blockIndex().y},
          x{index / arguments.vectors * kUPSAMPLE_COLUMNS - kFACTOR / 2}, cellRow{(y + kFACTOR / 2) / kFACTOR},
          cellColumn{(x + kFACTOR / 2) / kFACTOR}, rowPhase{(y + kFACTOR / 2) % kFACTOR},
          columnPhase{(x + kFACTOR / 2) % kFACTOR}
    {
    }

    // Pixel (i - a, j - b) of x.
    DEVICE_INLINE uint4 pixel(int32_t a, int32_t b) const
    {
        int32_t const row = cellRow - a;
        int32_t const column = cellColumn - b;
        bool const inside = row >= 0 && row < args.height && column >= 0 && column < args.width;
        int64_t const image = static_cast<int64_t>(blockIndex().z) * args.height * args.width * args.vectors;
        return inside ? loadReadOnly(args.x + image + (row * args.width + column) * args.vectors + vector)
                      : uint4{0U, 0U, 0U, 0U};
    }

    // Of the pixel (i - a, j - b), for output `column` of the thread.
    DEVICE_INLINE uint4 weight(int32_t a, int32_t b, int32_t column) const
    {
        int32_t const tap = (rowPhase + a * kFACTOR) * 2 * kFACTOR + columnPhase + column + b * kFACTOR;
        return loadReadOnly(args.weights + tap * args.vectors + vector);
    }

    DEVICE_INLINE void run() const
    {
        int32_t const width = args.width * kFACTOR;
        int64_t const image = static_cast<int64_t>(blockIndex().z) * args.height * kFACTOR * width * args.vectors;
        int64_t const first = image + (y * width + x) * args.vectors + vector;
        uint4 weights[kUPSAMPLE_COLUMNS][4];
        uint4 pixels[4];
        uint4 skips[kUPSAMPLE_COLUMNS];
        UNROLL
        for (int32_t i = 0; i < 4; ++i)
        {
            pixels[i] = pixel(i / 2, i % 2);
        }
        UNROLL
        for (int32_t column = 0; column < kUPSAMPLE_COLUMNS; ++column)
        {
            bool const inside = x + column >= 0 && x + column < width;
            skips[column] = inside ? loadReadOnly(args.skip + first + column * args.vectors) : uint4{0U, 0U, 0U, 0U};
            UNROLL
            for (int32_t i = 0; i < 4; ++i)
            {
                weights[column][i] = weight(i / 2, i % 2, column);
            }
        }
        UNROLL
        for (int32_t column = 0; column < kUPSAMPLE_COLUMNS; ++column)
        {
            Floats8 sum = floatsFromVector(skips[column]);
            UNROLL
            for (int32_t i = 0; i < 4; ++i)
            {
                addProduct(sum, floatsFromVector(pixels[i]), weights[column][i]);
            }
            if (x + column >= 0 && x + column < width)
            {
                args.output[first + column * args.vectors] = vectorFromFloats(sum);
            }
        }
    }
};

template <int32_t kFACTOR>
DEVICE_INLINE void runUpsampleAdd(UpsampleAddArgs const& args)
{
    int32_t const index = blockIndex().x * kUPSAMPLE_THREADS + threadIndex();
    if (index < upsampleAddRowThreads(args, kFACTOR))
    {
        UpsampleAddThread<kFACTOR>{args, index}.run();
    }
}

} // namespace trtfairmot
