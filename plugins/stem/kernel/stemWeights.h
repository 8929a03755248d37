// Order of the packed weights: the B fragments of mma.m16n8k16 as the lanes of a warp hold them, so that a lane reads its
// part of a step with one 16-byte load.
//
//   [38 steps][32 lanes][2 blocks of 8 output channels][2 words][2 halves]
//
// Steps 0-10 are base_layer's, 11-19 level0's, 20-28 level1's channels 0-15 and 29-37 its channels 16-31.
#pragma once

#include "stem.h"

namespace trtfairmot
{

constexpr int32_t kBASE_ROW_STEPS = 7; // kernel columns 0-3 of one kernel row, and red of columns 4-6
constexpr int32_t kBASE_STEPS = 11; // then green and blue of columns 4-6, two kernel rows a step
constexpr int32_t kLEVEL_STEPS = 9; // one kernel tap of 16 channels
constexpr int32_t kLEVEL0_STEP = kBASE_STEPS;
constexpr int32_t kLEVEL1_STEP = kLEVEL0_STEP + kLEVEL_STEPS;
constexpr int32_t kSTEM_STEPS = kLEVEL1_STEP + 2 * kLEVEL_STEPS;
static_assert(kSTEM_STEPS * 32 * 8 == kSTEM_WEIGHTS);

enum class StemLayer
{
    kBASE,
    kLEVEL0,
    kLEVEL1
};

// What a packed number is the weight of. Where inChannel, row or column lie outside the kernel, it is 0.
struct StemWeight
{
    StemLayer layer;
    int32_t outChannel;
    int32_t inChannel;
    int32_t row;
    int32_t column;
};

inline StemWeight baseWeightOfStep(int32_t step, int32_t outChannel, int32_t quad, int32_t word, int32_t half)
{
    if (step >= kBASE_ROW_STEPS)
    {
        int32_t const row = (step - kBASE_ROW_STEPS) * 2 + word;
        return StemWeight{StemLayer::kBASE, outChannel, 1 + half, row, 4 + quad};
    }
    bool const red = word == 1;
    return StemWeight{StemLayer::kBASE, outChannel, red ? 0 : 1 + half, step, quad + (red && half == 1 ? 4 : 0)};
}

// The weight at position 0 <= index < kSTEM_WEIGHTS.
inline StemWeight stemWeightOfIndex(int32_t index)
{
    int32_t const step = index / 256;
    int32_t const lane = index / 8 % 32;
    int32_t const word = index / 2 % 2;
    int32_t const half = index % 2;
    int32_t const outChannel = index / 4 % 2 * 8 + lane / 4;
    if (step < kBASE_STEPS)
    {
        return baseWeightOfStep(step, outChannel, lane % 4, word, half);
    }
    int32_t const tap = (step - kLEVEL0_STEP) % kLEVEL_STEPS;
    int32_t const inChannel = word * 8 + lane % 4 * 2 + half;
    int32_t const block = (step - kLEVEL0_STEP) / kLEVEL_STEPS; // 0: level0, 1 and 2: level1
    return StemWeight{block == 0 ? StemLayer::kLEVEL0 : StemLayer::kLEVEL1, outChannel + (block == 2 ? 16 : 0), inChannel,
        tap / 3, tap % 3};
}

} // namespace trtfairmot
