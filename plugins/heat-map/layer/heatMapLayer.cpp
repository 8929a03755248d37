#include "heat-map/layer/heatMapLayer.h"

#include "adapter/fields.h"
#include "adapter/shapes.h"
#include "heat-map/kernel/heatMap.h"

namespace trtfairmot
{

namespace
{

using nvinfer1::DataType;
using nvinfer1::PluginTensorDesc;
using nvinfer1::TensorFormat;

constexpr uint32_t kMARK = 0x4D484846U; // "FHHM"
constexpr uint32_t kVERSION = 1U;
constexpr int32_t kINPUTS = 5; // features, weight and bias of both convolutions

bool paramsFromTensors(PluginTensorDesc const* inputs, int32_t inputCount, HeatMapParams& p, std::string& problem)
{
    if (inputCount != kINPUTS)
    {
        problem = "Expected inputs features, first_weight, first_bias, second_weight, second_bias, but received "
            + std::to_string(inputCount) + " inputs.";
        return false;
    }
    nvinfer1::Dims const& features = inputs[0].dims;
    if (!expectFourDimensions("features", features, problem)
        || !expectFourDimensions("first_weight", inputs[1].dims, problem))
    {
        return false;
    }
    p.batch = static_cast<int32_t>(features.d[0]);
    p.features = static_cast<int32_t>(features.d[1]);
    p.height = static_cast<int32_t>(features.d[2]);
    p.width = static_cast<int32_t>(features.d[3]);
    p.hidden = static_cast<int32_t>(inputs[1].dims.d[0]);
    if (char const* const sentence = problemFromParams(p))
    {
        problem = sentence;
        return false;
    }
    return expectShape("first_weight", inputs[1].dims, {p.hidden, 3, 3, p.features}, problem)
        && expectShape("first_bias", inputs[2].dims, {p.hidden}, problem)
        && expectShape("second_weight", inputs[3].dims, {1, p.hidden}, problem)
        && expectShape("second_bias", inputs[4].dims, {1}, problem);
}

nvinfer1::PluginFieldCollection const& fields()
{
    static nvinfer1::PluginFieldCollection const kNONE{0, nullptr};
    return kNONE;
}

std::unique_ptr<Layer> fromFields(nvinfer1::PluginFieldCollection const&, std::string&)
{
    return std::make_unique<HeatMapLayer>();
}

std::unique_ptr<Layer> fromBytes(void const* bytes, size_t size, std::string& problem)
{
    return integersFromBytes(bytes, size, kMARK, kVERSION, {}, problem) ? std::make_unique<HeatMapLayer>() : nullptr;
}

} // namespace

LayerKind heatMapKind()
{
    return LayerKind{"FairmotHeatMap", fields, fromFields, fromBytes};
}

std::unique_ptr<Layer> HeatMapLayer::clone() const
{
    return std::make_unique<HeatMapLayer>();
}

DataType HeatMapLayer::outputType(int32_t, DataType const*, int32_t) const
{
    return DataType::kFLOAT;
}

bool HeatMapLayer::outputShape(int32_t, nvinfer1::DimsExprs const* inputs, int32_t inputCount,
    nvinfer1::IExprBuilder& builder, nvinfer1::DimsExprs& shape, std::string& problem) const
{
    if (inputCount != kINPUTS || inputs[0].nbDims != 4)
    {
        problem = "Expected 5 inputs, features of 4 dimensions first, but received " + std::to_string(inputCount)
            + " inputs.";
        return false;
    }
    shape = inputs[0];
    shape.d[1] = builder.constant(1);
    return true;
}

bool HeatMapLayer::supportsFormat(int32_t position, PluginTensorDesc const* const* tensors, int32_t) const
{
    PluginTensorDesc const& tensor = *tensors[position];
    if (position == 0)
    {
        return tensor.type == DataType::kHALF && tensor.format == TensorFormat::kHWC8;
    }
    return tensor.format == TensorFormat::kLINEAR
        && tensor.type == (position == 1 ? DataType::kHALF : DataType::kFLOAT);
}

bool HeatMapLayer::configure(PluginTensorDesc const* inputs, int32_t inputCount, std::string& problem)
{
    HeatMapParams params;
    return paramsFromTensors(inputs, inputCount, params, problem);
}

size_t HeatMapLayer::workspaceSize(PluginTensorDesc const*, int32_t) const
{
    return 0;
}

bool HeatMapLayer::run(PluginTensorDesc const* inputs, PluginTensorDesc const*, void const* const* data,
    void* const* results, void*, cudaStream_t stream, std::string& problem)
{
    HeatMapParams params;
    if (!paramsFromTensors(inputs, kINPUTS, params, problem))
    {
        return false;
    }
    HeatMapTensors const tensors{data[0], data[1], static_cast<float const*>(data[2]),
        static_cast<float const*>(data[3]), static_cast<float const*>(data[4]), static_cast<float*>(results[0])};
    cudaError_t const status = heatMapForward(params, heatMapTileFromParams(params), tensors, stream);
    problem = std::string("The heat map could not be started: ") + cudaGetErrorString(status) + ".";
    return status == cudaSuccess;
}

std::vector<uint8_t> HeatMapLayer::bytes() const
{
    return bytesFromIntegers(kMARK, kVERSION, {});
}

} // namespace trtfairmot
