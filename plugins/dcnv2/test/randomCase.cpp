#include "layerCase.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "dcnv2/kernel/params.h"

namespace trtfairmot
{

namespace
{

using Random = std::mt19937;

int32_t pick(Random& random, std::vector<int32_t> const& values)
{
    return values[random() % values.size()];
}

float normal(Random& random, float scale)
{
    return std::normal_distribution<float>(0.F, scale)(random);
}

// The offset that moves a tap from `base` to a coordinate worth testing.
float offsetToBorder(Random& random, int32_t base, int32_t size)
{
    float const s = static_cast<float>(size);
    float const targets[] = {
        -1.F, -1.F + 1.F / 1024, -0.5F, 0.F, 0.25F, s - 1.F, s - 1.F / 512, s, s + 1.F, s - 0.5F, -1.25F};
    return targets[random() % (sizeof(targets) / sizeof(targets[0]))] - static_cast<float>(base);
}

float randomOffset(Random& random, OffsetKind kind, int32_t base, int32_t size)
{
    switch (kind)
    {
    case OffsetKind::kNONE:
        return 0.F;
    case OffsetKind::kSMALL:
        return normal(random, 1.5F);
    case OffsetKind::kLARGE:
        return normal(random, static_cast<float>(size) * 0.4F + 4.F);
    case OffsetKind::kINTEGER:
        return std::round(normal(random, 4.F));
    case OffsetKind::kBORDER:
        return offsetToBorder(random, base, size);
    case OffsetKind::kHUGE:
        return normal(random, 4000.F);
    case OffsetKind::kCOUNT:
        break;
    }
    return 0.F;
}

void fill(std::vector<float>& values, size_t count, Random& random, float scale, ElementType type)
{
    values.resize(count);
    for (float& value : values)
    {
        value = roundToType(normal(random, scale), type);
    }
}

void fillOffsets(LayerCase& layer, Random& random)
{
    Dcnv2Params const& p = layer.params;
    int32_t const outHeight = outHeightFromParams(p);
    int32_t const outWidth = outWidthFromParams(p);
    for (int32_t row = 0; row < p.batch * p.deformableGroups * tapsFromParams(p); ++row)
    {
        int32_t const tap = row % tapsFromParams(p);
        for (int32_t axis = 0; axis < 2; ++axis)
        {
            for (int32_t pixel = 0; pixel < outHeight * outWidth; ++pixel)
            {
                int32_t const y =
                    pixel / outWidth * p.strideHeight - p.padHeight + tap / p.kernelWidth * p.dilationHeight;
                int32_t const x = pixel % outWidth * p.strideWidth - p.padWidth + tap % p.kernelWidth * p.dilationWidth;
                float const offset = axis == 0 ? randomOffset(random, layer.offsetKind, y, p.inHeight)
                                               : randomOffset(random, layer.offsetKind, x, p.inWidth);
                layer.offset.push_back(roundToType(offset, p.type));
            }
        }
    }
}

// offset [27 of 2 a tap, pixels] and mask logits as the convolution of the input gives them.
void convolveOffsets(LayerCase& layer)
{
    Dcnv2Params const& p = layer.params;
    int64_t const taps = tapsFromParams(p);
    int64_t const width = outWidthFromParams(p);
    int64_t const pixels = outPixelsFromParams(p) / p.batch;
    layer.offset.assign(static_cast<size_t>(p.batch * 2 * taps * pixels), 0.F);
    layer.mask.assign(static_cast<size_t>(p.batch * taps * pixels), 0.F);
    for (int64_t index = 0; index < p.batch * 3 * taps * pixels; ++index)
    {
        int64_t const pixel = index % pixels;
        int64_t const channel = index / pixels % (3 * taps);
        int64_t const image = index / pixels / (3 * taps);
        double sum = layer.offsetBias[channel];
        for (int64_t tap = 0; tap < taps; ++tap)
        {
            int64_t const y = pixel / width * p.strideHeight - p.padHeight + tap / p.kernelWidth * p.dilationHeight;
            int64_t const x = pixel % width * p.strideWidth - p.padWidth + tap % p.kernelWidth * p.dilationWidth;
            bool const inside = y >= 0 && y < p.inHeight && x >= 0 && x < p.inWidth;
            for (int64_t c = 0; inside && c < p.inChannels; ++c)
            {
                sum += static_cast<double>(layer.offsetWeight[(channel * p.inChannels + c) * taps + tap])
                    * layer.input[((image * p.inChannels + c) * p.inHeight + y) * p.inWidth + x];
            }
        }
        auto& target = channel < 2 * taps ? layer.offset[(image * 2 * taps + channel) * pixels + pixel]
                                          : layer.mask[(image * taps + channel - 2 * taps) * pixels + pixel];
        target = static_cast<float>(sum);
    }
}

} // namespace

Dcnv2Params offsetLayer(int32_t inChannels, int32_t outChannels, int32_t height, int32_t width)
{
    Dcnv2Params p;
    p.inChannels = inChannels;
    p.outChannels = outChannels;
    p.inHeight = height;
    p.inWidth = width;
    p.type = ElementType::kHALF;
    p.layout = ActivationLayout::kNHWC;
    p.weightLayout = WeightLayout::kFRAGMENTS;
    p.offsetConvolution = true;
    return p;
}

LayerCase randomFusedCase(Dcnv2Params const& p, float scale, uint32_t seed)
{
    Random random(seed);
    Dcnv2Params plain = p;
    plain.offsetConvolution = false;
    LayerCase layer = randomCase(plain, OffsetKind::kNONE, true, seed + 1);
    layer.params = p;
    size_t const rows = static_cast<size_t>(3 * tapsFromParams(p));
    size_t const terms = static_cast<size_t>(p.inChannels) * tapsFromParams(p);
    fill(layer.offsetWeight, rows * terms, random, scale / std::sqrt(static_cast<float>(terms)), p.type);
    fill(layer.offsetBias, rows, random, 0.5F, p.type);
    convolveOffsets(layer);
    return layer;
}

LayerCase randomCase(Dcnv2Params const& p, OffsetKind offsetKind, bool hasBias, uint32_t seed)
{
    Random random(seed);
    LayerCase layer;
    layer.params = p;
    layer.offsetKind = offsetKind;
    layer.hasBias = hasBias;
    size_t const outPixels = static_cast<size_t>(outPixelsFromParams(p));
    size_t const taps = static_cast<size_t>(tapsFromParams(p));
    size_t const groupChannels = static_cast<size_t>(p.inChannels / p.groups);
    fill(layer.input, static_cast<size_t>(p.batch) * p.inChannels * p.inHeight * p.inWidth, random, 1.F, p.type);
    fill(layer.weight, p.outChannels * groupChannels * taps, random,
        1.F / std::sqrt(static_cast<float>(groupChannels * taps)), p.type);
    fill(layer.bias, p.outChannels, random, 0.5F, p.type);
    fill(layer.mask, outPixels * p.deformableGroups * taps, random, p.sigmoidMask ? 2.F : 0.6F, p.type);
    fillOffsets(layer, random);
    return layer;
}

LayerCase caseOfShape(Dcnv2Params const& p, LayerCase const& layer, uint32_t seed)
{
    LayerCase other = p.offsetConvolution ? randomFusedCase(p, 1.F, seed)
                                          : randomCase(p, OffsetKind::kSMALL, layer.hasBias, seed);
    other.weight = layer.weight;
    other.bias = layer.bias;
    other.offsetWeight = layer.offsetWeight;
    other.offsetBias = layer.offsetBias;
    if (p.offsetConvolution)
    {
        convolveOffsets(other);
    }
    return other;
}

Dcnv2Params randomParams(Random& random, int64_t budget, int32_t maxBatch)
{
    for (;;)
    {
        Dcnv2Params p;
        p.batch = 1 + static_cast<int32_t>(random() % maxBatch);
        p.deformableGroups = pick(random, {1, 1, 1, 2, 3});
        p.groups = pick(random, {1, 1, 1, 2, 4});
        int32_t const unit = p.deformableGroups * p.groups;
        p.inChannels = unit * pick(random, {1, 3, 8, 16, 24, 40, 64});
        p.outChannels = p.groups * pick(random, {1, 5, 8, 20, 32, 64, 72, 130, 256});
        p.inHeight = 1 + static_cast<int32_t>(random() % 40);
        p.inWidth = 1 + static_cast<int32_t>(random() % 40);
        p.kernelHeight = pick(random, {1, 3, 3, 3, 5});
        p.kernelWidth = pick(random, {1, 3, 3, 3, 4});
        p.strideHeight = pick(random, {1, 1, 2, 3});
        p.strideWidth = pick(random, {1, 1, 2});
        p.padHeight = pick(random, {0, 1, 1, 2});
        p.padWidth = pick(random, {0, 1, 1, 3});
        p.dilationHeight = pick(random, {1, 1, 2});
        p.dilationWidth = pick(random, {1, 1, 3});
        p.type = static_cast<ElementType>(random() % 3);
        p.layout = static_cast<ActivationLayout>(random() % 2);
        p.offsetLayout = static_cast<ActivationLayout>(random() % 2);
        p.weightLayout = static_cast<WeightLayout>(random() % 2);
        p.offsetMaskFused = random() % 2 == 0;
        p.sigmoidMask = random() % 2 == 0;
        p.relu = random() % 2 == 0;
        if (problemFromParams(p) == nullptr
            && outPixelsFromParams(p) * p.outChannels * (p.inChannels / p.groups) * tapsFromParams(p) <= budget)
        {
            return p;
        }
    }
}

std::string describe(Dcnv2Params const& p)
{
    static char const* const kTYPES[] = {"fp32", "fp16", "bf16"};
    static char const* const kWEIGHTS[] = {" OIHW", " OHWI", " fragments"};
    std::ostringstream text;
    text << kTYPES[static_cast<int32_t>(p.type)] << " batch " << p.batch << ", " << p.inChannels << "->"
         << p.outChannels << " channels, " << p.inHeight << "x" << p.inWidth << ", kernel " << p.kernelHeight << "x"
         << p.kernelWidth << " stride " << p.strideHeight << "," << p.strideWidth << " pad " << p.padHeight << ","
         << p.padWidth << " dilation " << p.dilationHeight << "," << p.dilationWidth << ", groups " << p.groups
         << ", deformable " << p.deformableGroups << (p.layout == ActivationLayout::kNHWC ? ", NHWC" : ", NCHW")
         << (p.offsetConvolution ? " own offsets" : p.offsetLayout == ActivationLayout::kNHWC ? "/NHWC" : "/NCHW")
         << kWEIGHTS[static_cast<int32_t>(p.weightLayout)] << (p.offsetMaskFused ? " fused" : "")
         << (p.sigmoidMask ? " sigmoid" : "") << (p.relu ? " relu" : "");
    return text.str();
}

} // namespace trtfairmot
