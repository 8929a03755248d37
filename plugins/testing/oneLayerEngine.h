// Engines of one plugin layer, built with TensorRT's network interface.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "testing/tensorrt.h"

namespace trtfairmot
{

template <typename T>
struct Destroyer
{
    void operator()(T* object) const
    {
#if NV_TENSORRT_MAJOR >= 10
        delete object;
#else
        object->destroy();
#endif
    }
};

template <typename T>
using Owned = std::unique_ptr<T, Destroyer<T>>;

struct EngineInput
{
    char const* name;
    nvinfer1::DataType type;
    nvinfer1::TensorFormat format;
    std::vector<int32_t> shape;
    std::vector<int32_t> least; // with most: shapes of a dynamic input, whose batch, height and width are left open
    std::vector<int32_t> most;
};

struct EngineConstant
{
    nvinfer1::DataType type;
    std::vector<int32_t> shape;
    std::vector<uint8_t> const* bytes;
};

// A layer with inputs, then constants; its output is called "output".
struct OneLayerNetwork
{
    char const* node; // plugin name
    std::vector<nvinfer1::PluginField> fields;
    std::vector<EngineInput> inputs;
    std::vector<EngineConstant> constants;
    nvinfer1::DataType outputType;
    nvinfer1::TensorFormat outputFormat;
};

nvinfer1::Dims dimsOf(std::vector<int32_t> const& sizes);

// nullptr where TensorRT refuses. Strongly typed from TensorRT 10 on.
Owned<nvinfer1::IHostMemory> buildOneLayerEngine(
    TensorRt const& tensorrt, TestLogger& logger, OneLayerNetwork const& layer);

// An engine ready to run. `context` is null where it does not load.
struct LoadedEngine
{
    Owned<nvinfer1::IRuntime> runtime;
    Owned<nvinfer1::ICudaEngine> engine;
    Owned<nvinfer1::IExecutionContext> context;
};

LoadedEngine loadEngine(TensorRt const& tensorrt, TestLogger& logger, nvinfer1::IHostMemory const& bytes);

// What the command line of a test of plugins says: [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced].
// Ends the program with exit code 2 for anything else.
struct PluginTestOptions
{
    std::string nvinfer;
    std::string plugin{"./libtrt_fairmot_plugins.so"};
    bool reduced{false};
};

PluginTestOptions pluginTestOptions(int argc, char** argv);

} // namespace trtfairmot
