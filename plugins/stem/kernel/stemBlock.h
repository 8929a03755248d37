// One thread block of the stem: input to shared memory, then three implicit matrix products from one map in shared
// memory to the next.
//
//   sum[pixel, channel] = map[pixel + tap, k] * weights[channel, tap, k]
//
// A warp multiplies strips of 16 neighbouring pixels of a row. It keeps the weights in registers and several rows of sums,
// so that a row of its source, once loaded, serves all the rows of sums that it belongs to.
#pragma once

#include <cmath>

#include "common/primitives.h"
#include "stemArgs.h"
#include "stemTile.h"
#include "stemWeights.h"

namespace trtfairmot
{

// 8 bytes of shared memory, loaded anew each time: a copy in other registers would cost as many instructions.
DEVICE_INLINE uint2 loadShared8(void const* address)
{
#if defined(__CUDA_ARCH__)
    uint2 value;
    asm volatile("ld.volatile.shared.v2.u32 {%0, %1}, [%2];\n" : "=r"(value.x), "=r"(value.y) : "r"(sharedAddress(address)));
    return value;
#else
    return *static_cast<uint2 const*>(address);
#endif
}

// max(0, x) of two sums, rounded to half.
DEVICE_INLINE uint32_t reluWord(float first, float second)
{
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    uint32_t word;
    asm("cvt.rn.relu.f16x2.f32 %0, %1, %2;\n" : "=r"(word) : "f"(second), "f"(first));
    return word;
#else
    return wordFromFloats<__half>(fmaxf(first, 0.F), fmaxf(second, 0.F));
#endif
}

// kBLOCKS: of 8 output channels, 1 or 2.
template <int32_t kBLOCKS>
DEVICE_INLINE void multiplyBlocks(float (&sums)[kBLOCKS][4], uint32_t const (&a)[4], uint4 const& b)
{
    multiplyAccumulate<__half>(sums[0], a, b.x, b.y);
    if constexpr (kBLOCKS == 2)
    {
        multiplyAccumulate<__half>(sums[1], a, b.z, b.w);
    }
}

template <typename Tile, bool kNARROW>
struct StemBlock
{
    static constexpr int32_t kBLOCKS = kNARROW ? 1 : 2; // of 8 channels, in base_layer and level0
    static constexpr int32_t kPAIRS = kNARROW ? 1 : 2; // of such blocks, in level1

    StemArgs const& args;
    char* base; // [kBASE_MAP_ROWS, 32] pixels of 16 channels; in the end the finished tile
    char* level0; // [kLEVEL0_ROWS, 32] pixels of 16 channels
    char* input; // [kINPUT_ROWS], see stemTile.h
    int32_t thread;
    int32_t warp;
    int32_t lane;
    int32_t group; // lane's row of an accumulator
    int32_t quad; // lane's pair of columns of it
    int32_t top; // of the tile in level1
    int32_t left;

    DEVICE_INLINE StemBlock(StemArgs const& arguments, char* shared)
        : args{arguments}, base{shared}, level0{shared + Tile::kBASE_BYTES}, input{level0}, thread{threadIndex()},
          warp{thread >> 5}, lane{thread & 31}, group{lane >> 2}, quad{lane & 3}, top{blockIndex().y * Tile::kROWS},
          left{blockIndex().x * kTILE_COLUMNS}
    {
    }

    template <int32_t kSTEPS>
    DEVICE_INLINE void loadFragments(uint4 (&fragments)[kSTEPS], int32_t step) const
    {
        UNROLL
        for (int32_t i = 0; i < kSTEPS; ++i)
        {
            fragments[i] = loadReadOnly(args.weights + (step + i) * 32 + lane);
        }
    }

    template <int32_t kCOUNT, int32_t kSUM_BLOCKS>
    DEVICE_INLINE void clearSums(float (&sums)[kCOUNT][kSUM_BLOCKS][4]) const
    {
        UNROLL
        for (int32_t i = 0; i < kCOUNT * kSUM_BLOCKS * 4; ++i)
        {
            sums[i / (kSUM_BLOCKS * 4)][i / 4 % kSUM_BLOCKS][i % 4] = 0.F;
        }
    }

