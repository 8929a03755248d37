// Random upsampling layers, their tensors as bytes, and what the layer computes, in double precision.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "upsample-add/kernel/upsampleAdd.h"

namespace trtfairmot
{

struct UpsampleCase
{
    UpsampleAddParams params;
    std::vector<float> x; // [N, H, W, C], halves
    std::vector<float> skip; // [N, fH, fW, C]
    std::vector<float> weights; // [2f, 2f, C]
};

struct UpsampleBytes
{
    std::vector<uint8_t> x;
    std::vector<uint8_t> skip;
    std::vector<uint8_t> weights;
    size_t outputBytes;
};

UpsampleCase randomUpsample(UpsampleAddParams const& params, uint32_t seed);
UpsampleBytes bytesOfUpsample(UpsampleCase const& layer);
std::string describe(UpsampleAddParams const& params);

// Largest error of every `every`-th pixel of an output, in units of what one rounding to half allows; infinite for NaN.
double worstError(UpsampleCase const& layer, std::vector<uint8_t> const& output, int32_t every);

} // namespace trtfairmot
