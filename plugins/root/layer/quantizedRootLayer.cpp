#include "root/layer/quantizedRootLayer.h"

#include "adapter/fields.h"
#include "adapter/shapes.h"
#include "root/layer/rootMaps.h"

namespace trtfairmot
{

namespace
{

using nvinfer1::DataType;
using nvinfer1::PluginTensorDesc;
using nvinfer1::TensorFormat;

constexpr uint32_t kMARK = 0x52515246U; // "FRQR"
constexpr uint32_t kVERSION = 1U;
constexpr int32_t kQUANTIZED_OUTPUT = 1; // bits of `outputs`
constexpr int32_t kHALF_OUTPUT = 2;
constexpr int32_t kCONSTANTS = 4; // weights, factors, bias, output scale

std::vector<IntegerField> fieldsOf(int32_t& maps, int32_t& outputs)
{
    return {{"maps", &maps, 1, 2, kROOT_MAPS}, {"outputs", &outputs, 1, 1, kQUANTIZED_OUTPUT | kHALF_OUTPUT}};
}

nvinfer1::PluginFieldCollection const& fields()
{
    static int32_t maps = 2;
    static int32_t outputs = 1;
    static std::vector<nvinfer1::PluginField> const kFIELDS = announcedFields(fieldsOf(maps, outputs));
    static nvinfer1::PluginFieldCollection const kCOLLECTION{static_cast<int32_t>(kFIELDS.size()), kFIELDS.data()};
    return kCOLLECTION;
}

std::unique_ptr<Layer> fromFields(nvinfer1::PluginFieldCollection const& given, std::string& problem)
{
    int32_t maps = 2;
    int32_t outputs = kQUANTIZED_OUTPUT;
    return readFields(given, fieldsOf(maps, outputs), problem) ? std::make_unique<QuantizedRootLayer>(maps, outputs)
                                                               : nullptr;
}

std::unique_ptr<Layer> fromBytes(void const* bytes, size_t size, std::string& problem)
{
    int32_t maps = 0;
    int32_t outputs = 0;
    if (!integersFromBytes(bytes, size, kMARK, kVERSION, {&maps, &outputs}, problem))
    {
        return nullptr;
    }
    if (maps < 2 || maps > kROOT_MAPS || outputs < 1 || outputs > (kQUANTIZED_OUTPUT | kHALF_OUTPUT))
    {
        problem = "Expected 2 to 4 maps and outputs from 1 to 3, but received " + std::to_string(maps) + " and "
            + std::to_string(outputs) + ".";
        return nullptr;
    }
    return std::make_unique<QuantizedRootLayer>(maps, outputs);
}

bool expectInputs(int32_t maps, int32_t inputCount, std::string& problem)
{
    if (inputCount != maps + kCONSTANTS)
    {
        problem = "Expected " + std::to_string(maps) + " maps, weights, factors, bias and output scale, but received "
            + std::to_string(inputCount) + " inputs.";
    }
    return inputCount == maps + kCONSTANTS;
}

bool paramsFromInputs(PluginTensorDesc const* inputs, int32_t maps, RootParams& p, std::string& problem)
{
    int64_t sum = 0;
    if (!paramsFromMaps(inputs, maps, p, sum, problem))
    {
        return false;
    }
    nvinfer1::Dims const& weights = inputs[maps].dims;
    p.outChannels = weights.nbDims == 2 ? static_cast<int32_t>(weights.d[0]) : 0;
    p.type = RootType::kINT8;
    if (!expectShape("weights", weights, {p.outChannels, sum / 4}, problem)
        || !expectShape("factors", inputs[maps + 1].dims, {p.outChannels}, problem)
        || !expectShape("bias", inputs[maps + 2].dims, {p.outChannels}, problem)
        || !expectShape("output_scale", inputs[maps + 3].dims, {1}, problem))
    {
        return false;
    }
    if (char const* const sentence = problemFromParams(p))
    {
        problem = sentence;
        return false;
    }
    return true;
}

} // namespace

LayerKind quantizedRootKind()
{
    return LayerKind{"FairmotQuantizedRoot", fields, fromFields, fromBytes};
}

QuantizedRootLayer::QuantizedRootLayer(int32_t maps, int32_t outputs) : mMaps{maps}, mOutputs{outputs} {}

std::unique_ptr<Layer> QuantizedRootLayer::clone() const
{
    return std::make_unique<QuantizedRootLayer>(mMaps, mOutputs);
}

int32_t QuantizedRootLayer::outputCount() const
{
    return mOutputs == (kQUANTIZED_OUTPUT | kHALF_OUTPUT) ? 2 : 1;
}

DataType QuantizedRootLayer::outputType(int32_t index, DataType const*, int32_t) const
{
    return index == 0 && (mOutputs & kQUANTIZED_OUTPUT) != 0 ? DataType::kINT8 : DataType::kHALF;
}

bool QuantizedRootLayer::outputShape(int32_t, nvinfer1::DimsExprs const* inputs, int32_t inputCount,
    nvinfer1::IExprBuilder&, nvinfer1::DimsExprs& shape, std::string& problem) const
{
    return expectInputs(mMaps, inputCount, problem) && outputShapeFromInputs(inputs, mMaps, shape, problem);
}

bool QuantizedRootLayer::supportsFormat(
    int32_t position, PluginTensorDesc const* const* tensors, int32_t inputs) const
{
    PluginTensorDesc const& tensor = *tensors[position];
    if (position >= mMaps && position < inputs)
    {
        DataType const type = position == mMaps ? DataType::kINT32 : DataType::kFLOAT;
        return tensor.type == type && tensor.format == TensorFormat::kLINEAR;
    }
    DataType const type = position < mMaps ? DataType::kINT8 : outputType(position - inputs, nullptr, 0);
    TensorFormat const format = type == DataType::kINT8 ? TensorFormat::kCHW32 : TensorFormat::kHWC8;
    return tensor.type == type && tensor.format == format;
}

bool QuantizedRootLayer::configure(PluginTensorDesc const* inputs, int32_t inputCount, std::string& problem)
{
    RootParams params;
    return expectInputs(mMaps, inputCount, problem) && paramsFromInputs(inputs, mMaps, params, problem);
}

size_t QuantizedRootLayer::workspaceSize(PluginTensorDesc const*, int32_t) const
{
    return 0;
}

bool QuantizedRootLayer::run(PluginTensorDesc const* inputs, PluginTensorDesc const*, void const* const* data,
    void* const* results, void*, cudaStream_t stream, std::string& problem)
{
    RootParams params;
    if (!paramsFromInputs(inputs, mMaps, params, problem))
    {
        return false;
    }
    RootTensors tensors;
    for (int32_t i = 0; i < mMaps; ++i)
    {
        tensors.maps[i] = data[i];
    }
    tensors.weights = data[mMaps];
    tensors.factors = static_cast<float const*>(data[mMaps + 1]);
    tensors.bias = static_cast<float const*>(data[mMaps + 2]);
    tensors.outputScale = static_cast<float const*>(data[mMaps + 3]);
    tensors.quantized = (mOutputs & kQUANTIZED_OUTPUT) != 0 ? results[0] : nullptr;
    tensors.output = (mOutputs & kHALF_OUTPUT) != 0 ? results[outputCount() - 1] : nullptr;
    cudaError_t const status = rootForward(params, rootTileFromParams(params), tensors, stream);
    problem = std::string("The root of int8 maps could not be started: ") + cudaGetErrorString(status) + ".";
    return status == cudaSuccess;
}

std::vector<uint8_t> QuantizedRootLayer::bytes() const
{
    return bytesFromIntegers(kMARK, kVERSION, {mMaps, mOutputs});
}

} // namespace trtfairmot
