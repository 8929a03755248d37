// Random roots of int8, their tensors as bytes, and what the layer computes, with exact sums.
#pragma once

#include "rootCase.h"

namespace trtfairmot
{

// Bits of what a root of int8 gives.
constexpr int32_t kGIVES_INT8 = 1;
constexpr int32_t kGIVES_HALF = 2;

struct Int8Root
{
    RootParams params;
    int32_t gives; // bits
    std::vector<std::vector<int8_t>> maps; // [N, H, W, C]
    std::vector<int8_t> weights; // [O, sum of C]
    std::vector<float> factors; // [O]
    std::vector<float> bias; // [O]
    float outputScale;
};

RootParams int8Params(
    int32_t batch, int32_t height, int32_t width, std::vector<int32_t> const& channels, int32_t outChannels);
// Weights, factors and bias come of the seed alone, whatever the size of the maps.
Int8Root randomInt8Root(RootParams const& params, int32_t gives, uint32_t seed);
// Maps and the quantised output as [N, C / 32, H, W, 32].
RootBytes bytesOfInt8Root(Int8Root const& layer);
std::vector<RootParams> inInt8(std::vector<RootParams> roots);

struct Int8Errors
{
    double half; // largest error in units of what rounding allows; infinite for NaN
    int64_t wrong; // int8 that are none of the numbers that the exact value may round to
    bool passed() const;
};

// Of every `every`-th pixel. An output that is not given is left out.
Int8Errors errorsOfInt8(Int8Root const& layer, std::vector<uint8_t> const& half, std::vector<uint8_t> const& quantized,
    int32_t every);
// The same of int8 numbers in the order [N, O, H, W].
Int8Errors errorsOfPlanar(Int8Root const& layer, std::vector<uint8_t> const& half, std::vector<int8_t> const& quantized,
    int32_t every);

} // namespace trtfairmot
