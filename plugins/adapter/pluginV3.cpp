#include "adapter/pluginV3.h"

#include <cstring>
#include <exception>
#include <memory>
#include <utility>

#include "adapter/log.h"

namespace trtfairmot
{

using nvinfer1::AsciiChar;
using nvinfer1::DataType;
using nvinfer1::DimsExprs;
using nvinfer1::DynamicPluginTensorDesc;
using nvinfer1::IPluginV3;
using nvinfer1::PluginField;
using nvinfer1::PluginFieldCollection;
using nvinfer1::PluginTensorDesc;

namespace
{

constexpr char const* kSERIALIZED_FIELD = "attributes";

std::vector<PluginTensorDesc> largest(DynamicPluginTensorDesc const* tensors, int32_t count)
{
    std::vector<PluginTensorDesc> descriptions;
    for (int32_t i = 0; i < count; ++i)
    {
        descriptions.push_back(tensors[i].desc);
        descriptions.back().dims = tensors[i].max;
    }
    return descriptions;
}

// 0, or 1 with a message in TensorRT's log.
template <typename Step>
int32_t logged(Step const& step)
{
    std::string problem;
    bool const done = step(problem);
    if (!done)
    {
        logError(problem);
    }
    return done ? 0 : 1;
}

PluginField const* fieldNamed(PluginFieldCollection const& fields, char const* name)
{
    for (int32_t i = 0; i < fields.nbFields; ++i)
    {
        if (std::strcmp(fields.fields[i].name, name) == 0)
        {
            return &fields.fields[i];
        }
    }
    return nullptr;
}

} // namespace

PluginV3::PluginV3(char const* name, std::unique_ptr<Layer> layer) : mName{name}, mLayer{std::move(layer)} {}

nvinfer1::IPluginCapability* PluginV3::getCapabilityInterface(nvinfer1::PluginCapabilityType type) noexcept
{
    switch (type)
    {
    case nvinfer1::PluginCapabilityType::kCORE:
        return static_cast<nvinfer1::IPluginV3OneCore*>(this);
    case nvinfer1::PluginCapabilityType::kBUILD:
        return static_cast<nvinfer1::IPluginV3OneBuild*>(this);
    case nvinfer1::PluginCapabilityType::kRUNTIME:
        return static_cast<nvinfer1::IPluginV3OneRuntime*>(this);
    }
    return nullptr;
}

IPluginV3* PluginV3::clone() noexcept
{
    try
    {
        return std::make_unique<PluginV3>(mName, mLayer->clone()).release();
    }
    catch (std::exception const& error)
    {
        logError(error.what());
        return nullptr;
    }
}

AsciiChar const* PluginV3::getPluginName() const noexcept
{
    return mName;
}

AsciiChar const* PluginV3::getPluginVersion() const noexcept
{
    return kPLUGIN_VERSION;
}

AsciiChar const* PluginV3::getPluginNamespace() const noexcept
{
    return "";
}

int32_t PluginV3::configurePlugin(
    DynamicPluginTensorDesc const* in, int32_t nbInputs, DynamicPluginTensorDesc const*, int32_t) noexcept
{
    return logged([&](std::string& problem)
        { return mLayer->configure(largest(in, nbInputs).data(), nbInputs, problem); });
}

int32_t PluginV3::getOutputDataTypes(
    DataType* outputTypes, int32_t nbOutputs, DataType const* inputTypes, int32_t nbInputs) const noexcept
{
    for (int32_t i = 0; i < nbOutputs; ++i)
    {
        outputTypes[i] = mLayer->outputType(i, inputTypes, nbInputs);
    }
    return nbOutputs == mLayer->outputCount() ? 0 : 1;
}

int32_t PluginV3::getOutputShapes(DimsExprs const* inputs, int32_t nbInputs, DimsExprs const*, int32_t,
    DimsExprs* outputs, int32_t nbOutputs, nvinfer1::IExprBuilder& exprBuilder) noexcept
{
    return logged(
        [&](std::string& problem)
        {
            bool valid = nbOutputs == mLayer->outputCount();
            for (int32_t i = 0; i < nbOutputs && valid; ++i)
            {
                valid = mLayer->outputShape(i, inputs, nbInputs, exprBuilder, outputs[i], problem);
            }
            return valid;
        });
}

bool PluginV3::supportsFormatCombination(
    int32_t pos, DynamicPluginTensorDesc const* inOut, int32_t nbInputs, int32_t nbOutputs) noexcept
{
    std::vector<PluginTensorDesc const*> tensors;
    for (int32_t i = 0; i < nbInputs + nbOutputs; ++i)
    {
        tensors.push_back(&inOut[i].desc);
    }
    return mLayer->supportsFormat(pos, tensors.data(), nbInputs);
}

int32_t PluginV3::getNbOutputs() const noexcept
{
    return mLayer->outputCount();
}

size_t PluginV3::getWorkspaceSize(
    DynamicPluginTensorDesc const* inputs, int32_t nbInputs, DynamicPluginTensorDesc const*, int32_t) const noexcept
{
    return mLayer->workspaceSize(largest(inputs, nbInputs).data(), nbInputs);
}

// Timings hold for layers with the same attributes (and shapes and types, which TensorRT adds).
char const* PluginV3::getTimingCacheID() noexcept
{
    static char const kDIGITS[] = "0123456789abcdef";
    mTimingCacheId.clear();
    for (uint8_t const byte : mLayer->bytes())
    {
        mTimingCacheId += {kDIGITS[byte >> 4], kDIGITS[byte & 15]};
    }
    return mTimingCacheId.c_str();
}

int32_t PluginV3::onShapeChange(PluginTensorDesc const* in, int32_t nbInputs, PluginTensorDesc const*, int32_t) noexcept
{
    return logged([&](std::string& problem) { return mLayer->configure(in, nbInputs, problem); });
}

int32_t PluginV3::enqueue(PluginTensorDesc const* inputDesc, PluginTensorDesc const* outputDesc,
    void const* const* inputs, void* const* outputs, void* workspace, cudaStream_t stream) noexcept
{
    return logged([&](std::string& problem)
        { return mLayer->run(inputDesc, outputDesc, inputs, outputs, workspace, stream, problem); });
}

IPluginV3* PluginV3::attachToContext(nvinfer1::IPluginResourceContext*) noexcept
{
    return clone();
}

PluginFieldCollection const* PluginV3::getFieldsToSerialize() noexcept
{
    mBytes = mLayer->bytes();
    mField = PluginField(
        kSERIALIZED_FIELD, mBytes.data(), nvinfer1::PluginFieldType::kINT8, static_cast<int32_t>(mBytes.size()));
    mFields = PluginFieldCollection{1, &mField};
    return &mFields;
}

PluginCreatorV3::PluginCreatorV3(LayerKind const& kind) : mKind{kind} {}

IPluginV3* PluginCreatorV3::createPlugin(
    AsciiChar const*, PluginFieldCollection const* fc, nvinfer1::TensorRTPhase phase) noexcept
{
    std::string problem;
    PluginField const* const bytes =
        fc != nullptr && phase == nvinfer1::TensorRTPhase::kRUNTIME ? fieldNamed(*fc, kSERIALIZED_FIELD) : nullptr;
    auto layer = bytes != nullptr ? mKind.fromBytes(bytes->data, static_cast<size_t>(bytes->length), problem)
                                  : mKind.fromFields(fc != nullptr ? *fc : PluginFieldCollection{}, problem);
    if (layer == nullptr)
    {
        logError(problem);
        return nullptr;
    }
    return std::make_unique<PluginV3>(mKind.name, std::move(layer)).release();
}

PluginFieldCollection const* PluginCreatorV3::getFieldNames() noexcept
{
    return &mKind.fields();
}

AsciiChar const* PluginCreatorV3::getPluginName() const noexcept
{
    return mKind.name;
}

AsciiChar const* PluginCreatorV3::getPluginVersion() const noexcept
{
    return kPLUGIN_VERSION;
}

AsciiChar const* PluginCreatorV3::getPluginNamespace() const noexcept
{
    return "";
}

} // namespace trtfairmot
