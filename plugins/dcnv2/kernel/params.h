// Sizes that follow from the parameters.
#pragma once

#include "dcnv2.h"
#include "sampleView.h"

namespace trtfairmot
{

int32_t channelPitch(Dcnv2Params const& params, ActivationLayout layout, int32_t channels);

// Strides of [batch, channels, pixels] in a layout.
ChannelStrides channelStrides(Dcnv2Params const& params, ActivationLayout layout, int32_t channels, int64_t pixels);

int64_t outPixelsFromParams(Dcnv2Params const& params);
int32_t tapsFromParams(Dcnv2Params const& params);

// Output channels of WeightLayout::kFRAGMENTS.
int32_t paddedOutputs(int32_t outChannels);

// Whether the kernel that computes the offset convolution too can run these types and shapes.
bool suitsFusion(Dcnv2Params const& params);

} // namespace trtfairmot
