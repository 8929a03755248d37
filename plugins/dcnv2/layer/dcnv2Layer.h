// The deformable convolution as a layer of TensorRT.
#pragma once

#include <mutex>

#include "adapter/layer.h"
#include "dcnv2/kernel/dcnv2.h"
#include "dcnv2/layer/attributes.h"

namespace trtfairmot
{

// Two names of one layer: DCNv2 is the node of the common FairMOT and CenterNet exports, FairmotDCNv2 the one that
// trt-builder writes. They take the same inputs and attributes.
LayerKind dcnv2Kind();
LayerKind fairmotDcnv2Kind();

class Dcnv2Layer : public Layer
{
public:
    explicit Dcnv2Layer(Attributes const& attributes);

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
    Dcnv2Plan planFor(Dcnv2Params const& params);

    Attributes mAttributes;
    std::mutex mMutex; // of the plan of the last shape
    bool mPlanned{false};
    Dcnv2Params mParams;
    Dcnv2Plan mPlan;
};

} // namespace trtfairmot
