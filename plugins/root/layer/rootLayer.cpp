#include "root/layer/rootLayer.h"

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

constexpr uint32_t kMARK = 0x544F5246U; // "FROT"
constexpr uint32_t kVERSION = 1U;

std::vector<IntegerField> fieldsOf(int32_t& maps)
{
    return {{"maps", &maps, 1, 2, kROOT_MAPS}};
}

nvinfer1::PluginFieldCollection const& fields()
{
    static int32_t maps = 2;
    static std::vector<nvinfer1::PluginField> const kFIELDS = announcedFields(fieldsOf(maps));
    static nvinfer1::PluginFieldCollection const kCOLLECTION{static_cast<int32_t>(kFIELDS.size()), kFIELDS.data()};
    return kCOLLECTION;
}

std::unique_ptr<Layer> fromFields(nvinfer1::PluginFieldCollection const& given, std::string& problem)
{
    int32_t maps = 2;
    return readFields(given, fieldsOf(maps), problem) ? std::make_unique<RootLayer>(maps) : nullptr;
}

std::unique_ptr<Layer> fromBytes(void const* bytes, size_t size, std::string& problem)
{
    int32_t maps = 0;
    if (!integersFromBytes(bytes, size, kMARK, kVERSION, {&maps}, problem))
    {
        return nullptr;
    }
    if (maps < 2 || maps > kROOT_MAPS)
    {
        problem = "Expected 2 to 4 maps, but received " + std::to_string(maps) + ".";
        return nullptr;
    }
    return std::make_unique<RootLayer>(maps);
}

bool expectInputs(int32_t maps, int32_t inputCount, std::string& problem)
{
    if (inputCount != maps + 2)
    {
        problem = "Expected " + std::to_string(maps) + " maps, weights and bias, but received "
            + std::to_string(inputCount) + " inputs.";
    }
    return inputCount == maps + 2;
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
    if (!expectShape("weights", weights, {p.outChannels, sum}, problem)
        || !expectShape("bias", inputs[maps + 1].dims, {p.outChannels}, problem))
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

LayerKind rootKind()
{
    return LayerKind{"FairmotRoot", fields, fromFields, fromBytes};
}

RootLayer::RootLayer(int32_t maps) : mMaps{maps} {}

std::unique_ptr<Layer> RootLayer::clone() const
{
    return std::make_unique<RootLayer>(mMaps);
}

DataType RootLayer::outputType(int32_t, DataType const*, int32_t) const
{
    return DataType::kHALF;
}

bool RootLayer::outputShape(int32_t, nvinfer1::DimsExprs const* inputs, int32_t inputCount, nvinfer1::IExprBuilder&,
    nvinfer1::DimsExprs& shape, std::string& problem) const
{
    return expectInputs(mMaps, inputCount, problem) && outputShapeFromInputs(inputs, mMaps, shape, problem);
}

bool RootLayer::supportsFormat(int32_t position, PluginTensorDesc const* const* tensors, int32_t) const
{
    PluginTensorDesc const& tensor = *tensors[position];
    if (position == mMaps + 1)
    {
        return tensor.type == DataType::kFLOAT && tensor.format == TensorFormat::kLINEAR;
    }
    TensorFormat const format = position == mMaps ? TensorFormat::kLINEAR : TensorFormat::kHWC8;
    return tensor.type == DataType::kHALF && tensor.format == format;
}

bool RootLayer::configure(PluginTensorDesc const* inputs, int32_t inputCount, std::string& problem)
{
    RootParams params;
    return expectInputs(mMaps, inputCount, problem) && paramsFromInputs(inputs, mMaps, params, problem);
}

size_t RootLayer::workspaceSize(PluginTensorDesc const*, int32_t) const
{
    return 0;
}

bool RootLayer::run(PluginTensorDesc const* inputs, PluginTensorDesc const*, void const* const* data,
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
    tensors.bias = static_cast<float const*>(data[mMaps + 1]);
    tensors.output = results[0];
    cudaError_t const status = rootForward(params, rootTileFromParams(params), tensors, stream);
    problem = std::string("The root could not be started: ") + cudaGetErrorString(status) + ".";
    return status == cudaSuccess;
}

std::vector<uint8_t> RootLayer::bytes() const
{
    return bytesFromIntegers(kMARK, kVERSION, {mMaps});
}

} // namespace trtfairmot
