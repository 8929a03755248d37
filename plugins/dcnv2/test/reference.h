// Deformable convolution by its definition, in double precision on the CPU. Only the coordinates are summed in float,
// as the kernels promise.
#pragma once

#include <vector>

#include "layerCase.h"

namespace trtfairmot
{

struct Reference
{
    std::vector<double> output; // [batch, outChannels, outHeight, outWidth]
    std::vector<double> magnitude; // of the same sum over absolute values: what rounding errors are measured by
};

Reference referenceOfCase(LayerCase const& layer);

struct Comparison
{
    double relativeError{0.0}; // norm of the difference over the norm of the reference
    double worstError{0.0}; // of one output, over the sum of its terms' magnitudes
    bool finite{true};
    bool padded{true}; // padding channels are 0
    bool accurate{false};
    bool passed{false}; // finite, padded and accurate
};

// Limits follow from the rounding of the type: `roundings` times its unit roundoff for one output. Two of them are a
// sample's and the output's; interpolating in half takes more.
constexpr int32_t kROUNDINGS = 2;
constexpr int32_t kPACKED_ROUNDINGS = 6;

inline int32_t roundingsOf(Dcnv2Plan const& plan)
{
    return plan.packedInterpolation ? kPACKED_ROUNDINGS : kROUNDINGS;
}

Comparison compareOutput(LayerCase const& layer, Reference const& reference, std::vector<uint8_t> const& output,
    int32_t roundings = kROUNDINGS);

} // namespace trtfairmot
