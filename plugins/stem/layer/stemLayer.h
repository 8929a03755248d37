// FairMOT's first three layers as one layer of TensorRT.
#pragma once

#include "adapter/layer.h"
#include "stem/kernel/stem.h"

namespace trtfairmot
{

// FairmotStem: inputs input [N, 3, H, W], weights [kSTEM_WEIGHTS], bias [kSTEM_BIASES].
LayerKind stemKind();

struct StemAttributes
{
    int32_t baseChannels{kSTEM_MAX_BASE};
    int32_t level0Channels{kSTEM_MAX_LEVEL0};
    int32_t level1Channels{kSTEM_MAX_LEVEL1};
};

class StemLayer : public Layer
{
public:
    explicit StemLayer(StemAttributes const& attributes);

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

private:
    StemAttributes mAttributes;
};

} // namespace trtfairmot
