#include "testing/emulatedWarp.h"

#include <cstring>

namespace trtfairmot
{

// ldmatrix.x4, as the PTX manual describes it.
void loadForWarp(Thread* warp)
{
    uint32_t results[32][4];
    for (int32_t lane = 0; lane < 32; ++lane)
    {
        for (int32_t matrix = 0; matrix < 4; ++matrix)
        {
            char const* const row = static_cast<char const*>(warp[matrix * 8 + lane / 4].row);
            std::memcpy(&results[lane][matrix], row + lane % 4 * 4, 4);
        }
    }
    for (int32_t lane = 0; lane < 32; ++lane)
    {
        std::memcpy(*warp[lane].fragment, results[lane], sizeof(results[lane]));
    }
}

// stmatrix.x4, as the PTX manual describes it.
void storeForWarp(Thread* warp)
{
    for (int32_t lane = 0; lane < 32; ++lane)
    {
        for (int32_t matrix = 0; matrix < 4; ++matrix)
        {
            void const* const row = warp[matrix * 8 + lane / 4].row;
            std::memcpy(static_cast<char*>(const_cast<void*>(row)) + lane % 4 * 4, &warp[lane].stored[matrix], 4);
        }
    }
}

// mma.m16n8k16, as the PTX manual describes its fragments.
void multiplyForWarp(Thread* warp)
{
    float a[16][16];
    float b[16][8];
    auto const element = [&](int32_t lane, uint32_t word, int32_t half)
    { return warp[lane].floatFromBits(static_cast<uint16_t>(half == 0 ? word & 0xFFFFU : word >> 16)); };
    for (int32_t lane = 0; lane < 32; ++lane)
    {
        int32_t const group = lane / 4;
        int32_t const inGroup = lane % 4;
        for (int32_t i = 0; i < 8; ++i)
        {
            int32_t const row = i < 2 || (i >= 4 && i < 6) ? group : group + 8;
            int32_t const column = inGroup * 2 + (i & 1) + (i < 4 ? 0 : 8);
            a[row][column] = element(lane, (*warp[lane].a)[i / 2], i & 1);
        }
        for (int32_t i = 0; i < 4; ++i)
        {
            b[inGroup * 2 + (i & 1) + (i < 2 ? 0 : 8)][group] = element(lane, warp[lane].b[i / 2], i & 1);
        }
    }
    for (int32_t lane = 0; lane < 32; ++lane)
    {
        for (int32_t i = 0; i < 4; ++i)
        {
            int32_t const row = lane / 4 + (i < 2 ? 0 : 8);
            int32_t const column = lane % 4 * 2 + (i & 1);
            for (int32_t k = 0; k < 16; ++k)
            {
                (*warp[lane].sum)[i] += a[row][k] * b[k][column];
            }
        }
    }
}

// mma.m16n8k32 of int8, as the PTX manual describes its fragments.
void multiplyBytesForWarp(Thread* warp)
{
    int8_t a[16][32];
    int8_t b[8][32]; // column by column
    for (int32_t lane = 0; lane < 32; ++lane)
    {
        int32_t const group = lane / 4;
        int32_t const first = lane % 4 * 4;
        for (int32_t i = 0; i < 4; ++i)
        {
            std::memcpy(&a[group + i % 2 * 8][first + i / 2 * 16], &(*warp[lane].a)[i], 4);
        }
        std::memcpy(&b[group][first], &warp[lane].b[0], 4);
        std::memcpy(&b[group][first + 16], &warp[lane].b[1], 4);
    }
    for (int32_t lane = 0; lane < 32; ++lane)
    {
        for (int32_t i = 0; i < 4; ++i)
        {
            int32_t const row = lane / 4 + (i < 2 ? 0 : 8);
            int32_t const column = lane % 4 * 2 + (i & 1);
            for (int32_t k = 0; k < 32; ++k)
            {
                (*warp[lane].integerSum)[i] += a[row][k] * b[column][k];
            }
        }
    }
}

void shuffleForWarp(Thread* warp)
{
    uint32_t given[32];
    for (int32_t lane = 0; lane < 32; ++lane)
    {
        given[lane] = warp[lane].shuffled;
    }
    for (int32_t lane = 0; lane < 32; ++lane)
    {
        warp[lane].shuffled = given[warp[lane].source & 31];
    }
}

} // namespace trtfairmot
