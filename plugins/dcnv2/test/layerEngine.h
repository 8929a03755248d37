// Engines of one deformable convolution.
#pragma once

#include <vector>

#include "layerCase.h"
#include "testing/oneLayerEngine.h"

namespace trtfairmot
{

struct EngineVariant
{
    char const* name;
    char const* node; // plugin name
    Dcnv2Params params;
    bool hasBias;
    bool dynamic; // batch, height and width
    bool packed; // interpolates in half
    bool representative; // of those left out of a reduced test
};

// Both nodes in their types and layouts, and FairmotDCNv2 with the convolution of its offsets inside.
std::vector<EngineVariant> engineVariants();

// The activations of a layer: input, and offset and mask or both in one, unless it computes them.
std::vector<EngineInput> inputsOf(Dcnv2Params const& params);

// The same layer for another batch, and for a height and width divided by `shrink`. A dynamic engine takes batches 1 to
// 8 and shrink 1 to 4.
Dcnv2Params scaled(Dcnv2Params params, int32_t batch, int32_t shrink);

// Weights and bias are those of `bytes`.
OneLayerNetwork networkOf(EngineVariant const& variant, LayerBytes const& bytes);

} // namespace trtfairmot
