#include "upsample-add/layer/upsampleAddLayer.h"

#include "adapter/fields.h"
#include "adapter/shapes.h"

namespace trtfairmot
{

namespace
{

using nvinfer1::DataType;
using nvinfer1::Dims;
using nvinfer1::PluginTensorDesc;
using nvinfer1::TensorFormat;

constexpr int32_t kINPUTS = 3;
constexpr uint32_t kMARK = 0x41505546U; // "FUPA"
constexpr uint32_t kVERSION = 1U;

nvinfer1::PluginFieldCollection const& fields()
{
    static nvinfer1::PluginFieldCollection const kNONE{0, nullptr};
    return kNONE;
}

std::unique_ptr<Layer> fromFields(nvinfer1::PluginFieldCollection const&, std::string&)
{
    return std::make_unique<UpsampleAddLayer>();
}

std::unique_ptr<Layer> fromBytes(void const* bytes, size_t size, std::string& problem)
{
    return integersFromBytes(bytes, size, kMARK, kVERSION, {}, problem) ? std::make_unique<UpsampleAddLayer>() : nullptr;
}

bool paramsFromInputs(
    PluginTensorDesc const* inputs, int32_t inputCount, UpsampleAddParams& params, std::string& problem)
{
    if (inputCount != kINPUTS)
    {
        problem = "Expected inputs x, skip and weights, but received " + std::to_string(inputCount) + " inputs.";
        return false;
    }
    Dims const& x = inputs[0].dims;
    Dims const& weights = inputs[2].dims;
    if (!expectFourDimensions("x", x, problem))
    {
        return false;
    }
    int64_t const factor = weights.nbDims == 3 && weights.d[0] == 8 ? 4 : 2;
    if (x.d[1] % 8 != 0)
    {
        problem = "Expected channels in multiples of 8, but received " + std::to_string(x.d[1]) + ".";
        return false;
    }
    params = UpsampleAddParams{static_cast<int32_t>(x.d[0]), static_cast<int32_t>(x.d[1]),
        static_cast<int32_t>(x.d[2]), static_cast<int32_t>(x.d[3]), static_cast<int32_t>(factor)};
    return expectShape("weights", weights, {2 * factor, 2 * factor, x.d[1]}, problem)
        && expectShape("skip", inputs[1].dims, {x.d[0], x.d[1], x.d[2] * factor, x.d[3] * factor}, problem);
}

} // namespace

LayerKind upsampleAddKind()
{
    return LayerKind{"FairmotUpsampleAdd", fields, fromFields, fromBytes};
}

std::unique_ptr<Layer> UpsampleAddLayer::clone() const
{
    return std::make_unique<UpsampleAddLayer>();
}

DataType UpsampleAddLayer::outputType(int32_t, DataType const*, int32_t) const
{
    return DataType::kHALF;
}

bool UpsampleAddLayer::outputShape(int32_t, nvinfer1::DimsExprs const* inputs, int32_t inputCount,
    nvinfer1::IExprBuilder&, nvinfer1::DimsExprs& shape, std::string& problem) const
{
    if (inputCount != kINPUTS || inputs[1].nbDims != 4)
    {
        problem = "Expected inputs x, skip and weights, skip of 4 dimensions, but received "
            + std::to_string(inputCount) + " inputs.";
        return false;
    }
    shape = inputs[1];
    return true;
}

bool UpsampleAddLayer::supportsFormat(int32_t position, PluginTensorDesc const* const* tensors, int32_t) const
{
    PluginTensorDesc const& tensor = *tensors[position];
    TensorFormat const format = position == 2 ? TensorFormat::kLINEAR : TensorFormat::kHWC8;
    return tensor.type == DataType::kHALF && tensor.format == format;
}

bool UpsampleAddLayer::configure(PluginTensorDesc const* inputs, int32_t inputCount, std::string& problem)
{
    UpsampleAddParams params;
    return paramsFromInputs(inputs, inputCount, params, problem);
}

size_t UpsampleAddLayer::workspaceSize(PluginTensorDesc const*, int32_t) const
{
    return 0;
}

bool UpsampleAddLayer::run(PluginTensorDesc const* inputs, PluginTensorDesc const*, void const* const* data,
    void* const* results, void*, cudaStream_t stream, std::string& problem)
{
    UpsampleAddParams params;
    if (!paramsFromInputs(inputs, kINPUTS, params, problem))
    {
        return false;
    }
    cudaError_t const status = upsampleAddForward(params, {data[0], data[1], data[2], results[0]}, stream);
    problem = std::string("The upsampling could not be started: ") + cudaGetErrorString(status) + ".";
    return status == cudaSuccess;
}

std::vector<uint8_t> UpsampleAddLayer::bytes() const
{
    return bytesFromIntegers(kMARK, kVERSION, {});
}

} // namespace trtfairmot
