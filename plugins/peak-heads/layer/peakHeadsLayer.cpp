#include "peak-heads/layer/peakHeadsLayer.h"

#include "adapter/shapes.h"

namespace trtfairmot
{

namespace
{

using nvinfer1::DataType;
using nvinfer1::Dims;
using nvinfer1::PluginTensorDesc;
using nvinfer1::TensorFormat;

constexpr uint32_t kMARK = 0x4B504846U; // "FHPK"
constexpr uint32_t kVERSION = 1U;
constexpr int32_t kINPUTS = 6; // heat map, features, weight and bias of the first and of the second convolutions
constexpr int32_t kOUTPUTS = 4; // boxes, scores, classes, embeddings

std::vector<IntegerField> fieldsOf(PeakHeadsAttributes& a)
{
    return {{"top_k", &a.topK, 1, 1, kMAX_TOP_K}, {"wh", &a.wh, 1, 2, 4}, {"reg", &a.reg, 1, 0, 2},
        {"stride", &a.stride, 1, 1, kANY_INTEGER}};
}

std::vector<int32_t*> integersOf(PeakHeadsAttributes& a)
{
    return {&a.topK, &a.wh, &a.reg, &a.stride};
}

bool expectShapes(PeakHeadsParams const& p, PluginTensorDesc const* inputs, std::string& problem)
{
    int64_t const rows = static_cast<int64_t>(p.channels.heads()) * p.hidden;
    return expectShape("features", inputs[1].dims, {p.batch, p.features, p.height, p.width}, problem)
        && expectShape("first_weight", inputs[2].dims, {rows, 3, 3, p.features}, problem)
        && expectShape("first_bias", inputs[3].dims, {rows}, problem)
        && expectShape("second_weight", inputs[4].dims, {p.channels.sum(), p.hidden}, problem)
        && expectShape("second_bias", inputs[5].dims, {p.channels.sum()}, problem);
}

bool paramsFromTensors(PeakHeadsAttributes const& attributes, PluginTensorDesc const* inputs, int32_t inputCount,
    PeakHeadsParams& p, std::string& problem)
{
    if (inputCount != kINPUTS)
    {
        problem = "Expected inputs heat_map, features, first_weight, first_bias, second_weight, second_bias, but received "
            + std::to_string(inputCount) + " inputs.";
        return false;
    }
    Dims const& map = inputs[0].dims;
    Dims const& second = inputs[4].dims;
    if (!expectFourDimensions("heat_map", map, problem) || !expectFourDimensions("features", inputs[1].dims, problem))
    {
        return false;
    }
    p.batch = static_cast<int32_t>(map.d[0]);
    p.classes = static_cast<int32_t>(map.d[1]);
    p.height = static_cast<int32_t>(map.d[2]);
    p.width = static_cast<int32_t>(map.d[3]);
    p.features = static_cast<int32_t>(inputs[1].dims.d[1]);
    p.hidden = second.nbDims == 2 ? static_cast<int32_t>(second.d[1]) : 0;
    int32_t const results = second.nbDims == 2 ? static_cast<int32_t>(second.d[0]) : 0;
    p.channels = HeadChannels{attributes.wh, attributes.reg, results - attributes.wh - attributes.reg};
    p.topK = attributes.topK;
    p.stride = attributes.stride;
    p.halfLogits = inputs[0].type == DataType::kHALF;
    if (char const* const sentence = problemFromParams(p))
    {
        problem = sentence;
        return false;
    }
    return expectShapes(p, inputs, problem);
}

PeakHeadsTensors tensorsFrom(void const* const* data, void* const* results, void* workspace)
{
    PeakHeadsTensors tensors;
    tensors.logits = data[0];
    tensors.features = data[1];
    tensors.firstWeight = data[2];
    tensors.firstBias = static_cast<float const*>(data[3]);
    tensors.secondWeight = data[4];
    tensors.secondBias = static_cast<float const*>(data[5]);
    tensors.boxes = static_cast<float*>(results[0]);
    tensors.scores = static_cast<float*>(results[1]);
    tensors.classes = static_cast<int32_t*>(results[2]);
    tensors.embeddings = static_cast<float*>(results[3]);
    tensors.workspace = workspace;
    return tensors;
}

std::unique_ptr<Layer> layerIf(bool valid, PeakHeadsAttributes const& attributes)
{
    return valid ? std::make_unique<PeakHeadsLayer>(attributes) : nullptr;
}

nvinfer1::PluginFieldCollection const& fields()
{
    static PeakHeadsAttributes kind;
    static std::vector<nvinfer1::PluginField> const kFIELDS = announcedFields(fieldsOf(kind));
    static nvinfer1::PluginFieldCollection const kCOLLECTION{static_cast<int32_t>(kFIELDS.size()), kFIELDS.data()};
    return kCOLLECTION;
}

std::unique_ptr<Layer> fromFields(nvinfer1::PluginFieldCollection const& given, std::string& problem)
{
    PeakHeadsAttributes attributes;
    if (!readFields(given, fieldsOf(attributes), problem))
    {
        return nullptr;
    }
    if (attributes.wh == 3 || attributes.reg == 1)
    {
        problem = "Expected attribute wh to be 2 or 4, and reg to be 0 or 2, but received "
            + std::to_string(attributes.wh) + " and " + std::to_string(attributes.reg) + ".";
        return nullptr;
    }
    return layerIf(true, attributes);
}

std::unique_ptr<Layer> fromBytes(void const* bytes, size_t size, std::string& problem)
{
    PeakHeadsAttributes attributes;
    return layerIf(integersFromBytes(bytes, size, kMARK, kVERSION, integersOf(attributes), problem), attributes);
}

} // namespace

LayerKind peakHeadsKind()
{
    return LayerKind{"FairmotPeakHeads", fields, fromFields, fromBytes};
}

PeakHeadsLayer::PeakHeadsLayer(PeakHeadsAttributes const& attributes) : mAttributes{attributes} {}

std::unique_ptr<Layer> PeakHeadsLayer::clone() const
{
    return std::make_unique<PeakHeadsLayer>(mAttributes);
}

int32_t PeakHeadsLayer::outputCount() const
{
    return kOUTPUTS;
}

DataType PeakHeadsLayer::outputType(int32_t index, DataType const*, int32_t) const
{
    return index == 2 ? DataType::kINT32 : DataType::kFLOAT;
}

bool PeakHeadsLayer::outputShape(int32_t index, nvinfer1::DimsExprs const* inputs, int32_t inputCount,
    nvinfer1::IExprBuilder& builder, nvinfer1::DimsExprs& shape, std::string& problem) const
{
    if (inputCount != kINPUTS || inputs[0].nbDims != 4 || inputs[4].nbDims != 2)
    {
        problem = "Expected 6 inputs, a heat map of 4 dimensions first and weights of 2 dimensions fifth, but received "
            + std::to_string(inputCount) + " inputs.";
        return false;
    }
    shape.nbDims = index == 0 || index == 3 ? 3 : 2;
    shape.d[0] = inputs[0].d[0];
    shape.d[1] = builder.constant(mAttributes.topK);
    if (index == 0)
    {
        shape.d[2] = builder.constant(4);
    }
    if (index == 3)
    {
        shape.d[2] = builder.operation(nvinfer1::DimensionOperation::kSUB, *inputs[4].d[0],
            *builder.constant(mAttributes.wh + mAttributes.reg));
    }
    return true;
}

bool PeakHeadsLayer::supportsFormat(int32_t position, PluginTensorDesc const* const* tensors, int32_t inputs) const
{
    PluginTensorDesc const& tensor = *tensors[position];
    bool const linear = tensor.format == TensorFormat::kLINEAR;
    bool const isFloat = tensor.type == DataType::kFLOAT;
    bool const isHalf = tensor.type == DataType::kHALF;
    if (position >= inputs)
    {
        return linear && (position - inputs == 2 ? tensor.type == DataType::kINT32 : isFloat);
    }
    switch (position)
    {
    case 0:
        return linear && (isFloat || isHalf);
    case 1:
        return isHalf && tensor.format == TensorFormat::kHWC8;
    case 2:
    case 4:
        return linear && isHalf;
    default:
        return linear && isFloat;
    }
}

bool PeakHeadsLayer::configure(PluginTensorDesc const* inputs, int32_t inputCount, std::string& problem)
{
    PeakHeadsParams params;
    return paramsFromTensors(mAttributes, inputs, inputCount, params, problem);
}

size_t PeakHeadsLayer::workspaceSize(PluginTensorDesc const* inputs, int32_t inputCount) const
{
    PeakHeadsParams params;
    std::string problem;
    return paramsFromTensors(mAttributes, inputs, inputCount, params, problem) ? peakHeadsWorkspaceSize(params) : 0;
}

PeakHeadsPlan PeakHeadsLayer::planFor(PeakHeadsParams const& params)
{
    std::lock_guard<std::mutex> const lock(mMutex);
    if (!mPlanned || !(mParams == params))
    {
        mPlan = planFromParams(params);
        mParams = params;
        mPlanned = true;
    }
    return mPlan;
}

bool PeakHeadsLayer::run(PluginTensorDesc const* inputs, PluginTensorDesc const*, void const* const* data,
    void* const* results, void* workspace, cudaStream_t stream, std::string& problem)
{
    PeakHeadsParams params;
    if (!paramsFromTensors(mAttributes, inputs, kINPUTS, params, problem))
    {
        return false;
    }
    cudaError_t const status =
        peakHeadsForward(params, planFor(params), tensorsFrom(data, results, workspace), stream);
    problem = std::string("The heads at the peaks could not be started: ") + cudaGetErrorString(status) + ".";
    return status == cudaSuccess;
}

std::vector<uint8_t> PeakHeadsLayer::bytes() const
{
    PeakHeadsAttributes copy = mAttributes;
    std::vector<int32_t> integers;
    for (int32_t const* value : integersOf(copy))
    {
        integers.push_back(*value);
    }
    return bytesFromIntegers(kMARK, kVERSION, integers);
}

} // namespace trtfairmot
