#include "stemCase.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>

#include "stem/kernel/stemWeights.h"
#include "common/elements.h"

namespace trtfairmot
{

namespace
{

float halved(float value)
{
    return __half2float(__float2half_rn(value));
}

ConvLayer randomLayer(int32_t out, int32_t in, int32_t kernel, int32_t stride, std::mt19937& random)
{
    ConvLayer layer{out, in, kernel, stride, std::vector<float>(out * in * kernel * kernel), std::vector<float>(out)};
    float const scale = 1.7F / std::sqrt(static_cast<float>(in * kernel * kernel));
    std::normal_distribution<float> normal(0.F, scale);
    std::uniform_real_distribution<float> uniform(-0.2F, 0.6F);
    std::generate(layer.weight.begin(), layer.weight.end(), [&]() { return halved(normal(random)); });
    std::generate(layer.bias.begin(), layer.bias.end(), [&]() { return uniform(random); });
    return layer;
}

std::vector<uint8_t> bytesOf(std::vector<float> const& values, bool half)
{
    std::vector<uint8_t> bytes(values.size() * (half ? 2 : 4));
    for (size_t i = 0; i < values.size(); ++i)
    {
        __half const rounded = __float2half_rn(values[i]);
        half ? std::memcpy(&bytes[i * 2], &rounded, 2) : std::memcpy(&bytes[i * 4], &values[i], 4);
    }
    return bytes;
}

// A map of some pixels of one image.
struct Patch
{
    int32_t top;
    int32_t left;
    int32_t size;
    int32_t channels;
    std::vector<double> values; // [channels, size, size], zeros outside the image
    std::vector<double> errors; // that rounding may have left in them
};

Patch inputPatch(StemCase const& stem, int32_t image, int32_t top, int32_t left, int32_t size)
{
    StemParams const& p = stem.params;
    Patch patch{top, left, size, 3, std::vector<double>(3 * size * size), std::vector<double>(3 * size * size)};
    for (int32_t i = 0; i < 3 * size * size; ++i)
    {
        int32_t const y = top + i / size % size;
        int32_t const x = left + i % size;
        if (y >= 0 && y < p.height && x >= 0 && x < p.width)
        {
            int64_t const plane = static_cast<int64_t>(image) * 3 + i / (size * size);
            patch.values[i] = halved(stem.input[(plane * p.height + y) * p.width + x]);
        }
    }
    return patch;
}

// size x size outputs of a layer from (top, left) on, in an image of height x width outputs.
Patch convolved(ConvLayer const& layer, Patch const& source, int32_t top, int32_t left, int32_t size, int32_t height,
    int32_t width)
{
    int32_t const area = size * size;
    Patch patch{top, left, size, layer.outChannels, std::vector<double>(layer.outChannels * area),
        std::vector<double>(layer.outChannels * area)};
    for (int32_t i = 0; i < layer.outChannels * area; ++i)
    {
        int32_t const channel = i / area;
        int32_t const y = top + i / size % size;
        int32_t const x = left + i % size;
        if (y < 0 || y >= height || x < 0 || x >= width)
        {
            continue;
        }
        double sum = layer.bias[channel];
        double magnitude = std::fabs(sum);
        double error = 0.0; // left by those of the sources
        for (int32_t tap = 0; tap < layer.inChannels * layer.kernel * layer.kernel; ++tap)
        {
            int32_t const in = tap / (layer.kernel * layer.kernel);
            int32_t const row = y * layer.stride - layer.kernel / 2 + tap / layer.kernel % layer.kernel - source.top;
            int32_t const column = x * layer.stride - layer.kernel / 2 + tap % layer.kernel - source.left;
            int32_t const pixel = (in * source.size + row) * source.size + column;
            double const weight = layer.weight[channel * layer.inChannels * layer.kernel * layer.kernel + tap];
            double const product = weight * source.values[pixel];
            sum += product;
            magnitude += std::fabs(product);
            error += std::fabs(weight) * source.errors[pixel];
        }
        patch.values[i] = halved(static_cast<float>(std::max(sum, 0.0)));
        // Float sums in any order, then one rounding, which may fall to the other side.
        error += std::ldexp(magnitude, -20);
        patch.errors[i] = error + std::ldexp(std::max(sum, 0.0) + error, -10);
    }
    return patch;
}

Patch outputPixel(StemCase const& stem, int32_t image, int32_t y, int32_t x)
{
    StemParams const& p = stem.params;
    Patch const input = inputPatch(stem, image, 2 * y - 5, 2 * x - 5, 11);
    Patch const base = convolved(stem.layers[0], input, 2 * y - 2, 2 * x - 2, 5, p.height, p.width);
    Patch const level0 = convolved(stem.layers[1], base, 2 * y - 1, 2 * x - 1, 3, p.height, p.width);
    return convolved(stem.layers[2], level0, y, x, 1, stemOutSize(p.height), stemOutSize(p.width));
}

} // namespace

StemCase randomStem(StemParams const& params, uint32_t seed)
{
    std::mt19937 random(seed);
    StemCase stem{params, {}, {}};
    stem.layers[0] = randomLayer(params.baseChannels, 3, 7, 1, random);
    stem.layers[1] = randomLayer(params.level0Channels, params.baseChannels, 3, 1, random);
    stem.layers[2] = randomLayer(params.level1Channels, params.level0Channels, 3, 2, random);
    stem.input.resize(static_cast<size_t>(params.batch) * 3 * params.height * params.width);
    for (float& value : stem.input)
    {
        value = static_cast<float>(random() % 256U) / 255.F;
    }
    return stem;
}

StemBytes bytesOfStem(StemCase const& stem)
{
    std::vector<float> weights(kSTEM_WEIGHTS);
    for (int32_t i = 0; i < kSTEM_WEIGHTS; ++i)
    {
        StemWeight const w = stemWeightOfIndex(i);
        ConvLayer const& layer = stem.layers[static_cast<int32_t>(w.layer)];
        bool const exists = w.outChannel < layer.outChannels && w.inChannel < layer.inChannels && w.row < layer.kernel
            && w.column < layer.kernel;
        int32_t const plane = w.outChannel * layer.inChannels + w.inChannel;
        weights[i] = exists ? layer.weight[(plane * layer.kernel + w.row) * layer.kernel + w.column] : 0.F;
    }
    std::vector<float> bias(kSTEM_BIASES, 0.F);
    std::copy(stem.layers[0].bias.begin(), stem.layers[0].bias.end(), bias.begin());
    std::copy(stem.layers[1].bias.begin(), stem.layers[1].bias.end(), bias.begin() + kSTEM_MAX_BASE);
    std::copy(
        stem.layers[2].bias.begin(), stem.layers[2].bias.end(), bias.begin() + kSTEM_MAX_BASE + kSTEM_MAX_LEVEL0);
    StemParams const& p = stem.params;
    int32_t const channels = p.channelsLast ? (p.level1Channels + 7) / 8 * 8 : p.level1Channels;
    size_t const outputs = static_cast<size_t>(p.batch) * stemOutSize(p.height) * stemOutSize(p.width) * channels;
    return StemBytes{bytesOf(stem.input, p.halfInput), bytesOf(weights, true), bytesOf(bias, false), outputs * 2};
}

std::string describe(StemParams const& p)
{
    char text[128];
    std::snprintf(text, sizeof(text), "%dx3x%dx%d %s -> %d -> %d -> %d %s", p.batch, p.height, p.width,
        p.halfInput ? "half" : "float", p.baseChannels, p.level0Channels, p.level1Channels,
        p.channelsLast ? "NHWC" : "NCHW");
    return text;
}

Comparison compareStem(StemCase const& stem, std::vector<uint8_t> const& output, int32_t every)
{
    StemParams const& p = stem.params;
    int32_t const height = stemOutSize(p.height);
    int32_t const width = stemOutSize(p.width);
    int32_t const pitch = (p.level1Channels + 7) / 8 * 8;
    auto const outputAt = [&](int64_t pixel, int32_t channel)
    {
        int64_t const area = static_cast<int64_t>(height) * width;
        int64_t const index = p.channelsLast ? pixel * pitch + channel
                                             : (pixel / area * p.level1Channels + channel) * area + pixel % area;
        __half value;
        std::memcpy(static_cast<void*>(&value), &output[index * 2], 2);
        return static_cast<double>(__half2float(value));
    };
    Comparison result{true, 0.0, 0, 0.0};
    for (int64_t pixel = 0; pixel < static_cast<int64_t>(p.batch) * height * width; pixel += every)
    {
        int32_t const image = static_cast<int32_t>(pixel / (height * width));
        int32_t const inImage = static_cast<int32_t>(pixel % (height * width));
        Patch const expected = outputPixel(stem, image, inImage / width, inImage % width);
        for (int32_t channel = 0; channel < p.level1Channels; ++channel)
        {
            double const error = std::fabs(outputAt(pixel, channel) - expected.values[channel]);
            double const allowed = expected.errors[channel];
            result.worst = std::max(result.worst, error / allowed);
            result.passed = result.passed && error <= allowed;
            result.active += expected.values[channel] > 0.0 ? 1.0 : 0.0;
        }
        for (int32_t channel = p.level1Channels; p.channelsLast && channel < pitch; ++channel)
        {
            result.passed = result.passed && outputAt(pixel, channel) == 0.0;
        }
        ++result.pixels;
    }
    result.active /= static_cast<double>(result.pixels) * p.level1Channels;
    return result;
}

} // namespace trtfairmot
