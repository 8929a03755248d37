// Concatenation, 1x1 convolution and ReLU of int8 maps as one layer of TensorRT.
#pragma once

#include "adapter/layer.h"
#include "root/kernel/root.h"

namespace trtfairmot
{

// FairmotQuantizedRoot: inputs x0, x1 [, x2, x3] int8 [N, Ci, H, W] of one scale, weights [O, sum of Ci / 4] int32 of
// four int8 each, factors [O], bias [O], output_scale [1]; attributes `maps`, how many x, and `outputs`: 1 the quantised
// output, 2 the half one, 3 both, in this order.
LayerKind quantizedRootKind();

class QuantizedRootLayer : public Layer
{
public:
    QuantizedRootLayer(int32_t maps, int32_t outputs);

    std::unique_ptr<Layer> clone() const override;
    int32_t outputCount() const override;
    nvinfer1::DataType outputType(int32_t index, nvinfer1::DataType const* inputTypes, int32_t inputs) const override;
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

private:
    int32_t mMaps;
    int32_t mOutputs; // bits
};

} // namespace trtfairmot