    // Bias of the lane's two channels of a block of 8.
    DEVICE_INLINE float2 biasOfBlock(int32_t firstChannel) const
    {
        return loadReadOnly(reinterpret_cast<float2 const*>(args.bias + firstChannel) + quad);
    }

    DEVICE_INLINE bool isInside(int32_t y, int32_t x) const
    {
        return static_cast<uint32_t>(y) < static_cast<uint32_t>(args.height)
            && static_cast<uint32_t>(x) < static_cast<uint32_t>(args.width);
    }

    // A thread loads every kLOAD_ROWS-th row of a column.
    template <typename T>
    DEVICE_INLINE void loadInput() const
    {
        constexpr int32_t kROUNDS = Tile::kINPUT_ROWS / Tile::kLOAD_ROWS;
        int32_t const column = thread % kINPUT_COLUMNS;
        int32_t const firstRow = thread / kINPUT_COLUMNS;
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
            bool const inside = isInside(y, x);
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

    // kBASE_UNIT rows of a strip of base_layer, sources being kBASE_UNIT + 6 rows of the input.
    template <int32_t kUNIT>
    DEVICE_INLINE void sumBase(float (&sums)[kUNIT][kBLOCKS][4], uint4 const (&fragments)[kBASE_STEPS], int32_t strip,
        int32_t firstRow) const
    {
        char const* const source = input + firstRow * kINPUT_ROW_BYTES + (strip * 16 + group + quad) * 8;
        UNROLL
        for (int32_t row = 0; row < kUNIT + 7; ++row)
        {
            char const* const pixel = source + row * kINPUT_ROW_BYTES;
            if (row < kUNIT + 6)
            {
                uint2 const greenBlue = *reinterpret_cast<uint2 const*>(pixel);
                uint2 const reds = *reinterpret_cast<uint2 const*>(pixel + kREDS);
                uint32_t const a[4] = {greenBlue.x, greenBlue.y, reds.x, reds.y};
                UNROLL
                for (int32_t i = 0; i < kUNIT; ++i)
                {
                    if (row - i >= 0 && row - i < 7)
                    {
                        multiplyBlocks(sums[i], a, fragments[row - i]);
                    }
                }
            }
            if (row > 0)
            {
                uint2 const above = loadShared8(pixel - kINPUT_ROW_BYTES + 4 * 8);
                uint2 const here = row < kUNIT + 6 ? loadShared8(pixel + 4 * 8) : uint2{0U, 0U};
                uint32_t const a[4] = {above.x, above.y, here.x, here.y};
                UNROLL
                for (int32_t i = 0; i < kUNIT; ++i)
                {
                    int32_t const kernelRow = row - 1 - i;
                    if (kernelRow >= 0 && kernelRow < 7 && kernelRow % 2 == 0)
                    {
                        multiplyBlocks(sums[i], a, fragments[kBASE_ROW_STEPS + kernelRow / 2]);
                    }
                }
            }
        }
    }

    // kUNIT rows of a strip of level0, sources being kUNIT + 2 rows of base_layer.
    template <int32_t kUNIT>
    DEVICE_INLINE void sumLevel0(float (&sums)[kUNIT][kBLOCKS][4], uint4 const (&fragments)[kLEVEL_STEPS], int32_t strip,
        int32_t firstRow) const
    {
        char const* sources[3];
        UNROLL
        for (int32_t tap = 0; tap < 3; ++tap)
        {
            sources[tap] = base + firstRow * kMAP_ROW_BYTES + mapByte(strip * 16 + (lane & 15) + tap, lane >> 4);
        }
        UNROLL
        for (int32_t row = 0; row < kUNIT + 2; ++row)
        {
            UNROLL
            for (int32_t tap = 0; tap < 3; ++tap)
            {
                uint32_t a[4];
                loadMatrices(a, sources[tap] + row * kMAP_ROW_BYTES);
                UNROLL
                for (int32_t i = 0; i < kUNIT; ++i)
                {
                    if (row - i >= 0 && row - i < 3)
                    {
                        multiplyBlocks(sums[i], a, fragments[(row - i) * 3 + tap]);
                    }
                }
            }
        }
    }

    // A fragment of finished pixels: rows 0-7 and 8-15 of the first block of channels, then of the second.
    template <int32_t kSUM_BLOCKS>
    static DEVICE_INLINE void finish(
        uint32_t (&fragment)[4], float const (&sums)[kSUM_BLOCKS][4], float2 const (&biases)[2])
    {
        UNROLL
        for (int32_t i = 0; i < 4; ++i)
        {
            int32_t const block = i / 2;
            fragment[i] = block < kSUM_BLOCKS
                ? reluWord(sums[block % kSUM_BLOCKS][i % 2 * 2] + biases[block].x,
                    sums[block % kSUM_BLOCKS][i % 2 * 2 + 1] + biases[block].y)
                : 0U;
        }
    }

    // Writes rows of sums to the map that begins at `target`, where the lane's row of the fragments belongs.
    template <int32_t kUNIT>
    DEVICE_INLINE void storeSums(
        float const (&sums)[kUNIT][kBLOCKS][4], float2 const (&biases)[2], char* target) const
    {
        UNROLL
        for (int32_t i = 0; i < kUNIT; ++i)
        {
            uint32_t fragment[4];
            finish(fragment, sums[i], biases);
            storeMatrices(target + i * kMAP_ROW_BYTES, fragment);
        }
    }

    // Zeros where a map reaches outside the image, which is where the next layer has its padding; for the whole block.
    template <typename Place>
    DEVICE_INLINE void clearOutside(char* map, int32_t rows, int32_t halo, Place const& place) const
    {
        int32_t const firstRow = 2 * top - halo;
        int32_t const firstColumn = 2 * left - halo;
        if (isInside(firstRow, firstColumn) && isInside(firstRow + rows - 1, firstColumn + kMAP_COLUMNS - 1))
        {
            return;
        }
        syncBlock();
        for (int32_t pixel = thread; pixel < rows * kMAP_COLUMNS; pixel += Tile::kTHREADS)
        {
            int32_t const row = pixel / kMAP_COLUMNS;
            int32_t const column = pixel % kMAP_COLUMNS;
            if (!isInside(firstRow + row, firstColumn + column))
            {
                uint4* const target = reinterpret_cast<uint4*>(map + row * kMAP_ROW_BYTES + place(column) * kPIXEL_BYTES);
                target[0] = target[1] = uint4{0U, 0U, 0U, 0U};
            }
        }
    }

    DEVICE_INLINE void makeBase(uint4 const (&fragments)[kBASE_STEPS]) const
    {
        float2 const biases[2] = {biasOfBlock(0), biasOfBlock(8)};
        for (int32_t unit = warp; unit < Tile::kBASE_UNITS * kSTRIPS; unit += Tile::kWARPS)
        {
            int32_t const firstRow = unit / kSTRIPS * Tile::kBASE_UNIT;
            float sums[Tile::kBASE_UNIT][kBLOCKS][4];
            clearSums(sums);
            sumBase(sums, fragments, unit % kSTRIPS, firstRow);
            storeSums(sums, biases,
                base + firstRow * kMAP_ROW_BYTES + mapByte(unit % kSTRIPS * 16 + (lane & 15), lane >> 4));
        }
        clearOutside(base, Tile::kBASE_ROWS, 2, [](int32_t column) { return column; });
    }

    DEVICE_INLINE void makeLevel0(uint4 const (&fragments)[kLEVEL_STEPS]) const
    {
        float2 const biases[2] = {biasOfBlock(kSTEM_MAX_BASE), biasOfBlock(kSTEM_MAX_BASE + 8)};
        for (int32_t unit = warp; unit < Tile::kLEVEL0_UNITS * kSTRIPS; unit += Tile::kWARPS)
        {
            int32_t const firstRow = unit / kSTRIPS * Tile::kLEVEL0_UNIT;
            float sums[Tile::kLEVEL0_UNIT][kBLOCKS][4];
            clearSums(sums);
            sumLevel0(sums, fragments, unit % kSTRIPS, firstRow);
            storeSums(sums, biases,
                level0 + firstRow * kMAP_ROW_BYTES + mapByte(level0Place(unit % kSTRIPS * 16 + (lane & 15)), lane >> 4));
        }
        clearOutside(level0, Tile::kLEVEL0_ROWS, 1, [](int32_t column) { return level0Place(column); });
    }
};

} // namespace trtfairmot
