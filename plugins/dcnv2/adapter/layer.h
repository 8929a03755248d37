// What both adapters ask of a layer: formats, shapes, workspace, execution.
#pragma once

#include <mutex>
#include <string>

#include "attributes.h"

namespace trtfairmot
{

// Whether tensor `position` (inputs, then the output) may have its type and format, given those before it.
bool supportsFormat(
    Attributes const& attributes, int32_t position, nvinfer1::PluginTensorDesc const* const* tensors, int32_t inputs);

// Parameters of the layer for these tensors (inputs, then the output); false, with a sentence in `problem`, where
// shapes do not fit each other.
bool paramsFromTensors(Attributes const& attributes, nvinfer1::PluginTensorDesc const* inputs, int32_t inputCount,
    Dcnv2Params& params, std::string& problem);

// Runs a layer and remembers the plan of the last shape. One per execution context; safe to call from several threads.
class LayerRunner
{
public:
    // 0, or 1 with a message in TensorRT's log.
    int32_t run(Attributes const& attributes, nvinfer1::PluginTensorDesc const* inputs, void const* const* data,
        void* output, void* workspace, cudaStream_t stream);

private:
    std::mutex mMutex;
    bool mPlanned{false};
    Dcnv2Params mParams;
    Dcnv2Plan mPlan;
};

} // namespace trtfairmot
