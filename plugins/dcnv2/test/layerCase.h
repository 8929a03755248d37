// One deformable convolution with random data: the logical tensors, and their bytes in a type and layout.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "dcnv2/kernel/dcnv2.h"

namespace trtfairmot
{

enum class OffsetKind : int32_t
{
    kNONE = 0, // 0 everywhere
    kSMALL = 1, // a pixel or two
    kLARGE = 2, // many pixels, often outside the input
    kINTEGER = 3, // sampling exactly on pixels
    kBORDER = 4, // coordinates exactly -1, 0, size - 1, size, and close to them
    kHUGE = 5, // up to 1e4 pixels
    kCOUNT = 6
};

// Values are rounded to the type of the layer already. All tensors are channels-first: weight [outChannels,
// inChannels / groups, kernelHeight, kernelWidth]; mask before its activation.
struct LayerCase
{
    Dcnv2Params params;
    OffsetKind offsetKind{OffsetKind::kSMALL};
    bool hasBias{true};
    std::vector<float> input;
    std::vector<float> offset;
    std::vector<float> mask;
    std::vector<float> weight;
    std::vector<float> bias;
    // With offsetConvolution: [3 * 9, inChannels, 3, 3] and [3 * 9], and offset and mask are what they give, in float.
    std::vector<float> offsetWeight;
    std::vector<float> offsetBias;
};

float roundToType(float value, ElementType type);

LayerCase randomCase(Dcnv2Params const& params, OffsetKind offsetKind, bool hasBias, uint32_t seed);

// A layer that computes its own offsets, in the one form there is: half, channels last, weights in fragments.
Dcnv2Params offsetLayer(int32_t inChannels, int32_t outChannels, int32_t height, int32_t width);

// As randomCase, with offsets of about `scale` pixels from a convolution.
LayerCase randomFusedCase(Dcnv2Params const& params, float scale, uint32_t seed);

// Another shape of a layer that keeps its weights, with small offsets.
LayerCase caseOfShape(Dcnv2Params const& params, LayerCase const& layer, uint32_t seed);

// A random shape, type and layout whose tensors hold at most about `budget` multiply-adds.
Dcnv2Params randomParams(std::mt19937& random, int64_t budget, int32_t maxBatch);

std::string describe(Dcnv2Params const& params);

// What dcnv2Forward() takes, as bytes. mask is empty where it is fused with the offset, bias where there is none.
struct LayerBytes
{
    std::vector<uint8_t> input;
    std::vector<uint8_t> offset;
    std::vector<uint8_t> mask;
    std::vector<uint8_t> weight;
    std::vector<uint8_t> bias;
    std::vector<uint8_t> offsetWeight;
    std::vector<uint8_t> offsetBias;
    size_t outputBytes{0};
};

LayerBytes bytesOfCase(LayerCase const& layer);

// Output bytes to [batch, outChannels, outHeight, outWidth]; `padding` is the largest magnitude in channels that only
// the layout holds.
std::vector<float> outputFromBytes(Dcnv2Params const& params, std::vector<uint8_t> const& bytes, float& padding);

} // namespace trtfairmot
