#include "int8Case.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "common/elements.h"

namespace trtfairmot
{

namespace
{

constexpr double kTIE = 1e-3; // of a step: so near to a tie either number is right

std::vector<int8_t> randomBytes(size_t count, int32_t least, uint32_t seed)
{
    std::mt19937 random(seed);
    std::vector<int8_t> values(count);
    for (int8_t& value : values)
    {
        value = static_cast<int8_t>(least + static_cast<int32_t>(random() % static_cast<uint32_t>(128 - least)));
    }
    return values;
}

std::vector<float> randomFloats(size_t count, float least, float most, uint32_t seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> between(least, most);
    std::vector<float> values(count);
    for (float& value : values)
    {
        value = between(random);
    }
    return values;
}

template <typename T>
std::vector<uint8_t> bytesOf(std::vector<T> const& values)
{
    std::vector<uint8_t> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

size_t areaOf(RootParams const& p)
{
    return static_cast<size_t>(p.height) * p.width;
}

size_t pixelsOf(RootParams const& p)
{
    return p.batch * areaOf(p);
}

// Byte of a channel of a pixel in [N, C / 32, H, W, 32].
size_t byteOf(RootParams const& p, size_t pixel, int32_t channel, int32_t channels)
{
    size_t const image = pixel / areaOf(p);
    size_t const block = image * (channels / 32) + channel / 32;
    return (block * areaOf(p) + pixel % areaOf(p)) * 32 + channel % 32;
}

std::vector<uint8_t> blocksOf(RootParams const& p, std::vector<int8_t> const& map, int32_t channels)
{
    std::vector<uint8_t> bytes(map.size());
    for (size_t i = 0; i < map.size(); ++i)
    {
        bytes[byteOf(p, i / channels, static_cast<int32_t>(i % channels), channels)] = static_cast<uint8_t>(map[i]);
    }
    return bytes;
}

double valueOf(Int8Root const& layer, size_t pixel, int32_t channel)
{
    RootParams const& p = layer.params;
    int8_t const* weight = &layer.weights[layer.weights.size() / p.outChannels * channel];
    int64_t sum = 0;
    for (int32_t i = 0; i < p.maps; ++i)
    {
        for (int32_t c = 0; c < p.channels[i]; ++c)
        {
            sum += int64_t{layer.maps[i][pixel * p.channels[i] + c]} * *weight++;
        }
    }
    return static_cast<double>(sum) * layer.factors[channel] + layer.bias[channel];
}

double halfError(double value, uint8_t const* bytes)
{
    __half half;
    std::memcpy(static_cast<void*>(&half), bytes, 2);
    double const error = std::fabs(__half2float(half) - std::fmax(value, 0.0));
    // Half an ulp (subnormals included), and what float loses in the sum of product and bias.
    double const allowed = std::ldexp(std::fabs(value), -11) + std::ldexp(1.0, -20);
    return std::isnan(error) ? std::numeric_limits<double>::infinity() : error / allowed;
}

bool isRounded(double steps, int8_t number)
{
    double const least = std::nearbyint(std::fmin(std::fmax(steps - kTIE, 0.0), 127.0));
    double const most = std::nearbyint(std::fmin(std::fmax(steps + kTIE, 0.0), 127.0));
    return number == least || number == most;
}

} // namespace

bool Int8Errors::passed() const
{
    return half <= 1.0 && wrong == 0;
}

RootParams int8Params(
    int32_t batch, int32_t height, int32_t width, std::vector<int32_t> const& channels, int32_t outChannels)
{
    RootParams p = rootParams(batch, height, width, channels, outChannels);
    p.type = RootType::kINT8;
    return p;
}

Int8Root randomInt8Root(RootParams const& p, int32_t gives, uint32_t seed)
{
    Int8Root layer{p, gives, {}, {}, {}, randomFloats(p.outChannels, -1.F, 1.F, seed + 1), 0.05F};
    int32_t sum = 0;
    for (int32_t i = 0; i < p.maps; ++i)
    {
        layer.maps.push_back(randomBytes(pixelsOf(p) * p.channels[i], -128, seed + 2 + i));
        sum += p.channels[i];
    }
    layer.weights = randomBytes(static_cast<size_t>(p.outChannels) * sum, -127, seed);
    // Sums are of about 5400 * sqrt(sum): outputs reach beyond 127 steps.
    float const usual = 5.F / (5400.F * std::sqrt(static_cast<float>(sum)));
    layer.factors = randomFloats(p.outChannels, 0.5F * usual, 1.5F * usual, seed + 7);
    return layer;
}

RootBytes bytesOfInt8Root(Int8Root const& layer)
{
    RootParams const& p = layer.params;
    size_t const outputs = pixelsOf(p) * p.outChannels;
    RootBytes bytes{{}, bytesOf(layer.weights), bytesOf(layer.bias), layer.gives & kGIVES_HALF ? outputs * 2 : 0,
        bytesOf(layer.factors), bytesOf(std::vector<float>{layer.outputScale}),
        layer.gives & kGIVES_INT8 ? outputs : 0};
    for (int32_t i = 0; i < p.maps; ++i)
    {
        bytes.maps.push_back(blocksOf(p, layer.maps[i], p.channels[i]));
    }
    return bytes;
}

std::vector<RootParams> inInt8(std::vector<RootParams> roots)
{
    for (RootParams& params : roots)
    {
        params.type = RootType::kINT8;
    }
    return roots;
}

Int8Errors errorsOfInt8(
    Int8Root const& layer, std::vector<uint8_t> const& half, std::vector<uint8_t> const& quantized, int32_t every)
{
    RootParams const& p = layer.params;
    std::vector<int8_t> planar(quantized.size());
    for (size_t i = 0; i < planar.size(); ++i)
    {
        size_t const pixel = i / (areaOf(p) * p.outChannels) * areaOf(p) + i % areaOf(p);
        int32_t const channel = static_cast<int32_t>(i / areaOf(p) % p.outChannels);
        planar[i] = static_cast<int8_t>(quantized[byteOf(p, pixel, channel, p.outChannels)]);
    }
    return errorsOfPlanar(layer, half, planar, every);
}

Int8Errors errorsOfPlanar(
    Int8Root const& layer, std::vector<uint8_t> const& half, std::vector<int8_t> const& quantized, int32_t every)
{
    RootParams const& p = layer.params;
    Int8Errors errors{0.0, 0};
    for (size_t pixel = 0; pixel < pixelsOf(p); pixel += every)
    {
        for (int32_t channel = 0; channel < p.outChannels; ++channel)
        {
            double const value = valueOf(layer, pixel, channel);
            if (layer.gives & kGIVES_HALF)
            {
                errors.half = std::fmax(errors.half, halfError(value, &half[(pixel * p.outChannels + channel) * 2]));
            }
            size_t const plane = pixel / areaOf(p) * p.outChannels + channel;
            if (layer.gives & kGIVES_INT8
                && !isRounded(value / layer.outputScale, quantized[plane * areaOf(p) + pixel % areaOf(p)]))
            {
                ++errors.wrong;
            }
        }
    }
    return errors;
}

} // namespace trtfairmot
