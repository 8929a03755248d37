#include "upsampleCase.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>

#include "common/elements.h"

namespace trtfairmot
{

namespace
{

std::vector<float> randomHalves(size_t count, float scale, uint32_t seed)
{
    std::mt19937 random(seed);
    std::vector<float> values(count);
    for (float& value : values)
    {
        float const uniform = static_cast<float>(random() >> 8) / static_cast<float>(1 << 23) - 1.F;
        value = __half2float(__float2half_rn(scale * uniform));
    }
    return values;
}

std::vector<uint8_t> bytesOf(std::vector<float> const& values)
{
    std::vector<uint8_t> bytes(values.size() * 2);
    for (size_t i = 0; i < values.size(); ++i)
    {
        __half const rounded = __float2half_rn(values[i]);
        std::memcpy(&bytes[i * 2], &rounded, 2);
    }
    return bytes;
}

struct Expected
{
    double value;
    double magnitude; // of the sum's terms
};

// As ONNX defines ConvTranspose: input pixel (i, j) adds to output pixel (i f - f / 2 + row, j f - f / 2 + column).
Expected outputOf(UpsampleCase const& layer, int32_t image, int32_t y, int32_t x, int32_t channel)
{
    UpsampleAddParams const& p = layer.params;
    int32_t const kernel = 2 * p.factor;
    int64_t const outPixel = (static_cast<int64_t>(image) * p.height * p.factor + y) * p.width * p.factor + x;
    double const skip = layer.skip[outPixel * p.channels + channel];
    Expected result{skip, std::fabs(skip)};
    for (int32_t i = 0; i < kernel * kernel; ++i)
    {
        int32_t const top = y + p.factor / 2 - i / kernel;
        int32_t const left = x + p.factor / 2 - i % kernel;
        bool const meets = top >= 0 && left >= 0 && top % p.factor == 0 && left % p.factor == 0;
        if (meets && top / p.factor < p.height && left / p.factor < p.width)
        {
            int64_t const pixel
                = (static_cast<int64_t>(image) * p.height + top / p.factor) * p.width + left / p.factor;
            double const product
                = static_cast<double>(layer.x[pixel * p.channels + channel]) * layer.weights[i * p.channels + channel];
            result.value += product;
            result.magnitude += std::fabs(product);
        }
    }
    return result;
}

} // namespace

UpsampleCase randomUpsample(UpsampleAddParams const& p, uint32_t seed)
{
    size_t const pixels = static_cast<size_t>(p.batch) * p.height * p.width;
    size_t const taps = static_cast<size_t>(p.factor) * p.factor;
    return UpsampleCase{p, randomHalves(pixels * p.channels, 4.F, seed),
        randomHalves(pixels * taps * p.channels, 4.F, seed + 1), randomHalves(4 * taps * p.channels, 1.F, seed + 2)};
}

UpsampleBytes bytesOfUpsample(UpsampleCase const& layer)
{
    return UpsampleBytes{bytesOf(layer.x), bytesOf(layer.skip), bytesOf(layer.weights), layer.skip.size() * 2};
}

std::string describe(UpsampleAddParams const& p)
{
    char text[96];
    std::snprintf(text, sizeof(text), "%dx%dx%dx%d -> %dx%d", p.batch, p.channels, p.height, p.width,
        p.height * p.factor, p.width * p.factor);
    return text;
}

double worstError(UpsampleCase const& layer, std::vector<uint8_t> const& output, int32_t every)
{
    UpsampleAddParams const& p = layer.params;
    int32_t const width = p.width * p.factor;
    int32_t const height = p.height * p.factor;
    double worst = 0.0;
    for (int64_t pixel = 0; pixel < static_cast<int64_t>(p.batch) * height * width; pixel += every)
    {
        for (int32_t channel = 0; channel < p.channels; ++channel)
        {
            int32_t const row = static_cast<int32_t>(pixel / width);
            Expected const expected
                = outputOf(layer, row / height, row % height, static_cast<int32_t>(pixel % width), channel);
            __half half;
            std::memcpy(static_cast<void*>(&half), &output[(pixel * p.channels + channel) * 2], 2);
            double const error = std::fabs(__half2float(half) - expected.value);
            // Half an ulp (subnormals included), and what the order of float sums may do.
            double const allowed = std::ldexp(std::fabs(expected.value), -11) + std::ldexp(1.0, -25)
                + std::ldexp(expected.magnitude, -21);
            worst = std::isnan(error) ? std::numeric_limits<double>::infinity() : std::fmax(worst, error / allowed);
        }
    }
    return worst;
}

} // namespace trtfairmot
