#include "heat-map/test/mapCase.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "common/elements.h"

namespace trtfairmot
{

namespace
{

constexpr double kFLOAT_ROUNDING = 3e-7; // of sums of some hundred terms, relative to their magnitudes

std::vector<float> normals(std::mt19937& random, size_t count, float deviation, bool half)
{
    std::normal_distribution<float> distribution(0.F, deviation);
    std::vector<float> values(count);
    for (float& value : values)
    {
        value = distribution(random);
        value = half ? __half2float(__float2half_rn(value)) : value;
    }
    return values;
}

struct Value
{
    double value;
    double bound;
};

Value logitAt(MapCase const& c, int32_t image, int32_t y, int32_t x)
{
    HeatMapParams const& p = c.params;
    Value result{c.secondBias, 0.0};
    double magnitude = std::abs(result.value);
    for (int32_t m = 0; m < p.hidden; ++m)
    {
        double sum = c.firstBias[m];
        double inner = std::abs(sum);
        for (int32_t tap = 0; tap < 9; ++tap)
        {
            int32_t const ny = y + tap / 3 - 1;
            int32_t const nx = x + tap % 3 - 1;
            if (ny < 0 || nx < 0 || ny >= p.height || nx >= p.width)
            {
                continue;
            }
            float const* const pixel =
                c.features.data() + ((static_cast<int64_t>(image) * p.height + ny) * p.width + nx) * p.features;
            float const* const weight = c.firstWeight.data() + (static_cast<int64_t>(m) * 9 + tap) * p.features;
            for (int32_t i = 0; i < p.features; ++i)
            {
                double const product = static_cast<double>(pixel[i]) * weight[i];
                sum += product;
                inner += std::abs(product);
            }
        }
        double const hidden = std::max(sum, 0.0);
        result.value += c.secondWeight[m] * hidden;
        result.bound += std::abs(c.secondWeight[m]) * inner * kFLOAT_ROUNDING;
        magnitude += std::abs(c.secondWeight[m] * hidden);
    }
    result.bound += magnitude * kFLOAT_ROUNDING;
    return result;
}

} // namespace

MapCase randomCase(HeatMapParams const& p, uint32_t seed)
{
    std::mt19937 random(seed);
    size_t const patch = 9 * static_cast<size_t>(p.features);
    MapCase c;
    c.params = p;
    c.features = normals(random, static_cast<size_t>(p.batch) * p.height * p.width * p.features, 1.F, true);
    c.firstWeight = normals(random, p.hidden * patch, 1.F / std::sqrt(static_cast<float>(patch)), true);
    c.firstBias = normals(random, p.hidden, 0.3F, false);
    c.secondWeight = normals(random, p.hidden, 1.F / std::sqrt(static_cast<float>(p.hidden)), false);
    c.secondBias = -4.6F;
    return c;
}

HeatMapParams randomParams(uint32_t seed)
{
    std::mt19937 random(seed);
    auto const upTo = [&](int32_t most) { return 1 + static_cast<int32_t>(random() % static_cast<uint32_t>(most)); };
    HeatMapParams p;
    p.batch = upTo(2);
    p.height = upTo(18);
    p.width = upTo(random() % 3 == 0 ? 200 : 30);
    p.features = 8 * upTo(8);
    p.hidden = 128 * upTo(2);
    return p;
}

std::string describe(HeatMapParams const& p)
{
    return std::to_string(p.batch) + "x" + std::to_string(p.height) + "x" + std::to_string(p.width) + ", features "
        + std::to_string(p.features) + ", hidden " + std::to_string(p.hidden);
}

std::vector<uint8_t> bytesOfHalves(std::vector<float> const& values)
{
    std::vector<uint8_t> bytes(values.size() * sizeof(__half));
    for (size_t i = 0; i < values.size(); ++i)
    {
        __half const half = __float2half_rn(values[i]);
        std::memcpy(bytes.data() + i * sizeof(half), static_cast<void const*>(&half), sizeof(half));
    }
    return bytes;
}

MapReference referenceOfCase(MapCase const& c, int32_t step)
{
    HeatMapParams const& p = c.params;
    int32_t const area = p.height * p.width;
    double const unknown = std::numeric_limits<double>::quiet_NaN();
    size_t const pixels = static_cast<size_t>(p.batch) * area;
    MapReference reference{std::vector<double>(pixels, unknown), std::vector<double>(pixels, unknown)};
    for (size_t i = 0; i < pixels; i += step)
    {
        int32_t const pixel = static_cast<int32_t>(i % area);
        Value const value = logitAt(c, static_cast<int32_t>(i / area), pixel / p.width, pixel % p.width);
        reference.logits[i] = value.value;
        reference.bounds[i] = value.bound;
    }
    return reference;
}

double worstError(MapReference const& reference, std::vector<float> const& logits)
{
    double worst = 0.0;
    for (size_t i = 0; i < logits.size(); ++i)
    {
        if (!std::isfinite(logits[i]))
        {
            return std::numeric_limits<double>::infinity();
        }
        if (!std::isnan(reference.logits[i]))
        {
            worst = std::max(worst, std::abs(logits[i] - reference.logits[i]) / reference.bounds[i]);
        }
    }
    return worst;
}

} // namespace trtfairmot
