// The heat map's head as a layer of TensorRT. It has no attributes.
#pragma once

#include "adapter/layer.h"

namespace trtfairmot
{

LayerKind heatMapKind();

class HeatMapLayer : public Layer
{
public:
    std::unique_ptr<Layer> clone() const override;
    nvinfer1::DataType outputType(
        int32_t index, nvinfer1::DataType const* inputTypes, int32_t inputs) const override;
    bool outputShape(int32_t index, nvinfer1::DimsExprs const* inputs, int32_t inputCount,
        nvinfer1::IExprBuilder& builder, nvinfer1::DimsExprs& shape, std::string& problem) const override;
    bool supportsFormat(
        int32_t position, nvinfer1::PluginTensorDesc const* const* tensors, int32_t inputs) const override;
    bool configure(nvinfer1::PluginTensorDesc const* inputs, int32_t inputCount, std::string& problem) override;
    size_t workspaceSize(nvinfer1::PluginTensorDesc const* inputs, int32_t inputCount) const override;
    bool run(nvinfer1::PluginTensorDesc const* inputs, nvinfer1::PluginTensorDesc const* outputs,
        void const* const* data, void* const* results, void* workspace, cudaStream_t stream,
        std::string& problem) override;
    std::vector<uint8_t> bytes() const override;
};

} // namespace trtfairmot
