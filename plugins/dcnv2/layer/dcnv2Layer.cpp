#include "dcnv2/layer/dcnv2Layer.h"

#include "dcnv2/layer/tensors.h"

namespace trtfairmot
{

namespace
{

using nvinfer1::DataType;
using nvinfer1::PluginTensorDesc;
using nvinfer1::TensorFormat;

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
