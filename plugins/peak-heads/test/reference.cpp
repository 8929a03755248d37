#include "peak-heads/test/reference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace trtfairmot
{

namespace
{

constexpr double kHALF_ROUNDING = 1.0 / 2048;
constexpr double kHALF_LIMIT = 65520.0; // rounds to infinity
constexpr double kFLOAT_ROUNDING = 1e-6; // of sums of up to some thousand terms, relative to their magnitudes

struct Peak
{
    float score;
    int32_t index;
};

// Whether a neighbour's score is higher; NaN counts for nothing.
bool exceeded(std::vector<float> const& scores, PeakHeadsParams const& p, int32_t y, int32_t x, int64_t plane)
{
    float const own = scores[plane + y * p.width + x];
    for (int32_t ny = std::max(0, y - 1); ny <= std::min(p.height - 1, y + 1); ++ny)
    {
        for (int32_t nx = std::max(0, x - 1); nx <= std::min(p.width - 1, x + 1); ++nx)
        {
            if (scores[plane + ny * p.width + nx] > own)
            {
                return true;
            }
        }
    }
    return false;
}

std::vector<Peak> peaksOf(PeakCase const& c, int32_t image)
{
    PeakHeadsParams const& p = c.params;
    int64_t const area = static_cast<int64_t>(p.height) * p.width;
    std::vector<float> scores(area * p.classes);
    for (size_t i = 0; i < scores.size(); ++i)
    {
        scores[i] = static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(c.logits[image * scores.size() + i]))));
    }
    std::vector<Peak> peaks;
    for (int32_t i = 0; i < static_cast<int32_t>(scores.size()); ++i)
    {
        int32_t const pixel = static_cast<int32_t>(i % area);
        bool const nan = std::isnan(scores[i]);
        if (nan || (scores[i] > 0.F && !exceeded(scores, p, pixel / p.width, pixel % p.width, i / area * area)))
        {
            peaks.push_back(Peak{scores[i], i});
        }
    }
    std::stable_sort(peaks.begin(), peaks.end(),
        [](Peak const& a, Peak const& b)
        { return std::isnan(a.score) ? !std::isnan(b.score) : !std::isnan(b.score) && a.score > b.score; });
    peaks.resize(std::min<size_t>(peaks.size(), p.topK));
    return peaks;
}

struct Value
{
    double value;
    double bound; // of the error
};

// The heads' results at a pixel: [channels of all heads].
std::vector<Value> headsAt(PeakCase const& c, int32_t image, int32_t pixel)
{
    PeakHeadsParams const& p = c.params;
    int32_t const patch = 9 * p.features;
    std::vector<float> values(patch, 0.F);
    for (int32_t tap = 0; tap < 9; ++tap)
    {
        int32_t const y = pixel / p.width + tap / 3 - 1;
        int32_t const x = pixel % p.width + tap % 3 - 1;
        if (y >= 0 && x >= 0 && y < p.height && x < p.width)
        {
            auto const from = c.features.begin()
                + ((static_cast<int64_t>(image) * p.height + y) * p.width + x) * p.features;
            std::copy(from, from + p.features, values.begin() + tap * p.features);
        }
    }
    std::vector<Value> hidden(static_cast<size_t>(p.channels.heads()) * p.hidden);
    for (size_t m = 0; m < hidden.size(); ++m)
    {
        double sum = c.firstBias[m];
        double magnitude = std::abs(sum);
        for (int32_t k = 0; k < patch; ++k)
        {
            double const product = static_cast<double>(values[k]) * c.firstWeight[m * patch + k];
            sum += product;
            magnitude += std::abs(product);
        }
        double const positive = sum >= kHALF_LIMIT ? std::numeric_limits<double>::infinity() : std::max(sum, 0.0);
        hidden[m] = Value{positive, positive * kHALF_ROUNDING + magnitude * kFLOAT_ROUNDING + 1e-7};
    }
    std::vector<Value> results(p.channels.sum());
    for (int32_t r = 0; r < p.channels.sum(); ++r)
    {
        int32_t const head = r < p.channels.wh ? 0 : r < p.channels.wh + p.channels.reg ? 1 : p.channels.heads() - 1;
        Value result{c.secondBias[r], 0.0};
        double magnitude = std::abs(result.value);
        for (int32_t m = 0; m < p.hidden; ++m)
        {
            double const weight = c.secondWeight[static_cast<int64_t>(r) * p.hidden + m];
            Value const& h = hidden[static_cast<size_t>(head) * p.hidden + m];
            result.value += weight * h.value;
            result.bound += std::abs(weight) * h.bound;
            magnitude += std::abs(weight * h.value);
        }
        result.bound += magnitude * kFLOAT_ROUNDING;
        results[r] = result;
    }
    return results;
}

void appendBox(PeakReference& reference, PeakHeadsParams const& p, std::vector<Value> const& heads, int32_t pixel)
{
    for (int32_t corner = 0; corner < 4; ++corner)
    {
        int32_t const axis = corner % 2;
        double const cell = axis == 0 ? pixel % p.width : pixel / p.width;
        Value const offset = p.channels.reg == 0 ? Value{0.5, 0.0} : heads[p.channels.wh + axis];
        Value const side = p.channels.wh == 4 ? heads[corner] : Value{heads[axis].value / 2, heads[axis].bound / 2};
        double const value = (cell + offset.value + (corner < 2 ? -side.value : side.value)) * p.stride;
        reference.boxes.push_back(value);
        double const rounding = (cell + std::abs(offset.value) + std::abs(side.value)) * kFLOAT_ROUNDING;
        reference.boxBounds.push_back((offset.bound + side.bound + rounding) * p.stride);
    }
}

