// What a layer of ours is to TensorRT. The adapters (pluginV2.h, pluginV3.h) make a plugin of any Layer, so that a layer
// is written once for all versions of TensorRT.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <NvInferRuntime.h>

namespace trtfairmot
{

// A layer with its attributes; one per execution context. Problems are whole sentences for TensorRT's log.
class Layer
{
public:
    virtual ~Layer() = default;

    virtual std::unique_ptr<Layer> clone() const = 0;

    virtual int32_t outputCount() const
    {
        return 1;
    }

    virtual nvinfer1::DataType outputType(int32_t index, nvinfer1::DataType const* inputTypes, int32_t inputs) const = 0;

    virtual bool outputShape(int32_t index, nvinfer1::DimsExprs const* inputs, int32_t inputCount,
        nvinfer1::IExprBuilder& builder, nvinfer1::DimsExprs& shape, std::string& problem) const = 0;

    // Whether tensor `position` (inputs, then outputs) may have its type and format, given those before it.
    virtual bool supportsFormat(
        int32_t position, nvinfer1::PluginTensorDesc const* const* tensors, int32_t inputs) const = 0;

    // Called before the layer is serialised, with the largest shapes it will meet; false where they do not fit each other.
    virtual bool configure(nvinfer1::PluginTensorDesc const* inputs, int32_t inputCount, std::string& problem) = 0;

    virtual size_t workspaceSize(nvinfer1::PluginTensorDesc const* inputs, int32_t inputCount) const = 0;

    // On the given stream only, without allocation or synchronisation.
    virtual bool run(nvinfer1::PluginTensorDesc const* inputs, nvinfer1::PluginTensorDesc const* outputs,
        void const* const* data, void* const* results, void* workspace, cudaStream_t stream, std::string& problem)
        = 0;

    // What an engine keeps of the layer; begins with a mark and the version of the format.
    virtual std::vector<uint8_t> bytes() const = 0;
};

// Makes layers of one kind. `name` is the operator's name in ONNX and the plugin's in TensorRT's registry.
struct LayerKind
{
    char const* name;
    nvinfer1::PluginFieldCollection const& (*fields)(); // the attributes that parsers hand over
    std::unique_ptr<Layer> (*fromFields)(nvinfer1::PluginFieldCollection const& fields, std::string& problem);
    std::unique_ptr<Layer> (*fromBytes)(void const* bytes, size_t size, std::string& problem);
};

constexpr char const* kPLUGIN_VERSION = "1";

// Every kind in this library.
std::vector<LayerKind> const& layerKinds();

} // namespace trtfairmot
