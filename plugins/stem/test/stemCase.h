// Random stems, their tensors as bytes, and what the layers compute, in double precision.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stem/kernel/stem.h"

namespace trtfairmot
{

struct ConvLayer
{
    int32_t outChannels;
    int32_t inChannels;
    int32_t kernel;
    int32_t stride;
    std::vector<float> weight; // [outChannels, inChannels, kernel, kernel], halves
    std::vector<float> bias; // [outChannels]
};

struct StemCase
{
    StemParams params;
    ConvLayer layers[3];
    std::vector<float> input; // [N, 3, H, W], what the kernel is given
};

struct StemBytes
{
    std::vector<uint8_t> input;
    std::vector<uint8_t> weights;
    std::vector<uint8_t> bias;
    size_t outputBytes;
};

struct Comparison
{
    bool passed;
    double worst; // largest error, in units of what rounding allows
    int32_t pixels; // compared
    double active; // share of expected values above 0
};

StemCase randomStem(StemParams const& params, uint32_t seed);
StemBytes bytesOfStem(StemCase const& stem);
std::string describe(StemParams const& params);

// Compares every `every`-th pixel of an output with the definition: values, finite ones, zeros in padded channels.
Comparison compareStem(StemCase const& stem, std::vector<uint8_t> const& output, int32_t every);

} // namespace trtfairmot
