#include "plugin.h"

#include <cstdio>
#include <cstring>

namespace recipe
{

namespace
{

using nvinfer1::AsciiChar;
using nvinfer1::DataType;
using nvinfer1::DimsExprs;
using nvinfer1::PluginTensorDesc;

enum Input : int32_t
{
    kX,
    kOFFSET,
    kMASK,
    kWEIGHT,
    kBIAS,
    kINPUTS
};
constexpr size_t kALIGNMENT = 256U;

void report(std::string const& problem)
{
    std::fprintf(stderr, "[recipe DCNv2] %s\n", problem.c_str());
}

size_t columnBytes(Layer const& layer, bool half)
{
    size_t const places = static_cast<size_t>(layer.outHeight) * layer.outWidth;
    size_t const bytes = places * layer.inChannels * layer.kernelHeight * layer.kernelWidth * (half ? 2U : 4U);
    return (bytes + kALIGNMENT - 1U) / kALIGNMENT * kALIGNMENT;
}

} // namespace

Plugin::Plugin(Attributes const& attributes) : mAttributes{attributes} {}

AsciiChar const* Plugin::getPluginType() const noexcept
{
    return kNAME;
}

AsciiChar const* Plugin::getPluginVersion() const noexcept
{
    return kVERSION;
}

int32_t Plugin::getNbOutputs() const noexcept
{
    return 1;
}

int32_t Plugin::initialize() noexcept
{
    mCublas = std::make_unique<Cublas>();
    if (!mCublas->problem().empty())
    {
        report("Expected cuBLAS but received: " + mCublas->problem());
    }
    return mCublas->problem().empty() ? 0 : 1;
}

void Plugin::terminate() noexcept
{
    mCublas.reset();
}

size_t Plugin::getSerializationSize() const noexcept
{
    return sizeof(Attributes);
}

void Plugin::serialize(void* buffer) const noexcept
{
    std::memcpy(buffer, &mAttributes, sizeof(Attributes));
}

void Plugin::destroy() noexcept
{
    delete this;
}

void Plugin::setPluginNamespace(AsciiChar const* pluginNamespace) noexcept
{
    mNamespace = pluginNamespace == nullptr ? "" : pluginNamespace;
}

AsciiChar const* Plugin::getPluginNamespace() const noexcept
{
    return mNamespace.c_str();
}

DataType Plugin::getOutputDataType(int32_t, DataType const* inputTypes, int32_t) const noexcept
{
    return inputTypes[0];
}

nvinfer1::IPluginV2DynamicExt* Plugin::clone() const noexcept
{
    auto copy = std::make_unique<Plugin>(mAttributes);
    copy->setPluginNamespace(mNamespace.c_str());
    // TensorRT initialises a plugin and then clones it for each context.
    if (mCublas)
    {
        copy->initialize();
    }
    return copy.release();
}

DimsExprs Plugin::getOutputDimensions(
    int32_t, DimsExprs const* inputs, int32_t nbInputs, nvinfer1::IExprBuilder&) noexcept
{
    DimsExprs output{};
    if (nbInputs != kINPUTS)
    {
        report("Expected 5 inputs (x, offset, mask, weight, bias) but received " + std::to_string(nbInputs));
        output.nbDims = -1;
        return output;
    }
    output.nbDims = 4;
    output.d[0] = inputs[kX].d[0];
    output.d[1] = inputs[kWEIGHT].d[0];
    output.d[2] = inputs[kOFFSET].d[2];
    output.d[3] = inputs[kOFFSET].d[3];
    return output;
}

bool Plugin::supportsFormatCombination(int32_t pos, PluginTensorDesc const* inOut, int32_t, int32_t) noexcept
{
    bool const type = inOut[pos].type == DataType::kFLOAT || inOut[pos].type == DataType::kHALF;
    return type && inOut[pos].type == inOut[0].type && inOut[pos].format == nvinfer1::TensorFormat::kLINEAR;
}

void Plugin::configurePlugin(
    nvinfer1::DynamicPluginTensorDesc const*, int32_t, nvinfer1::DynamicPluginTensorDesc const*, int32_t) noexcept
{
}

Layer Plugin::layerFrom(PluginTensorDesc const* inputs) const
{
    auto const& x = inputs[kX].dims;
    auto const& offset = inputs[kOFFSET].dims;
    auto const& weight = inputs[kWEIGHT].dims;
    Layer layer{};
    layer.inChannels = x.d[1];
    layer.height = x.d[2];
    layer.width = x.d[3];
    layer.outChannels = weight.d[0];
    layer.kernelHeight = weight.d[2];
    layer.kernelWidth = weight.d[3];
    layer.outHeight = offset.d[2];
    layer.outWidth = offset.d[3];
    for (size_t i = 0; i < 2U; ++i)
    {
        layer.stride[i] = mAttributes.stride[i];
        layer.padding[i] = mAttributes.padding[i];
        layer.dilation[i] = mAttributes.dilation[i];
    }
    layer.deformableGroup = mAttributes.deformableGroup;
    return layer;
}

size_t Plugin::getWorkspaceSize(
    PluginTensorDesc const* inputs, int32_t, PluginTensorDesc const*, int32_t) const noexcept
{
    return columnBytes(layerFrom(inputs), inputs[kX].type == DataType::kHALF) + Cublas::kWORKSPACE;
}

int32_t Plugin::enqueue(PluginTensorDesc const* inputDesc, PluginTensorDesc const*, void const* const* inputs,
    void* const* outputs, void* workspace, cudaStream_t stream) noexcept
{
    Layer const layer = layerFrom(inputDesc);
    bool const half = inputDesc[kX].type == DataType::kHALF;
    if (!mCublas && initialize() != 0)
    {
        return 1;
    }
    size_t const element = half ? 2U : 4U;
    int32_t const places = layer.outHeight * layer.outWidth;
    int32_t const taps = layer.kernelHeight * layer.kernelWidth;
    void* const scratch = static_cast<char*>(workspace) + columnBytes(layer, half);
    auto const image = [&](void const* from, int64_t index, int64_t elements)
    { return static_cast<char const*>(from) + index * elements * static_cast<int64_t>(element); };
    for (int64_t n = 0; n < inputDesc[kX].dims.d[0]; ++n)
    {
        void const* const x = image(inputs[kX], n, static_cast<int64_t>(layer.inChannels) * layer.height * layer.width);
        int64_t const maskSize = static_cast<int64_t>(layer.deformableGroup) * taps * places;
        void* const output =
            static_cast<char*>(outputs[0]) + n * layer.outChannels * static_cast<int64_t>(places) * element;
        void const* const offset = image(inputs[kOFFSET], n, 2 * maskSize);
        void const* const mask = image(inputs[kMASK], n, maskSize);
        bool const done = im2col(layer, 1, half, x, offset, mask, workspace, stream) == cudaSuccess
            && fillBias(layer, half, inputs[kBIAS], output, stream) == cudaSuccess
            && mCublas->addProduct(half, layer.outChannels, places, layer.inChannels * taps, inputs[kWEIGHT], workspace,
                output, scratch, stream);
        if (!done)
        {
            report("Expected im2col and cublasGemmEx to run but received an error");
            return 1;
        }
    }
    return 0;
}

} // namespace recipe
