// Random roots, their tensors as bytes, and what the layer computes, in double precision.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "root/kernel/root.h"

namespace trtfairmot
{

struct RootCase
{
    RootParams params;
    std::vector<std::vector<float>> maps; // [N, H, W, C], halves
    std::vector<float> weights; // [O, sum of C], halves
    std::vector<float> bias; // [O]
};

struct RootBytes
{
    std::vector<std::vector<uint8_t>> maps;
    std::vector<uint8_t> weights;
    std::vector<uint8_t> bias;
    size_t outputBytes; // half
    std::vector<uint8_t> factors{}; // of int8, as the rest
    std::vector<uint8_t> outputScale{};
    size_t quantizedBytes{0};
};

RootParams rootParams(
    int32_t batch, int32_t height, int32_t width, std::vector<int32_t> const& channels, int32_t outChannels);
// Weights and bias come of the seed alone, whatever the size of the maps.
RootCase randomRoot(RootParams const& params, uint32_t seed);
RootBytes bytesOfRoot(RootCase const& layer);
std::string describe(RootParams const& params);

// Roots of FairMOT DLA-34 at 608x1088, and of the network with half of the channels at 320x576.
std::vector<RootParams> fairmotRoots(int32_t batch);
std::vector<RootParams> halfFairmotRoots(int32_t batch);

// Largest error of every `every`-th pixel of an output, in units of what float sums, rounded once, allow; infinite for
// NaN.
double worstError(RootCase const& layer, std::vector<uint8_t> const& output, int32_t every);

} // namespace trtfairmot
