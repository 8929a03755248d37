#include "pluginV3.h"

#include <cstring>
#include <exception>
#include <memory>

#include "log.h"
#include "names.h"

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

PluginV3::PluginV3(char const* name, Attributes const& attributes) : mName{name}, mAttributes{attributes} {}

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
        return std::make_unique<PluginV3>(mName, mAttributes).release();
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
    mAttributes.inputCount = nbInputs;
    Dcnv2Params params;
    std::string problem;
    bool const valid = paramsFromTensors(mAttributes, largest(in, nbInputs).data(), nbInputs, params, problem);
    if (!valid)
    {
        logError(problem);
    }
    return valid ? 0 : 1;
}

int32_t PluginV3::getOutputDataTypes(
    DataType* outputTypes, int32_t nbOutputs, DataType const* inputTypes, int32_t nbInputs) const noexcept
{
    if (nbOutputs != 1 || nbInputs < 1)
    {
        return 1;
    }
    outputTypes[0] = inputTypes[0];
    return 0;
}

int32_t PluginV3::getOutputShapes(DimsExprs const* inputs, int32_t nbInputs, DimsExprs const*, int32_t,
    DimsExprs* outputs, int32_t nbOutputs, nvinfer1::IExprBuilder&) noexcept
{
    if (nbOutputs != 1 || nbInputs <= mAttributes.weightIndex() || inputs[1].nbDims != 4)
    {
        logError("Expected at least " + std::to_string(mAttributes.weightIndex() + 1)
            + " inputs, and offsets of 4 dimensions, but received " + std::to_string(nbInputs) + " inputs.");
        return 1;
    }
    // Offsets have the height and width of the output.
    outputs[0].nbDims = 4;
    outputs[0].d[0] = inputs[0].d[0];
    outputs[0].d[1] = inputs[mAttributes.weightIndex()].d[0];
    outputs[0].d[2] = inputs[1].d[2];
    outputs[0].d[3] = inputs[1].d[3];
    return 0;
}

bool PluginV3::supportsFormatCombination(
    int32_t pos, DynamicPluginTensorDesc const* inOut, int32_t nbInputs, int32_t nbOutputs) noexcept
{
    std::vector<PluginTensorDesc const*> tensors;
    for (int32_t i = 0; i < nbInputs + nbOutputs; ++i)
    {
        tensors.push_back(&inOut[i].desc);
    }
    return trtfairmot::supportsFormat(mAttributes, pos, tensors.data(), nbInputs);
}

int32_t PluginV3::getNbOutputs() const noexcept
{
    return 1;
}

size_t PluginV3::getWorkspaceSize(
    DynamicPluginTensorDesc const* inputs, int32_t nbInputs, DynamicPluginTensorDesc const*, int32_t) const noexcept
{
    Dcnv2Params params;
    std::string problem;
    bool const valid = paramsFromTensors(mAttributes, largest(inputs, nbInputs).data(), nbInputs, params, problem);
    return valid ? dcnv2WorkspaceSize(params) : 0;
}

// Timings hold for layers with the same attributes (and shapes and types, which TensorRT adds).
char const* PluginV3::getTimingCacheID() noexcept
{
    static char const kDIGITS[] = "0123456789abcdef";
    mTimingCacheId.clear();
    for (uint8_t const byte : bytesFromAttributes(mAttributes))
    {
        mTimingCacheId += {kDIGITS[byte >> 4], kDIGITS[byte & 15]};
    }
    return mTimingCacheId.c_str();
}

int32_t PluginV3::onShapeChange(PluginTensorDesc const* in, int32_t nbInputs, PluginTensorDesc const*, int32_t) noexcept
{
    mAttributes.inputCount = nbInputs;
    Dcnv2Params params;
    std::string problem;
    bool const valid = paramsFromTensors(mAttributes, in, nbInputs, params, problem);
    if (!valid)
    {
        logError(problem);
    }
    return valid ? 0 : 1;
}

int32_t PluginV3::enqueue(PluginTensorDesc const* inputDesc, PluginTensorDesc const*, void const* const* inputs,
    void* const* outputs, void* workspace, cudaStream_t stream) noexcept
{
    return mRunner.run(mAttributes, inputDesc, inputs, outputs[0], workspace, stream);
}

IPluginV3* PluginV3::attachToContext(nvinfer1::IPluginResourceContext*) noexcept
{
    return clone();
}

PluginFieldCollection const* PluginV3::getFieldsToSerialize() noexcept
{
    mBytes = bytesFromAttributes(mAttributes);
    mField = PluginField(
        kSERIALIZED_FIELD, mBytes.data(), nvinfer1::PluginFieldType::kINT8, static_cast<int32_t>(mBytes.size()));
    mFields = PluginFieldCollection{1, &mField};
    return &mFields;
}

PluginCreatorV3::PluginCreatorV3(char const* name) : mName{name} {}

IPluginV3* PluginCreatorV3::createPlugin(
    AsciiChar const*, PluginFieldCollection const* fc, nvinfer1::TensorRTPhase phase) noexcept
{
    Attributes attributes;
    std::string problem;
    PluginField const* const bytes =
        fc != nullptr && phase == nvinfer1::TensorRTPhase::kRUNTIME ? fieldNamed(*fc, kSERIALIZED_FIELD) : nullptr;
    bool const valid = bytes != nullptr
        ? attributesFromBytes(bytes->data, static_cast<size_t>(bytes->length), attributes, problem)
        : fc == nullptr || attributesFromFields(*fc, attributes, problem);
    if (!valid)
    {
        logError(problem);
        return nullptr;
    }
    return std::make_unique<PluginV3>(mName, attributes).release();
}

PluginFieldCollection const* PluginCreatorV3::getFieldNames() noexcept
{
    return &announcedFields();
}

AsciiChar const* PluginCreatorV3::getPluginName() const noexcept
{
    return mName;
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
