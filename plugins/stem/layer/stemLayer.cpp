#include "stem/layer/stemLayer.h"

#include "adapter/fields.h"
#include "adapter/shapes.h"

namespace trtfairmot
{

namespace
{

using nvinfer1::DataType;
using nvinfer1::PluginTensorDesc;
using nvinfer1::TensorFormat;

constexpr int32_t kINPUTS = 3;
constexpr uint32_t kMARK = 0x4D545346U; // "FSTM"
constexpr uint32_t kVERSION = 1U;

std::vector<IntegerField> fieldsOf(StemAttributes& a)
{
    return {{"base_channels", &a.baseChannels, 1, 1, kSTEM_MAX_BASE},
        {"level0_channels", &a.level0Channels, 1, 1, kSTEM_MAX_LEVEL0},
        {"level1_channels", &a.level1Channels, 1, 1, kSTEM_MAX_LEVEL1}};
}

nvinfer1::PluginFieldCollection const& fields()
{
    static StemAttributes kind;
    static std::vector<nvinfer1::PluginField> const kFIELDS = announcedFields(fieldsOf(kind));
    static nvinfer1::PluginFieldCollection const kCOLLECTION{static_cast<int32_t>(kFIELDS.size()), kFIELDS.data()};
    return kCOLLECTION;
}

std::unique_ptr<Layer> fromFields(nvinfer1::PluginFieldCollection const& given, std::string& problem)
{
    StemAttributes attributes;
    return readFields(given, fieldsOf(attributes), problem) ? std::make_unique<StemLayer>(attributes) : nullptr;
}

std::unique_ptr<Layer> fromBytes(void const* bytes, size_t size, std::string& problem)
{
    StemAttributes a;
    bool const read = integersFromBytes(
        bytes, size, kMARK, kVERSION, {&a.baseChannels, &a.level0Channels, &a.level1Channels}, problem);
    return read ? std::make_unique<StemLayer>(a) : nullptr;
}

bool expectInputs(int32_t inputCount, std::string& problem)
{
    if (inputCount != kINPUTS)
    {
        problem = "Expected inputs input, weights and bias, but received " + std::to_string(inputCount) + " inputs.";
    }
    return inputCount == kINPUTS;
}

} // namespace

LayerKind stemKind()
{
    return LayerKind{"FairmotStem", fields, fromFields, fromBytes};
}

StemLayer::StemLayer(StemAttributes const& attributes) : mAttributes{attributes} {}

std::unique_ptr<Layer> StemLayer::clone() const
{
    return std::make_unique<StemLayer>(mAttributes);
}

DataType StemLayer::outputType(int32_t, DataType const*, int32_t) const
{
    return DataType::kHALF;
}

bool StemLayer::outputShape(int32_t, nvinfer1::DimsExprs const* inputs, int32_t inputCount,
    nvinfer1::IExprBuilder& builder, nvinfer1::DimsExprs& shape, std::string& problem) const
{
    if (!expectInputs(inputCount, problem))
    {
        return false;
    }
    if (inputs[0].nbDims != 4)
    {
        problem = "Expected input to have 4 dimensions, but received " + std::to_string(inputs[0].nbDims) + ".";
        return false;
    }
    auto const halved = [&](nvinfer1::IDimensionExpr const& size)
    { return builder.operation(nvinfer1::DimensionOperation::kCEIL_DIV, size, *builder.constant(2)); };
    shape.nbDims = 4;
    shape.d[0] = inputs[0].d[0];
    shape.d[1] = builder.constant(mAttributes.level1Channels);
    shape.d[2] = halved(*inputs[0].d[2]);
    shape.d[3] = halved(*inputs[0].d[3]);
    return true;
}

// The input as the letterbox writes it, weights half, bias float, the output as the next convolution reads it.
bool StemLayer::supportsFormat(int32_t position, PluginTensorDesc const* const* tensors, int32_t inputs) const
{
    PluginTensorDesc const& tensor = *tensors[position];
    bool const linear = tensor.format == TensorFormat::kLINEAR;
    if (position == inputs)
    {
        return tensor.type == DataType::kHALF && (linear || tensor.format == TensorFormat::kHWC8);
    }
    bool const half = tensor.type == DataType::kHALF && position != 2;
    return linear && (half || (tensor.type == DataType::kFLOAT && position != 1));
}

bool StemLayer::configure(PluginTensorDesc const* inputs, int32_t inputCount, std::string& problem)
{
    if (!expectInputs(inputCount, problem) || !expectFourDimensions("input", inputs[0].dims, problem))
    {
        return false;
    }
    nvinfer1::Dims const& input = inputs[0].dims;
    return expectShape("input", input, {input.d[0], kSTEM_IN_CHANNELS, input.d[2], input.d[3]}, problem)
        && expectShape("weights", inputs[1].dims, {kSTEM_WEIGHTS}, problem)
        && expectShape("bias", inputs[2].dims, {kSTEM_BIASES}, problem);
}

size_t StemLayer::workspaceSize(PluginTensorDesc const*, int32_t) const
{
    return 0;
}

bool StemLayer::run(PluginTensorDesc const* inputs, PluginTensorDesc const* outputs, void const* const* data,
    void* const* results, void*, cudaStream_t stream, std::string& problem)
{
    if (!configure(inputs, kINPUTS, problem))
    {
        return false;
    }
    nvinfer1::Dims const& input = inputs[0].dims;
    StemParams const params{static_cast<int32_t>(input.d[0]), static_cast<int32_t>(input.d[2]),
        static_cast<int32_t>(input.d[3]), mAttributes.baseChannels, mAttributes.level0Channels,
        mAttributes.level1Channels, inputs[0].type == DataType::kHALF, outputs[0].format == TensorFormat::kHWC8};
    cudaError_t const status
        = stemForward(params, {data[0], data[1], static_cast<float const*>(data[2]), results[0]}, stream);
    problem = std::string("The first layers could not be started: ") + cudaGetErrorString(status) + ".";
    return status == cudaSuccess;
}

std::vector<uint8_t> StemLayer::bytes() const
{
    return bytesFromIntegers(kMARK, kVERSION,
        {mAttributes.baseChannels, mAttributes.level0Channels, mAttributes.level1Channels});
}

} // namespace trtfairmot
