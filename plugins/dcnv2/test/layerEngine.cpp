#include "layerEngine.h"

#include <algorithm>

#include "dcnv2/kernel/params.h"

namespace trtfairmot
{

namespace
{

nvinfer1::DataType dataTypeOf(ElementType type)
{
#if NV_TENSORRT_MAJOR >= 10
    if (type == ElementType::kBFLOAT16)
    {
        return nvinfer1::DataType::kBF16;
    }
#endif
    return type == ElementType::kFLOAT ? nvinfer1::DataType::kFLOAT : nvinfer1::DataType::kHALF;
}

nvinfer1::TensorFormat formatOf(ActivationLayout layout)
{
    return layout == ActivationLayout::kNHWC ? nvinfer1::TensorFormat::kHWC8 : nvinfer1::TensorFormat::kLINEAR;
}

// The attributes of a node, which its fields point to.
struct NodeFields
{
    int32_t stride[2];
    int32_t padding[2];
    int32_t dilation[2];
    int32_t scalars[6];
    std::vector<nvinfer1::PluginField> list;

    explicit NodeFields(Dcnv2Params const& p)
        : stride{p.strideHeight, p.strideWidth}, padding{p.padHeight, p.padWidth},
          dilation{p.dilationHeight, p.dilationWidth}, scalars{p.groups, p.deformableGroups, p.offsetMaskFused,
                                                           p.sigmoidMask, static_cast<int32_t>(p.weightLayout), p.relu}
    {
        static char const* const kNAMES[] = {
            "groups", "deformable_group", "offset_mask", "mask_activation", "weight_layout", "relu"};
        auto const kTYPE = nvinfer1::PluginFieldType::kINT32;
        list.emplace_back("stride", stride, kTYPE, 2);
        list.emplace_back("padding", padding, kTYPE, 2);
        list.emplace_back("dilation", dilation, kTYPE, 2);
        for (int32_t i = 0; i < 6; ++i)
        {
            list.emplace_back(kNAMES[i], &scalars[i], kTYPE, 1);
        }
    }
};

std::vector<EngineInput> dynamicInputsOf(Dcnv2Params const& p)
{
    std::vector<EngineInput> inputs = inputsOf(p);
    std::vector<EngineInput> const least = inputsOf(scaled(p, 1, 4));
    std::vector<EngineInput> const most = inputsOf(scaled(p, 8, 1));
    for (size_t i = 0; i < inputs.size(); ++i)
    {
        inputs[i].least = least[i].shape;
        inputs[i].most = most[i].shape;
    }
    return inputs;
}

} // namespace

std::vector<EngineInput> inputsOf(Dcnv2Params const& p)
{
    int32_t const rows = tapsFromParams(p) * p.deformableGroups;
    int32_t const height = outHeightFromParams(p);
    int32_t const width = outWidthFromParams(p);
    auto const input = [&](char const* name, std::vector<int32_t> const& shape, ActivationLayout layout)
    { return EngineInput{name, dataTypeOf(p.type), formatOf(layout), shape, {}, {}}; };
    std::vector<EngineInput> inputs{input("input", {p.batch, p.inChannels, p.inHeight, p.inWidth}, p.layout)};
    if (p.offsetMaskFused)
    {
        inputs.push_back(input("offset_mask", {p.batch, 3 * rows, height, width}, p.offsetLayout));
    }
    else
    {
        inputs.push_back(input("offset", {p.batch, 2 * rows, height, width}, p.offsetLayout));
        inputs.push_back(input("mask", {p.batch, rows, height, width}, p.offsetLayout));
    }
    return inputs;
}

Dcnv2Params scaled(Dcnv2Params p, int32_t batch, int32_t shrink)
{
    p.batch = batch;
    p.inHeight = std::max(4, p.inHeight / shrink);
    p.inWidth = std::max(4, p.inWidth / shrink);
    return p;
}

Owned<nvinfer1::IHostMemory> buildEngine(
    TensorRt const& tensorrt, TestLogger& logger, EngineVariant const& variant, LayerBytes const& bytes)
{
    Dcnv2Params const& p = variant.params;
    NodeFields const fields(p);
    int32_t const channels = p.inChannels / p.groups;
    std::vector<int32_t> const weightShape = p.weightLayout == WeightLayout::kOHWI
        ? std::vector<int32_t>{p.outChannels, p.kernelHeight, p.kernelWidth, channels}
        : std::vector<int32_t>{p.outChannels, channels, p.kernelHeight, p.kernelWidth};
    std::vector<EngineConstant> constants{{dataTypeOf(p.type), weightShape, &bytes.weight}};
    if (variant.hasBias)
    {
        constants.push_back({dataTypeOf(p.type), {p.outChannels}, &bytes.bias});
    }
    return buildOneLayerEngine(tensorrt, logger,
        OneLayerNetwork{variant.node, fields.list, variant.dynamic ? dynamicInputsOf(p) : inputsOf(p), constants,
            dataTypeOf(p.type), formatOf(p.layout)});
}

} // namespace trtfairmot
