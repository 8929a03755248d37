// The input of a block of the stem: to half, and to where the fragments of base_layer want it.
#pragma once

#include "common/primitives.h"
#include "stemArgs.h"
#include "stemTile.h"

namespace trtfairmot
{

// (top, left) is the block's first pixel of level1.
template <typename Tile>
struct StemInput
{
    StemArgs const& args;
    char* input; // [kINPUT_ROWS] rows, see stemTile.h
    int32_t top;
    int32_t left;

    // A thread loads every kLOAD_ROWS-th row of a column.
    template <typename T>
    DEVICE_INLINE void load() const
    {
        constexpr int32_t kROUNDS = Tile::kINPUT_ROWS / Tile::kLOAD_ROWS;
        int32_t const column = threadIndex() % kINPUT_COLUMNS;
        int32_t const firstRow = threadIndex() / kINPUT_COLUMNS;
        int32_t const x = 2 * left - 5 + column;
        int32_t y = 2 * top - 5 + firstRow;
        int64_t const plane = static_cast<int64_t>(args.height) * args.width;
        int64_t const step = static_cast<int64_t>(Tile::kLOAD_ROWS) * args.width;
        T const* red = static_cast<T const*>(args.input) + blockIndex().z * kSTEM_IN_CHANNELS * plane
            + (static_cast<int64_t>(y) * args.width + x);
        T const* green = red + plane;
        T const* blue = green + plane;
        if (firstRow >= Tile::kLOAD_ROWS)
        {
            return;
        }
        T const zero = elementFromFloat<T>(0.F);
        T pixels[kROUNDS][kSTEM_IN_CHANNELS];
        UNROLL
        for (int32_t i = 0; i < kROUNDS; ++i)
        {
            bool const inside = isInside(args, y, x);
            pixels[i][0] = inside ? loadReadOnly(red) : zero;
            pixels[i][1] = inside ? loadReadOnly(green) : zero;
            pixels[i][2] = inside ? loadReadOnly(blue) : zero;
            y += Tile::kLOAD_ROWS;
            red += step;
            green += step;
            blue += step;
        }
        UNROLL
        for (int32_t i = 0; i < kROUNDS; ++i)
        {
            storePixel(firstRow + i * Tile::kLOAD_ROWS, column, floatFromElement(pixels[i][0]),
                floatFromElement(pixels[i][1]), floatFromElement(pixels[i][2]));
        }
    }

    DEVICE_INLINE void storePixel(int32_t row, int32_t column, float red, float green, float blue) const
    {
        char* const pixels = input + row * kINPUT_ROW_BYTES;
        uint32_t const greenBlue = wordFromFloats<__half>(green, blue);
        __half const halfRed = elementFromFloat<__half>(red);
        UNROLL
        for (int32_t i = 0; i < 4; ++i)
        {
            int32_t const entry = column - 4 * i;
            if (entry >= 0 && entry < kINPUT_ENTRIES)
            {
                *reinterpret_cast<__half*>(pixels + kREDS + entry * 8 + i * 2) = halfRed;
                if (i % 2 == 0)
                {
                    *reinterpret_cast<uint32_t*>(pixels + entry * 8 + i * 2) = greenBlue;
                }
            }
        }
    }
};

} // namespace trtfairmot