void appendEmbedding(PeakReference& reference, PeakHeadsParams const& p, std::vector<Value> const& heads)
{
    int32_t const first = p.channels.wh + p.channels.reg;
    double squares = 0.0;
    double bounds = 0.0;
    for (int32_t i = first; i < p.channels.sum(); ++i)
    {
        squares += heads[i].value * heads[i].value;
        bounds += heads[i].bound * heads[i].bound;
    }
    double const norm = std::max(std::sqrt(squares), 1e-12);
    for (int32_t i = first; i < p.channels.sum(); ++i)
    {
        double const value = heads[i].value / norm;
        reference.embeddings.push_back(value);
        // The norm is off by at most the length of the bounds.
        reference.embeddingBounds.push_back(
            (heads[i].bound + std::abs(value) * std::sqrt(bounds)) / norm + kFLOAT_ROUNDING);
    }
}

// A hidden channel that half cannot hold is infinite; what follows from one, or from NaN, may be anything.
bool isBroken(std::vector<Value> const& heads)
{
    return std::any_of(heads.begin(), heads.end(), [](Value const& head) { return !std::isfinite(head.value); });
}

} // namespace

PeakReference referenceOfCase(PeakCase const& c)
{
    PeakHeadsParams const& p = c.params;
    PeakReference reference(p);
    for (int32_t image = 0; image < p.batch; ++image)
    {
        std::vector<Peak> const peaks = peaksOf(c, image);
        reference.found.push_back(static_cast<int32_t>(peaks.size()));
        for (int32_t row = 0; row < p.topK; ++row)
        {
            if (row >= static_cast<int32_t>(peaks.size()))
            {
                reference.boxes.insert(reference.boxes.end(), 4, 0.0);
                reference.boxBounds.insert(reference.boxBounds.end(), 4, 0.0);
                reference.embeddings.insert(reference.embeddings.end(), p.channels.id, 0.0);
                reference.embeddingBounds.insert(reference.embeddingBounds.end(), p.channels.id, 0.0);
                continue;
            }
            int32_t const pixel = peaks[row].index % (p.height * p.width);
            std::vector<Value> const heads = headsAt(c, image, pixel);
            reference.rows.scores[static_cast<size_t>(image) * p.topK + row] = peaks[row].score;
            reference.rows.classes[static_cast<size_t>(image) * p.topK + row] =
                peaks[row].index / (p.height * p.width);
            appendBox(reference, p, heads, pixel);
            appendEmbedding(reference, p, heads);
            if (isBroken(heads))
            {
                float const nan = std::numeric_limits<float>::quiet_NaN();
                reference.rows.scores[static_cast<size_t>(image) * p.topK + row] = nan;
                std::fill(reference.embeddings.end() - p.channels.id, reference.embeddings.end(), nan);
            }
        }
    }
    return reference;
}

namespace
{

double worstOf(std::vector<float> const& values, std::vector<double> const& expected,
    std::vector<double> const& bounds, double& largest, int64_t& place)
{
    double worst = 0.0;
    for (size_t i = 0; i < values.size(); ++i)
    {
        if (!std::isfinite(expected[i]))
        {
            continue; // the score says so
        }
        double const error = std::abs(values[i] - expected[i]);
        double const ratio = error == 0.0 ? 0.0 : bounds[i] == 0.0 ? 1e30 : error / bounds[i];
        if (!(ratio <= worst)) // NaN too
        {
            worst = std::isnan(ratio) ? 1e30 : ratio;
            place = static_cast<int64_t>(i);
        }
        largest = std::max(largest, error);
    }
    return worst;
}

} // namespace

PeakComparison compareRows(PeakCase const& c, PeakReference const& reference, PeakRows const& rows)
{
    PeakComparison result;
    for (size_t i = 0; i < rows.scores.size() && result.problem.empty(); ++i)
    {
        float const expected = reference.rows.scores[i];
        bool const same =
            std::isnan(expected) ? std::isnan(rows.scores[i]) : std::memcmp(&expected, &rows.scores[i], 4) == 0;
        if (!same || rows.classes[i] != reference.rows.classes[i])
        {
            result.problem = "row " + std::to_string(i) + ": score " + std::to_string(rows.scores[i]) + ", class "
                + std::to_string(rows.classes[i]) + " instead of " + std::to_string(expected) + ", "
                + std::to_string(reference.rows.classes[i]);
        }
    }
    int64_t box = 0;
    int64_t channel = 0;
    double const boxes = worstOf(rows.boxes, reference.boxes, reference.boxBounds, result.boxError, box);
    double const embeddings = worstOf(
        rows.embeddings, reference.embeddings, reference.embeddingBounds, result.embeddingError, channel);
    result.worst = std::max(boxes, embeddings);
    if (result.problem.empty() && result.worst > 1.0)
    {
        result.problem = boxes > 1.0
            ? "box of row " + std::to_string(box / 4)
            : "embedding of row " + std::to_string(channel / c.params.channels.id);
    }
    result.passed = result.problem.empty();
    return result;
}

} // namespace trtfairmot
