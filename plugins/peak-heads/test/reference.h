// The plugin's definition: peaks by comparing scores, heads in double precision.
#pragma once

#include "peak-heads/test/peakCase.h"

namespace trtfairmot
{

struct PeakReference
{
    PeakRows rows; // NaN scores for NaN in the heat map
    std::vector<double> boxes;
    std::vector<double> embeddings;
    // How far a result may be off: hidden channels are rounded to half, sums are float.
    std::vector<double> boxBounds;
    std::vector<double> embeddingBounds;
    std::vector<int32_t> found; // rows in use, per image

    explicit PeakReference(PeakHeadsParams const& params) : rows(params) {}
};

PeakReference referenceOfCase(PeakCase const& peakCase);

struct PeakComparison
{
    bool passed{false};
    double worst{0.0}; // of the errors, relative to their bounds
    double boxError{0.0}; // largest, in pixels
    double embeddingError{0.0}; // largest
    std::string problem; // the first
};

PeakComparison compareRows(PeakCase const& peakCase, PeakReference const& reference, PeakRows const& rows);

} // namespace trtfairmot
