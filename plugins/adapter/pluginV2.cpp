#include "adapter/pluginV2.h"

#include <cstring>
#include <exception>
#include <utility>
#include <vector>

#include "adapter/log.h"

namespace trtfairmot
{

using nvinfer1::AsciiChar;
using nvinfer1::DataType;
using nvinfer1::DimsExprs;
using nvinfer1::DynamicPluginTensorDesc;
using nvinfer1::PluginTensorDesc;

PluginV2::PluginV2(char const* name, std::unique_ptr<Layer> layer) : mName{name}, mLayer{std::move(layer)} {}

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
    return mLayer->outputCount();
}

int32_t PluginV2::initialize() noexcept
{
    return 0;
}

void PluginV2::terminate() noexcept {}

size_t PluginV2::getSerializationSize() const noexcept
{
    return mLayer->bytes().size();
}

void PluginV2::serialize(void* buffer) const noexcept
{
    std::vector<uint8_t> const bytes = mLayer->bytes();
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

DataType PluginV2::getOutputDataType(int32_t index, DataType const* inputTypes, int32_t nbInputs) const noexcept
{
    return mLayer->outputType(index, inputTypes, nbInputs);
}

nvinfer1::IPluginV2DynamicExt* PluginV2::clone() const noexcept
{
    try
    {
        auto copy = std::make_unique<PluginV2>(mName, mLayer->clone());
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
    int32_t outputIndex, DimsExprs const* inputs, int32_t nbInputs, nvinfer1::IExprBuilder& exprBuilder) noexcept
{
    DimsExprs output{};
    std::string problem;
    if (!mLayer->outputShape(outputIndex, inputs, nbInputs, exprBuilder, output, problem))
    {
        logError(problem);
        output.nbDims = -1;
    }
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
    return mLayer->supportsFormat(pos, tensors.data(), nbInputs);
}

void PluginV2::configurePlugin(
    DynamicPluginTensorDesc const* in, int32_t nbInputs, DynamicPluginTensorDesc const*, int32_t) noexcept
{
    std::vector<PluginTensorDesc> inputs;
    for (int32_t i = 0; i < nbInputs; ++i)
    {
        inputs.push_back(in[i].desc);
        inputs.back().dims = in[i].max;
    }
    std::string problem;
    if (!mLayer->configure(inputs.data(), nbInputs, problem))
    {
        logError(problem); // enqueue() will refuse
    }
}

size_t PluginV2::getWorkspaceSize(
    PluginTensorDesc const* inputs, int32_t nbInputs, PluginTensorDesc const*, int32_t) const noexcept
{
    return mLayer->workspaceSize(inputs, nbInputs);
}

int32_t PluginV2::enqueue(PluginTensorDesc const* inputDesc, PluginTensorDesc const* outputDesc,
    void const* const* inputs, void* const* outputs, void* workspace, cudaStream_t stream) noexcept
{
    std::string problem;
    if (mLayer->run(inputDesc, outputDesc, inputs, outputs, workspace, stream, problem))
    {
        return 0;
    }
    logError(problem);
    return 1;
}

PluginCreatorV2::PluginCreatorV2(LayerKind const& kind) : mKind{kind} {}

AsciiChar const* PluginCreatorV2::getPluginName() const noexcept
{
    return mKind.name;
}

AsciiChar const* PluginCreatorV2::getPluginVersion() const noexcept
{
    return kPLUGIN_VERSION;
}

nvinfer1::PluginFieldCollection const* PluginCreatorV2::getFieldNames() noexcept
{
    return &mKind.fields();
}

nvinfer1::IPluginV2* PluginCreatorV2::pluginFrom(std::unique_ptr<Layer> layer, std::string const& problem) const
{
    if (layer == nullptr)
    {
        logError(problem);
        return nullptr;
    }
    auto plugin = std::make_unique<PluginV2>(mKind.name, std::move(layer));
    plugin->setPluginNamespace(mNamespace.c_str());
    return plugin.release();
}

nvinfer1::IPluginV2* PluginCreatorV2::createPlugin(AsciiChar const*, nvinfer1::PluginFieldCollection const* fc) noexcept
{
    std::string problem;
    auto layer = mKind.fromFields(fc != nullptr ? *fc : nvinfer1::PluginFieldCollection{}, problem);
    return pluginFrom(std::move(layer), problem);
}

nvinfer1::IPluginV2* PluginCreatorV2::deserializePlugin(
    AsciiChar const*, void const* serialData, size_t serialLength) noexcept
{
    std::string problem;
    auto layer = mKind.fromBytes(serialData, serialLength, problem);
    return pluginFrom(std::move(layer), problem);
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
