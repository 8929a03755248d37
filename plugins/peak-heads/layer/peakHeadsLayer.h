// The decoding with heads at the peaks as a layer of TensorRT.
#pragma once

#include <mutex>

#include "adapter/fields.h"
#include "adapter/layer.h"
#include "peak-heads/kernel/peakHeads.h"

namespace trtfairmot
{

LayerKind peakHeadsKind();

struct PeakHeadsAttributes
{
    int32_t topK{500};
    int32_t wh{4}; // channels of the head
    int32_t reg{2}; // channels of the head, 0 for none; id has the rest
    int32_t stride{4};
};

class PeakHeadsLayer : public Layer
{
public:
    explicit PeakHeadsLayer(PeakHeadsAttributes const& attributes);

    std::unique_ptr<Layer> clone() const override;
    int32_t outputCount() const override;
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
    PeakHeadsPlan planFor(PeakHeadsParams const& params);

    PeakHeadsAttributes mAttributes;
    std::mutex mMutex; // of the plan of the last shape
    bool mPlanned{false};
    PeakHeadsParams mParams;
    PeakHeadsPlan mPlan;
};

} // namespace trtfairmot
