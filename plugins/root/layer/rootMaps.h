// What both layers ask of their maps.
#pragma once

#include <string>

#include <NvInferRuntime.h>

#include "root/kernel/root.h"

namespace trtfairmot
{

// Fills in all but the output channels from the maps, which are the first inputs; `sum` is that of their channels.
// False, with a sentence in `problem`, where they do not go together.
bool paramsFromMaps(
    nvinfer1::PluginTensorDesc const* inputs, int32_t maps, RootParams& p, int64_t& sum, std::string& problem);

// The shape of the outputs: the first map's with the weights' channels.
bool outputShapeFromInputs(
    nvinfer1::DimsExprs const* inputs, int32_t maps, nvinfer1::DimsExprs& shape, std::string& problem);

} // namespace trtfairmot
