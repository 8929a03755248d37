// Parameters and tensors of the kernels from what TensorRT tells of a layer's inputs.
#pragma once

#include <string>

#include "dcnv2/kernel/dcnv2.h"
#include "dcnv2/layer/attributes.h"

namespace trtfairmot
{

bool elementTypeFrom(nvinfer1::DataType type, ElementType& elementType);

// Parameters of the layer for these inputs; false, with a sentence in `problem`, where shapes do not fit each other.
bool paramsFromTensors(Attributes const& attributes, nvinfer1::PluginTensorDesc const* inputs, int32_t inputCount,
    Dcnv2Params& params, std::string& problem);

Dcnv2Tensors tensorsFrom(Attributes const& attributes, void const* const* data, void* output, void* workspace);

} // namespace trtfairmot
