#include "dcnv2/layer/tensors.h"

#include "adapter/shapes.h"
#include "dcnv2/kernel/params.h"

namespace trtfairmot
{

using nvinfer1::DataType;
using nvinfer1::Dims;
using nvinfer1::PluginTensorDesc;
using nvinfer1::TensorFormat;

namespace
{

ActivationLayout layoutFrom(TensorFormat format)
{
    return format == TensorFormat::kLINEAR ? ActivationLayout::kNCHW : ActivationLayout::kNHWC;
}

void takeAttributes(Attributes const& attributes, Dcnv2Params& params)
{
    params.strideHeight = attributes.stride[0];
    params.strideWidth = attributes.stride[1];
    params.padHeight = attributes.padding[0];
    params.padWidth = attributes.padding[1];
    params.dilationHeight = attributes.dilation[0];
    params.dilationWidth = attributes.dilation[1];
    params.groups = attributes.groups;
    params.deformableGroups = attributes.deformableGroup;
    params.offsetMaskFused = attributes.offsetMask != 0;
    params.sigmoidMask = attributes.maskActivation != 0;
    params.weightLayout = attributes.weightLayout != 0 ? WeightLayout::kOHWI : WeightLayout::kOIHW;
    if (attributes.offsetConvolution != 0)
    {
        params.offsetConvolution = true;
        params.weightLayout = WeightLayout::kFRAGMENTS;
    }
    params.relu = attributes.relu != 0;
}

void takeShapes(Dims const& input, Dims const& weight, Dcnv2Params& params)
{
    params.batch = static_cast<int32_t>(input.d[0]);
    params.inChannels = static_cast<int32_t>(input.d[1]);
    params.inHeight = static_cast<int32_t>(input.d[2]);
    params.inWidth = static_cast<int32_t>(input.d[3]);
    if (params.offsetConvolution)
    {
        return; // a kernel of 3x3, and the output channels are an attribute
    }
    int32_t const kernel = params.weightLayout == WeightLayout::kOHWI ? 1 : 2;
    params.outChannels = static_cast<int32_t>(weight.d[0]);
    params.kernelHeight = static_cast<int32_t>(weight.d[kernel]);
    params.kernelWidth = static_cast<int32_t>(weight.d[kernel + 1]);
}

bool expectFragments(char const* name, Dims const& dims, Dcnv2Params const& p, int32_t outputs, std::string& problem)
{
    int64_t const chunk = p.inChannels % 64 == 0 ? 64 : 32;
    return expectShape(
        name, dims, {9, p.inChannels / chunk, paddedOutputs(outputs) / 8, chunk / 32, 32, 8}, problem);
}

// Weights and biases of both convolutions.
bool expectFusedShapes(PluginTensorDesc const* inputs, Dcnv2Params const& p, std::string& problem)
{
    return expectFragments("offset_weight", inputs[1].dims, p, 27, problem)
        && expectShape("offset_bias", inputs[2].dims, {27}, problem)
        && expectFragments("weight", inputs[3].dims, p, p.outChannels, problem)
        && expectShape("bias", inputs[4].dims, {p.outChannels}, problem);
}

// Offset, mask, weight and bias against what the input and the kernel size ask for.
bool expectShapes(
    Attributes const& attributes, PluginTensorDesc const* inputs, Dcnv2Params const& p, std::string& problem)
{
    int64_t const height = outHeightFromParams(p);
    int64_t const width = outWidthFromParams(p);
    int64_t const rows = static_cast<int64_t>(p.deformableGroups) * p.kernelHeight * p.kernelWidth;
    int64_t const channels = p.inChannels / p.groups;
    Dims const& weight = inputs[attributes.weightIndex()].dims;
    bool const offsets = p.offsetMaskFused
        ? expectShape("offset_mask", inputs[1].dims, {p.batch, 3 * rows, height, width}, problem)
        : expectShape("offset", inputs[1].dims, {p.batch, 2 * rows, height, width}, problem)
            && expectShape("mask", inputs[2].dims, {p.batch, rows, height, width}, problem);
    bool const weights = p.weightLayout == WeightLayout::kOHWI
        ? expectShape("weight", weight, {p.outChannels, p.kernelHeight, p.kernelWidth, channels}, problem)
        : expectShape("weight", weight, {p.outChannels, channels, p.kernelHeight, p.kernelWidth}, problem);
    return offsets && weights
        && (!attributes.hasBias()
            || expectShape("bias", inputs[attributes.weightIndex() + 1].dims, {p.outChannels}, problem));
}

} // namespace

bool elementTypeFrom(DataType type, ElementType& elementType)
{
    switch (type)
    {
    case DataType::kFLOAT:
        elementType = ElementType::kFLOAT;
        return true;
    case DataType::kHALF:
        elementType = ElementType::kHALF;
        return true;
#if NV_TENSORRT_MAJOR >= 10
    case DataType::kBF16:
        elementType = ElementType::kBFLOAT16;
        return true;
#endif
    default:
        return false;
    }
}

Dcnv2Tensors tensorsFrom(Attributes const& attributes, void const* const* data, void* output, void* workspace)
{
    Dcnv2Tensors tensors;
    tensors.input = data[0];
    if (attributes.offsetConvolution != 0)
    {
        tensors.offsetWeight = data[1];
        tensors.offsetBias = data[2];
        tensors.weight = data[3];
        tensors.bias = data[4];
        tensors.output = output;
        return tensors;
    }
    tensors.offset = data[1];
    tensors.mask = attributes.offsetMask != 0 ? nullptr : data[2];
    tensors.weight = data[attributes.weightIndex()];
    tensors.bias = attributes.hasBias() ? data[attributes.weightIndex() + 1] : nullptr;
    tensors.output = output;
    tensors.workspace = workspace;
    return tensors;
}

bool paramsFromTensors(Attributes const& attributes, PluginTensorDesc const* inputs, int32_t inputCount,
    Dcnv2Params& params, std::string& problem)
{
    bool const fused = attributes.offsetConvolution != 0;
    int32_t const least = attributes.weightIndex() + (fused ? 2 : 1);
    if (fused && (inputCount != least || attributes.outChannels < 1))
    {
        problem = "Expected inputs input, offset_weight, offset_bias, weight and bias, and the attribute out_channels, but "
                  "received "
            + std::to_string(inputCount) + " inputs and " + std::to_string(attributes.outChannels) + ".";
        return false;
    }
    if (inputCount < least || inputCount > least + 1)
    {
        problem = std::string("Expected inputs input, ") + (attributes.offsetMask != 0 ? "offset_mask" : "offset, mask")
            + ", weight and maybe bias, but received " + std::to_string(inputCount) + " inputs.";
        return false;
    }
    Dims const& input = inputs[0].dims;
    Dims const& weight = inputs[attributes.weightIndex()].dims;
    if (!expectFourDimensions("input", input, problem)
        || (!fused && !expectFourDimensions("weight", weight, problem)))
    {
        return false;
    }
    takeAttributes(attributes, params);
    params.outChannels = attributes.outChannels;
    takeShapes(input, weight, params);
    params.layout = layoutFrom(inputs[0].format);
    params.offsetLayout = fused ? ActivationLayout::kNCHW : layoutFrom(inputs[1].format);
    if (!elementTypeFrom(inputs[0].type, params.type))
    {
        problem = "Expected tensors of type float, half or bfloat16.";
        return false;
    }
    if (char const* const sentence = problemFromParams(params))
    {
        problem = sentence;
        return false;
    }
    if (fused)
    {
        return expectFusedShapes(inputs, params, problem);
    }
    Attributes counted = attributes;
    counted.inputCount = inputCount;
    return expectShapes(counted, inputs, params, problem);
}

} // namespace trtfairmot
