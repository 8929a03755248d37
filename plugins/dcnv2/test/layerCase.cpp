#include "layerCase.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/elements.h"
#include "dcnv2/kernel/params.h"

namespace trtfairmot
{

namespace
{

int32_t bytesOfType(ElementType type)
{
    return type == ElementType::kFLOAT ? 4 : 2;
}

void writeElement(uint8_t* target, float value, ElementType type)
{
    if (type == ElementType::kFLOAT)
    {
        std::memcpy(target, &value, 4);
    }
    else if (type == ElementType::kHALF)
    {
        __half const half = __float2half_rn(value);
        std::memcpy(target, &half, 2);
    }
    else
    {
        __nv_bfloat16 const half = __float2bfloat16_rn(value);
        std::memcpy(target, &half, 2);
    }
}

float readElement(uint8_t const* source, ElementType type)
{
    if (type == ElementType::kFLOAT)
    {
        float value = 0.F;
        std::memcpy(&value, source, 4);
        return value;
    }
    uint16_t bits = 0;
    std::memcpy(&bits, source, 2);
    if (type == ElementType::kHALF)
    {
        return __half2float(__half(__half_raw{bits}));
    }
    return __bfloat162float(__nv_bfloat16(__nv_bfloat16_raw{bits}));
}

// [batch, channels, pixels] in a layout; padding channels hold NaN, which must never matter.
std::vector<uint8_t> packActivation(
    Dcnv2Params const& p, ActivationLayout layout, std::vector<float> const& values, int32_t channels, int64_t pixels)
{
    ChannelStrides const strides = channelStrides(p, layout, channels, pixels);
    int32_t const size = bytesOfType(p.type);
    std::vector<uint8_t> bytes(
        static_cast<size_t>(p.batch * pixels * channelPitch(p, layout, channels) * size), uint8_t{0xFF});
    for (int64_t image = 0; image < p.batch; ++image)
    {
        for (int64_t channel = 0; channel < channels; ++channel)
        {
            for (int64_t pixel = 0; pixel < pixels; ++pixel)
            {
                int64_t const at = image * strides.image + channel * strides.channel + pixel * strides.pixel;
                writeElement(&bytes[at * size], values[(image * channels + channel) * pixels + pixel], p.type);
            }
        }
    }
    return bytes;
}

// [outputs, channels, taps] in a layout.
std::vector<uint8_t> packWeight(Dcnv2Params const& p, std::vector<float> const& weight, int64_t outputs, int64_t channels)
{
    int32_t const size = bytesOfType(p.type);
    int64_t const taps = tapsFromParams(p);
    bool const fragments = p.weightLayout == WeightLayout::kFRAGMENTS;
    int64_t const chunk = channels % 64 == 0 ? 64 : 32;
    int64_t const padded = fragments ? paddedOutputs(static_cast<int32_t>(outputs)) : outputs;
    std::vector<uint8_t> bytes(static_cast<size_t>(padded * channels * taps) * size);
    for (int64_t o = 0; o < outputs; ++o)
    {
        for (int64_t c = 0; c < channels; ++c)
        {
            for (int64_t tap = 0; tap < taps; ++tap)
            {
                int64_t const from = (o * channels + c) * taps + tap;
                int64_t to = p.weightLayout == WeightLayout::kOIHW ? from : (o * taps + tap) * channels + c;
                if (fragments)
                {
                    int64_t const block = (tap * (channels / chunk) + c / chunk) * (padded / 8) + o / 8;
                    int64_t const vector = block * (chunk / 32) + c % chunk / 32;
                    to = (vector * 32 + o % 8 * 4 + c % 32 / 8) * 8 + c % 8;
                }
                writeElement(&bytes[to * size], weight[from], p.type);
            }
        }
    }
    return bytes;
}

std::vector<uint8_t> packVector(std::vector<float> const& values, ElementType type)
{
    std::vector<uint8_t> bytes(values.size() * bytesOfType(type));
    for (size_t i = 0; i < values.size(); ++i)
    {
        writeElement(&bytes[i * bytesOfType(type)], values[i], type);
    }
    return bytes;
}

std::vector<float> fusedOffsetMask(LayerCase const& layer, int64_t pixels)
{
    Dcnv2Params const& p = layer.params;
    int64_t const rows = static_cast<int64_t>(tapsFromParams(p)) * p.deformableGroups;
    std::vector<float> fused;
    for (int64_t image = 0; image < p.batch; ++image)
    {
        auto const offset = layer.offset.begin() + image * 2 * rows * pixels;
        auto const mask = layer.mask.begin() + image * rows * pixels;
        fused.insert(fused.end(), offset, offset + 2 * rows * pixels);
        fused.insert(fused.end(), mask, mask + rows * pixels);
    }
    return fused;
}

} // namespace

float roundToType(float value, ElementType type)
{
    uint8_t bytes[4];
    writeElement(bytes, value, type);
    return readElement(bytes, type);
}

LayerBytes bytesOfCase(LayerCase const& layer)
{
    Dcnv2Params const& p = layer.params;
    int64_t const inPixels = static_cast<int64_t>(p.inHeight) * p.inWidth;
    int64_t const outPixels = outPixelsFromParams(p) / p.batch;
    int32_t const rows = tapsFromParams(p) * p.deformableGroups;
    LayerBytes bytes;
    bytes.input = packActivation(p, p.layout, layer.input, p.inChannels, inPixels);
    if (p.offsetConvolution)
    {
        bytes.offsetWeight = packWeight(p, layer.offsetWeight, 3 * rows, p.inChannels);
        bytes.offsetBias = packVector(layer.offsetBias, p.type);
    }
    else if (p.offsetMaskFused)
    {
        bytes.offset = packActivation(p, p.offsetLayout, fusedOffsetMask(layer, outPixels), 3 * rows, outPixels);
    }
    else
    {
        bytes.offset = packActivation(p, p.offsetLayout, layer.offset, 2 * rows, outPixels);
        bytes.mask = packActivation(p, p.offsetLayout, layer.mask, rows, outPixels);
    }
    bytes.weight = packWeight(p, layer.weight, p.outChannels, p.inChannels / p.groups);
    bytes.bias = layer.hasBias ? packVector(layer.bias, p.type) : std::vector<uint8_t>{};
    bytes.outputBytes =
        static_cast<size_t>(outPixelsFromParams(p) * channelPitch(p, p.layout, p.outChannels) * bytesOfType(p.type));
    return bytes;
}

std::vector<float> outputFromBytes(Dcnv2Params const& p, std::vector<uint8_t> const& bytes, float& padding)
{
    int64_t const pixels = outPixelsFromParams(p) / p.batch;
    ChannelStrides const strides = channelStrides(p, p.layout, p.outChannels, pixels);
    std::vector<float> output(static_cast<size_t>(p.batch) * p.outChannels * pixels);
    padding = 0.F;
    for (int64_t image = 0; image < p.batch; ++image)
    {
        for (int64_t channel = 0; channel < channelPitch(p, p.layout, p.outChannels); ++channel)
        {
            for (int64_t pixel = 0; pixel < pixels; ++pixel)
            {
                int64_t const at = image * strides.image + channel * strides.channel + pixel * strides.pixel;
                float const value = readElement(&bytes[at * bytesOfType(p.type)], p.type);
                if (channel < p.outChannels)
                {
                    output[(image * p.outChannels + channel) * pixels + pixel] = value;
                }
                else
                {
                    padding = std::isnan(value) ? INFINITY : std::max(padding, std::abs(value));
                }
            }
        }
    }
    return output;
}

} // namespace trtfairmot
