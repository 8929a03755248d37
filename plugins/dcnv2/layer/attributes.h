// The plugin's attributes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "adapter/fields.h"

namespace trtfairmot
{

struct Attributes
{
    std::array<int32_t, 2> stride{1, 1};
    std::array<int32_t, 2> padding{0, 0};
    std::array<int32_t, 2> dilation{1, 1};
    int32_t groups{1};
    int32_t deformableGroup{1};
    int32_t offsetMask{0}; // 1: the mask's channels follow the offset's in one input
    int32_t maskActivation{0}; // 1: the mask holds logits, the plugin applies the sigmoid
    int32_t weightLayout{0}; // 0: OIHW, 1: OHWI; not with offsetConvolution, whose weights are in fragments
    int32_t offsetConvolution{0}; // 1: the inputs hold weight and bias of the offsets' convolution, not offsets
    int32_t outChannels{0}; // with offsetConvolution
    int32_t packedInterpolation{0}; // with offsetConvolution: 1 interpolates in half
    int32_t relu{0}; // 1: ReLU on the output
    int32_t inputCount{0}; // inputs of the layer, known once it is configured

    int32_t offsetInputs() const
    {
        return offsetConvolution == 0 && offsetMask != 0 ? 1 : 2;
    }

    int32_t weightIndex() const
    {
        return 1 + offsetInputs();
    }

    bool hasBias() const
    {
        return inputCount > weightIndex() + 1;
    }
};

// What a node may say of them.
std::vector<IntegerField> fieldsOf(Attributes& attributes);

std::vector<uint8_t> bytesFromAttributes(Attributes const& attributes);
bool attributesFromBytes(void const* bytes, size_t size, Attributes& attributes, std::string& problem);

} // namespace trtfairmot
