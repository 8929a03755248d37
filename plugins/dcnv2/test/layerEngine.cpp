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

std::vector<EngineField> fieldsOf(EngineVariant const& variant)
{
    Dcnv2Params const& p = variant.params;
    std::vector<EngineField> fields{{"stride", {p.strideHeight, p.strideWidth}}, {"padding", {p.padHeight, p.padWidth}},
        {"dilation", {p.dilationHeight, p.dilationWidth}}, {"mask_activation", {p.sigmoidMask}}, {"relu", {p.relu}}};
    std::vector<EngineField> const own{{"offset_convolution", {1}}, {"out_channels", {p.outChannels}},
        {"packed_interpolation", {variant.packed}}};
    std::vector<EngineField> const given{{"groups", {p.groups}}, {"deformable_group", {p.deformableGroups}},
        {"offset_mask", {p.offsetMaskFused}}, {"weight_layout", {static_cast<int32_t>(p.weightLayout)}}};
    std::vector<EngineField> const& more = p.offsetConvolution ? own : given;
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
}

std::vector<int32_t> weightShape(Dcnv2Params const& p, int32_t outputs)
{
    int32_t const channels = p.inChannels / p.groups;
    switch (p.weightLayout)
    {
    case WeightLayout::kOHWI:
        return {outputs, p.kernelHeight, p.kernelWidth, channels};
    case WeightLayout::kFRAGMENTS:
    {
        int32_t const chunk = channels % 64 == 0 ? 64 : 32;
        return {9, channels / chunk, paddedOutputs(outputs) / 8, chunk / 32, 32, 8};
    }
    case WeightLayout::kOIHW:
        break;
    }
    return {outputs, channels, p.kernelHeight, p.kernelWidth};
}

std::vector<EngineConstant> constantsOf(EngineVariant const& variant, LayerBytes const& bytes)
{
    Dcnv2Params const& p = variant.params;
    nvinfer1::DataType const type = dataTypeOf(p.type);
    std::vector<EngineConstant> constants;
    if (p.offsetConvolution)
    {
        constants.push_back({type, weightShape(p, 27), &bytes.offsetWeight});
        constants.push_back({type, {27}, &bytes.offsetBias});
    }
    constants.push_back({type, weightShape(p, p.outChannels), &bytes.weight});
    if (variant.hasBias)
    {
        constants.push_back({type, {p.outChannels}, &bytes.bias});
    }
    return constants;
}

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
    if (p.offsetConvolution)
    {
        return inputs;
    }
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

OneLayerNetwork networkOf(EngineVariant const& variant, LayerBytes const& bytes)
{
    Dcnv2Params const& p = variant.params;
    return OneLayerNetwork{variant.node, fieldsOf(variant), variant.dynamic ? dynamicInputsOf(p) : inputsOf(p),
        constantsOf(variant, bytes), {{"output", dataTypeOf(p.type), formatOf(p.layout)}}};
}

} // namespace trtfairmot
