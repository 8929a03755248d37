#include "dcnv2/layer/dcnv2Layer.h"

#include "adapter/shapes.h"
#include "dcnv2/kernel/params.h"

namespace trtfairmot
{

namespace
{

using nvinfer1::DataType;
using nvinfer1::Dims;
using nvinfer1::PluginTensorDesc;
using nvinfer1::TensorFormat;

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

std::unique_ptr<Layer> layerIf(bool valid, Attributes const& attributes)
{
    return valid ? std::make_unique<Dcnv2Layer>(attributes) : nullptr;
}

// (size + 2 padding - 2 dilation - 1) / stride + 1, for the kernel of 3.
nvinfer1::IDimensionExpr const* convolvedSize(
    nvinfer1::IExprBuilder& builder, nvinfer1::IDimensionExpr const& size, Attributes const& a, int32_t axis)
{
    using nvinfer1::DimensionOperation;
    auto const* const reach = builder.operation(DimensionOperation::kSUM, size,
        *builder.constant(2 * a.padding[axis] - 2 * a.dilation[axis] - 1));
    auto const* const steps =
        builder.operation(DimensionOperation::kFLOOR_DIV, *reach, *builder.constant(a.stride[axis]));
    return builder.operation(DimensionOperation::kSUM, *steps, *builder.constant(1));
}

nvinfer1::PluginFieldCollection const& fields()
{
    static Attributes kind;
    static std::vector<nvinfer1::PluginField> const kFIELDS = announcedFields(fieldsOf(kind));
    static nvinfer1::PluginFieldCollection const kCOLLECTION{static_cast<int32_t>(kFIELDS.size()), kFIELDS.data()};
    return kCOLLECTION;
}

std::unique_ptr<Layer> fromFields(nvinfer1::PluginFieldCollection const& given, std::string& problem)
{
    Attributes attributes;
    return layerIf(readFields(given, fieldsOf(attributes), problem), attributes);
}

std::unique_ptr<Layer> fromBytes(void const* bytes, size_t size, std::string& problem)
{
    Attributes attributes;
    return layerIf(attributesFromBytes(bytes, size, attributes, problem), attributes);
}

} // namespace

LayerKind dcnv2Kind()
{
    return LayerKind{"DCNv2", fields, fromFields, fromBytes};
}

LayerKind fairmotDcnv2Kind()
{
    return LayerKind{"FairmotDCNv2", fields, fromFields, fromBytes};
}

Dcnv2Layer::Dcnv2Layer(Attributes const& attributes) : mAttributes{attributes} {}

std::unique_ptr<Layer> Dcnv2Layer::clone() const
{
    return std::make_unique<Dcnv2Layer>(mAttributes);
}

DataType Dcnv2Layer::outputType(int32_t, DataType const* inputTypes, int32_t inputs) const
{
    return inputs > 0 ? inputTypes[0] : DataType::kFLOAT;
}

bool Dcnv2Layer::outputShape(int32_t, nvinfer1::DimsExprs const* inputs, int32_t inputCount,
    nvinfer1::IExprBuilder& builder, nvinfer1::DimsExprs& shape, std::string& problem) const
{
    if (mAttributes.offsetConvolution != 0)
    {
        shape.nbDims = 4;
        shape.d[0] = inputs[0].d[0];
        shape.d[1] = builder.constant(mAttributes.outChannels);
        shape.d[2] = convolvedSize(builder, *inputs[0].d[2], mAttributes, 0);
        shape.d[3] = convolvedSize(builder, *inputs[0].d[3], mAttributes, 1);
        return true;
    }
    if (inputCount <= mAttributes.weightIndex() || inputs[1].nbDims != 4)
    {
        problem = "Expected at least " + std::to_string(mAttributes.weightIndex() + 1)
            + " inputs, and offsets of 4 dimensions, but received " + std::to_string(inputCount) + " inputs.";
        return false;
    }
    // Offsets have the height and width of the output.
    shape.nbDims = 4;
    shape.d[0] = inputs[0].d[0];
    shape.d[1] = inputs[mAttributes.weightIndex()].d[0];
    shape.d[2] = inputs[1].d[2];
    shape.d[3] = inputs[1].d[3];
    return true;
}

bool Dcnv2Layer::supportsFormat(int32_t position, PluginTensorDesc const* const* tensors, int32_t inputs) const
{
    PluginTensorDesc const& tensor = *tensors[position];
    if (mAttributes.offsetConvolution != 0)
    {
        bool const activation = position == 0 || position == inputs;
        return tensor.type == DataType::kHALF
            && tensor.format == (activation ? TensorFormat::kHWC8 : TensorFormat::kLINEAR);
    }
    ElementType type{};
    bool const linear = tensor.format == TensorFormat::kLINEAR;
    bool const channelsLast = tensor.format == TensorFormat::kHWC8;
    if (position == 0)
    {
        return elementTypeFrom(tensor.type, type) && (linear || (channelsLast && type != ElementType::kFLOAT));
    }
    if (tensor.type != tensors[0]->type)
    {
        return false;
    }
    if (position == inputs)
    {
        return tensor.format == tensors[0]->format;
    }
    if (position == 1)
    {
        return linear || (channelsLast && tensors[0]->format == TensorFormat::kHWC8);
    }
    return position < mAttributes.weightIndex() ? tensor.format == tensors[1]->format : linear;
}

bool Dcnv2Layer::configure(PluginTensorDesc const* inputs, int32_t inputCount, std::string& problem)
{
    mAttributes.inputCount = inputCount;
    Dcnv2Params params;
    return paramsFromTensors(mAttributes, inputs, inputCount, params, problem);
}

size_t Dcnv2Layer::workspaceSize(PluginTensorDesc const* inputs, int32_t inputCount) const
{
    Dcnv2Params params;
    std::string problem;
    return paramsFromTensors(mAttributes, inputs, inputCount, params, problem) ? dcnv2WorkspaceSize(params) : 0;
}

Dcnv2Plan Dcnv2Layer::planFor(Dcnv2Params const& params)
{
    std::lock_guard<std::mutex> const lock(mMutex);
    if (!mPlanned || !(mParams == params))
    {
        mPlan = planFromParams(params);
        mPlan.packedInterpolation = mAttributes.packedInterpolation != 0;
        mParams = params;
        mPlanned = true;
    }
    return mPlan;
}

bool Dcnv2Layer::run(PluginTensorDesc const* inputs, PluginTensorDesc const*, void const* const* data,
    void* const* results, void* workspace, cudaStream_t stream, std::string& problem)
{
    Dcnv2Params params;
    if (!paramsFromTensors(mAttributes, inputs, mAttributes.inputCount, params, problem))
    {
        return false;
    }
    cudaError_t const status =
        dcnv2Forward(params, planFor(params), tensorsFrom(mAttributes, data, results[0], workspace), stream);
    problem = std::string("The deformable convolution could not be started: ") + cudaGetErrorString(status) + ".";
    return status == cudaSuccess;
}

std::vector<uint8_t> Dcnv2Layer::bytes() const
{
    return bytesFromAttributes(mAttributes);
}

} // namespace trtfairmot
