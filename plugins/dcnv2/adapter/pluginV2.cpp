#include "pluginV2.h"

#include <cstring>
#include <exception>
#include <vector>

#include "log.h"
#include "names.h"

namespace trtfairmot
{

using nvinfer1::AsciiChar;
using nvinfer1::DataType;
using nvinfer1::DimsExprs;
using nvinfer1::DynamicPluginTensorDesc;
using nvinfer1::PluginTensorDesc;

PluginV2::PluginV2(char const* name, Attributes const& attributes) : mName{name}, mAttributes{attributes} {}

AsciiChar const* PluginV2::getPluginType() const noexcept
{
    return mName;
}

AsciiChar const* PluginV2::getPluginVersion() const noexcept
{
    return kPLUGIN_VERSION;
}

int32_t PluginV2::getNbOutputs() const noexcept
{
    return 1;
}

int32_t PluginV2::initialize() noexcept
{
    return 0;
}

void PluginV2::terminate() noexcept {}

size_t PluginV2::getSerializationSize() const noexcept
{
    return bytesFromAttributes(mAttributes).size();
}

void PluginV2::serialize(void* buffer) const noexcept
{
    std::vector<uint8_t> const bytes = bytesFromAttributes(mAttributes);
    std::memcpy(buffer, bytes.data(), bytes.size());
}

void PluginV2::destroy() noexcept
{
    delete this;
}

void PluginV2::setPluginNamespace(AsciiChar const* pluginNamespace) noexcept
{
    mNamespace = pluginNamespace == nullptr ? "" : pluginNamespace;
}

AsciiChar const* PluginV2::getPluginNamespace() const noexcept
{
    return mNamespace.c_str();
}

DataType PluginV2::getOutputDataType(int32_t, DataType const* inputTypes, int32_t nbInputs) const noexcept
{
    return nbInputs > 0 ? inputTypes[0] : DataType::kFLOAT;
}

nvinfer1::IPluginV2DynamicExt* PluginV2::clone() const noexcept
{
    try
    {
        auto copy = std::make_unique<PluginV2>(mName, mAttributes);
        copy->setPluginNamespace(mNamespace.c_str());
        return copy.release();
    }
    catch (std::exception const& error)
    {
        logError(error.what());
        return nullptr;
    }
}

DimsExprs PluginV2::getOutputDimensions(
    int32_t, DimsExprs const* inputs, int32_t nbInputs, nvinfer1::IExprBuilder&) noexcept
{
    DimsExprs output{};
    if (nbInputs <= mAttributes.weightIndex() || inputs[1].nbDims != 4)
    {
        logError("Expected at least " + std::to_string(mAttributes.weightIndex() + 1)
            + " inputs, and offsets of 4 dimensions, but received " + std::to_string(nbInputs) + " inputs.");
        output.nbDims = -1;
        return output;
    }
    // Offsets have the height and width of the output.
    output.nbDims = 4;
    output.d[0] = inputs[0].d[0];
    output.d[1] = inputs[mAttributes.weightIndex()].d[0];
    output.d[2] = inputs[1].d[2];
    output.d[3] = inputs[1].d[3];
    return output;
}

bool PluginV2::supportsFormatCombination(
    int32_t pos, PluginTensorDesc const* inOut, int32_t nbInputs, int32_t nbOutputs) noexcept
{
    std::vector<PluginTensorDesc const*> tensors;
    for (int32_t i = 0; i < nbInputs + nbOutputs; ++i)
    {
        tensors.push_back(&inOut[i]);
    }
    return trtfairmot::supportsFormat(mAttributes, pos, tensors.data(), nbInputs);
}

void PluginV2::configurePlugin(
    DynamicPluginTensorDesc const* in, int32_t nbInputs, DynamicPluginTensorDesc const*, int32_t) noexcept
{
    mAttributes.inputCount = nbInputs;
    std::vector<PluginTensorDesc> inputs;
    for (int32_t i = 0; i < nbInputs; ++i)
    {
        inputs.push_back(in[i].desc);
        inputs.back().dims = in[i].max;
    }
    Dcnv2Params params;
    std::string problem;
    if (!paramsFromTensors(mAttributes, inputs.data(), nbInputs, params, problem))
    {
        logError(problem); // enqueue() will refuse
    }
}

size_t PluginV2::getWorkspaceSize(
    PluginTensorDesc const* inputs, int32_t nbInputs, PluginTensorDesc const*, int32_t) const noexcept
{
    Dcnv2Params params;
    std::string problem;
    return paramsFromTensors(mAttributes, inputs, nbInputs, params, problem) ? dcnv2WorkspaceSize(params) : 0;
}

int32_t PluginV2::enqueue(PluginTensorDesc const* inputDesc, PluginTensorDesc const*, void const* const* inputs,
    void* const* outputs, void* workspace, cudaStream_t stream) noexcept
{
    return mRunner.run(mAttributes, inputDesc, inputs, outputs[0], workspace, stream);
}

PluginCreatorV2::PluginCreatorV2(char const* name) : mName{name} {}

AsciiChar const* PluginCreatorV2::getPluginName() const noexcept
{
    return mName;
}

AsciiChar const* PluginCreatorV2::getPluginVersion() const noexcept
{
    return kPLUGIN_VERSION;
}

nvinfer1::PluginFieldCollection const* PluginCreatorV2::getFieldNames() noexcept
{
    return &announcedFields();
}

nvinfer1::IPluginV2* PluginCreatorV2::make(Attributes const& attributes) const
{
    auto plugin = std::make_unique<PluginV2>(mName, attributes);
    plugin->setPluginNamespace(mNamespace.c_str());
    return plugin.release();
}

nvinfer1::IPluginV2* PluginCreatorV2::createPlugin(AsciiChar const*, nvinfer1::PluginFieldCollection const* fc) noexcept
{
    Attributes attributes;
    std::string problem;
    if (fc != nullptr && !attributesFromFields(*fc, attributes, problem))
    {
        logError(problem);
        return nullptr;
    }
    return make(attributes);
}

nvinfer1::IPluginV2* PluginCreatorV2::deserializePlugin(
    AsciiChar const*, void const* serialData, size_t serialLength) noexcept
{
    Attributes attributes;
    std::string problem;
    if (!attributesFromBytes(serialData, serialLength, attributes, problem))
    {
        logError(problem);
        return nullptr;
    }
    return make(attributes);
}

void PluginCreatorV2::setPluginNamespace(AsciiChar const* pluginNamespace) noexcept
{
    mNamespace = pluginNamespace == nullptr ? "" : pluginNamespace;
}

AsciiChar const* PluginCreatorV2::getPluginNamespace() const noexcept
{
    return mNamespace.c_str();
}

} // namespace trtfairmot
