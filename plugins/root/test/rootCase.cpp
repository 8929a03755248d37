#include "rootCase.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "common/elements.h"

namespace trtfairmot
{

namespace
{

std::vector<float> randomFloats(size_t count, float scale, uint32_t seed)
{
    std::mt19937 random(seed);
    std::vector<float> values(count);
    for (float& value : values)
    {
        value = scale * (static_cast<float>(random() >> 8) / static_cast<float>(1 << 23) - 1.F);
    }
    return values;
}

std::vector<float> randomHalves(size_t count, float scale, uint32_t seed)
{
    std::vector<float> values = randomFloats(count, scale, seed);
    for (float& value : values)
    {
        value = __half2float(__float2half_rn(value));
    }
    return values;
}

std::vector<uint8_t> halfBytes(std::vector<float> const& values)
{
    std::vector<uint8_t> bytes(values.size() * 2);
    for (size_t i = 0; i < values.size(); ++i)
    {
        __half const rounded = __float2half_rn(values[i]);
        std::memcpy(&bytes[i * 2], &rounded, 2);
    }
    return bytes;
}

size_t pixelsOf(RootParams const& p)
{
    return static_cast<size_t>(p.batch) * p.height * p.width;
}

struct Expected
{
    double value;
    double magnitude; // of the sum's terms
};

Expected outputOf(RootCase const& layer, size_t pixel, int32_t channel)
{
    RootParams const& p = layer.params;
    double sum = layer.bias[channel];
    double magnitude = std::fabs(sum);
    float const* weight = &layer.weights[layer.weights.size() / p.outChannels * channel];
    for (int32_t i = 0; i < p.maps; ++i)
    {
        for (int32_t c = 0; c < p.channels[i]; ++c)
        {
            double const product = static_cast<double>(layer.maps[i][pixel * p.channels[i] + c]) * *weight++;
            sum += product;
            magnitude += std::fabs(product);
        }
    }
    return Expected{std::fmax(sum, 0.0), magnitude};
}

} // namespace

RootParams rootParams(
    int32_t batch, int32_t height, int32_t width, std::vector<int32_t> const& channels, int32_t outChannels)
{
    RootParams p;
    p.batch = batch;
    p.height = height;
    p.width = width;
    p.maps = static_cast<int32_t>(channels.size());
    for (int32_t i = 0; i < p.maps && i < kROOT_MAPS; ++i)
    {
        p.channels[i] = channels[i];
    }
    p.outChannels = outChannels;
    return p;
}

RootCase randomRoot(RootParams const& p, uint32_t seed)
{
    RootCase layer{p, {}, {}, randomFloats(p.outChannels, 1.F, seed + 1)};
    int32_t sum = 0;
    for (int32_t i = 0; i < p.maps; ++i)
    {
        layer.maps.push_back(randomHalves(pixelsOf(p) * p.channels[i], 2.F, seed + 2 + i));
        sum += p.channels[i];
    }
    layer.weights = randomHalves(static_cast<size_t>(p.outChannels) * sum, 0.5F, seed);
    return layer;
}

RootBytes bytesOfRoot(RootCase const& layer)
{
    RootBytes bytes{{}, halfBytes(layer.weights), std::vector<uint8_t>(layer.bias.size() * 4),
        pixelsOf(layer.params) * layer.params.outChannels * 2};
    for (std::vector<float> const& map : layer.maps)
    {
        bytes.maps.push_back(halfBytes(map));
    }
    std::memcpy(bytes.bias.data(), layer.bias.data(), bytes.bias.size());
    return bytes;
}

std::string describe(RootParams const& p)
{
    std::string text = std::to_string(p.batch) + "x" + std::to_string(p.height) + "x" + std::to_string(p.width) + " ";
    for (int32_t i = 0; i < p.maps && i < kROOT_MAPS; ++i)
    {
        text += (i > 0 ? "+" : "") + std::to_string(p.channels[i]);
    }
    return text + " -> " + std::to_string(p.outChannels);
}

std::vector<RootParams> fairmotRoots(int32_t batch)
{
    return {rootParams(batch, 152, 272, {64, 64}, 64), rootParams(batch, 76, 136, {128, 128}, 128),
        rootParams(batch, 76, 136, {128, 128, 64, 128}, 128), rootParams(batch, 38, 68, {256, 256}, 256),
        rootParams(batch, 38, 68, {256, 256, 128, 256}, 256), rootParams(batch, 19, 34, {512, 512, 256}, 512)};
}

std::vector<RootParams> halfFairmotRoots(int32_t batch)
{
    return {rootParams(batch, 80, 144, {32, 32}, 32), rootParams(batch, 40, 72, {64, 64}, 64),
        rootParams(batch, 40, 72, {64, 64, 32, 64}, 64), rootParams(batch, 20, 36, {128, 128}, 128),
        rootParams(batch, 20, 36, {128, 128, 64, 128}, 128), rootParams(batch, 10, 18, {256, 256, 128}, 256)};
}

double worstError(RootCase const& layer, std::vector<uint8_t> const& output, int32_t every)
{
    RootParams const& p = layer.params;
    double worst = 0.0;
    for (size_t pixel = 0; pixel < pixelsOf(p); pixel += every)
    {
        for (int32_t channel = 0; channel < p.outChannels; ++channel)
        {
            Expected const expected = outputOf(layer, pixel, channel);
            __half half;
            std::memcpy(static_cast<void*>(&half), &output[(pixel * p.outChannels + channel) * 2], 2);
            double const error = std::fabs(__half2float(half) - expected.value);
            // Half an ulp (subnormals included), and what float sums in the tensor cores may lose.
            double const allowed =
                std::ldexp(std::fabs(expected.value), -11) + std::ldexp(1.0, -25) + std::ldexp(expected.magnitude, -18);
            worst = std::isnan(error) ? std::numeric_limits<double>::infinity() : std::fmax(worst, error / allowed);
        }
    }
    return worst;
}

} // namespace trtfairmot
