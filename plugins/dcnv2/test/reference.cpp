#include "reference.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include "dcnv2/kernel/params.h"

namespace trtfairmot
{

namespace
{

double inputAt(LayerCase const& layer, int64_t plane, int64_t y, int64_t x)
{
    Dcnv2Params const& p = layer.params;
    bool const inside = y >= 0 && y < p.inHeight && x >= 0 && x < p.inWidth;
    return inside ? layer.input[(plane * p.inHeight + y) * p.inWidth + x] : 0.0;
}

struct Sample
{
    double value;
    double magnitude;
};

Sample bilinear(LayerCase const& layer, int64_t plane, float y, float x)
{
    Dcnv2Params const& p = layer.params;
    if (!(y > -1.F && x > -1.F && y < p.inHeight && x < p.inWidth))
    {
        return Sample{0.0, 0.0};
    }
    Sample sample{0.0, 0.0};
    int64_t const y0 = static_cast<int64_t>(std::floor(y));
    int64_t const x0 = static_cast<int64_t>(std::floor(x));
    for (int64_t row = y0; row <= y0 + 1; ++row)
    {
        for (int64_t column = x0; column <= x0 + 1; ++column)
        {
            double const weight =
                (1.0 - std::abs(static_cast<double>(y) - row)) * (1.0 - std::abs(static_cast<double>(x) - column));
            double const value = weight * inputAt(layer, plane, row, column);
            sample.value += value;
            sample.magnitude += std::abs(value);
        }
    }
    return sample;
}

struct Position
{
    int64_t image;
    int64_t y;
    int64_t x;
};

// Masked samples of all input channels and taps at one output pixel: [inChannels, taps].
std::vector<Sample> samplesAt(LayerCase const& layer, Position const& at)
{
    Dcnv2Params const& p = layer.params;
    int64_t const taps = tapsFromParams(p);
    int64_t const pixels = outPixelsFromParams(p) / p.batch;
    int64_t const pixel = at.y * outWidthFromParams(p) + at.x;
    std::vector<Sample> samples;
    for (int64_t channel = 0; channel < p.inChannels; ++channel)
    {
        int64_t const group = channel / (p.inChannels / p.deformableGroups);
        for (int64_t tap = 0; tap < taps; ++tap)
        {
            int64_t const row = (at.image * p.deformableGroups + group) * taps + tap;
            double mask = layer.mask[row * pixels + pixel];
            mask = p.sigmoidMask ? 1.0 / (1.0 + std::exp(-mask)) : mask;
            int64_t const y = at.y * p.strideHeight - p.padHeight + tap / p.kernelWidth * p.dilationHeight;
            int64_t const x = at.x * p.strideWidth - p.padWidth + tap % p.kernelWidth * p.dilationWidth;
            Sample sample = bilinear(layer, at.image * p.inChannels + channel,
                static_cast<float>(y) + layer.offset[2 * row * pixels + pixel],
                static_cast<float>(x) + layer.offset[(2 * row + 1) * pixels + pixel]);
            samples.push_back(Sample{sample.value * mask, sample.magnitude * std::abs(mask)});
        }
    }
    return samples;
}

// Output pixels [first, last) of the batch.
void fillReference(LayerCase const& layer, int64_t first, int64_t last, Reference& reference)
{
    Dcnv2Params const& p = layer.params;
    int64_t const taps = tapsFromParams(p);
    int64_t const groupIn = p.inChannels / p.groups;
    int64_t const groupOut = p.outChannels / p.groups;
    int64_t const width = outWidthFromParams(p);
    int64_t const pixels = outPixelsFromParams(p) / p.batch;
    for (int64_t index = first; index < last; ++index)
    {
        Position const at{index / pixels, index % pixels / width, index % width};
        std::vector<Sample> const samples = samplesAt(layer, at);
        for (int64_t o = 0; o < p.outChannels; ++o)
        {
            double sum = layer.hasBias ? layer.bias[o] : 0.0;
            double magnitude = std::abs(sum);
            Sample const* const part = &samples[o / groupOut * groupIn * taps];
            for (int64_t k = 0; k < groupIn * taps; ++k)
            {
                double const weight = layer.weight[o * groupIn * taps + k];
                sum += weight * part[k].value;
                magnitude += std::abs(weight) * part[k].magnitude;
            }
            size_t const target = static_cast<size_t>((at.image * p.outChannels + o) * pixels + index % pixels);
            reference.output[target] = p.relu ? std::max(sum, 0.0) : sum;
            reference.magnitude[target] = magnitude;
        }
    }
}

} // namespace

Reference referenceOfCase(LayerCase const& layer)
{
    Reference reference;
    int64_t const pixels = outPixelsFromParams(layer.params);
    reference.output.resize(static_cast<size_t>(pixels) * layer.params.outChannels);
    reference.magnitude.resize(reference.output.size());
    int64_t const threads = std::max(1U, std::thread::hardware_concurrency());
    int64_t const share = pixels / threads + 1;
    std::vector<std::thread> workers;
    for (int64_t first = 0; first < pixels; first += share)
    {
        workers.emplace_back([&layer, &reference, first, last = std::min(first + share, pixels)]()
            { fillReference(layer, first, last, reference); });
    }
    for (std::thread& worker : workers)
    {
        worker.join();
    }
    return reference;
}

Comparison compareOutput(
    LayerCase const& layer, Reference const& reference, std::vector<uint8_t> const& bytes, int32_t roundings)
{
    // Unit roundoff of the type, and 2^-18 for sums of some thousand floats.
    double const roundoff[] = {0.0, 1.0 / 2048, 1.0 / 256};
    double const limit = roundings * roundoff[static_cast<int32_t>(layer.params.type)] + 4e-6;
    Comparison comparison;
    float padding = 0.F;
    std::vector<float> const output = outputFromBytes(layer.params, bytes, padding);
    comparison.padded = padding == 0.F;
    double difference = 0.0;
    double norm = 0.0;
    for (size_t i = 0; i < output.size(); ++i)
    {
        comparison.finite = comparison.finite && std::isfinite(output[i]);
        double const error = output[i] - reference.output[i];
        difference += error * error;
        norm += reference.output[i] * reference.output[i];
        double const scale = std::max(reference.magnitude[i], 1e-3);
        comparison.worstError = std::max(comparison.worstError, std::abs(error) / scale);
    }
    comparison.relativeError = std::sqrt(difference / std::max(norm, 1e-30));
    comparison.accurate = comparison.worstError <= limit;
    comparison.passed = comparison.finite && comparison.padded && comparison.accurate;
    return comparison;
}

} // namespace trtfairmot
