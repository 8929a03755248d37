// Engines and execution contexts as the rest of the addon sees them; includes nothing of TensorRT, whose headers may be absent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cuda_runtime_api.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace trtfairmot
{

struct TensorInfo
{
    std::string name;
    bool isInput;
    std::string dtype;          // "float32", "float16", "int32" ...
    std::string format;         // "linear", "hwc8" ...; a vectorised dimension is padded in memory
    std::vector<int64_t> shape; // -1 where dynamic
    // Per optimisation profile, inputs only.
    struct Range
    {
        std::vector<int64_t> min;
        std::vector<int64_t> opt;
        std::vector<int64_t> max;
    };
    std::vector<Range> profiles;
};

struct LayerTime
{
    std::string layer;
    float milliseconds;
};

class ExecutionContext
{
public:
    static constexpr char const* kNAME = "ExecutionContext";

    virtual ~ExecutionContext() = default;
    virtual void setInputShape(std::string const& name, std::vector<int64_t> const& shape) = 0;
    virtual std::vector<int64_t> tensorShape(std::string const& name) const = 0;
    // Bytes a buffer for the tensor needs at the shapes set now.
    virtual size_t tensorSize(std::string const& name) const = 0;
    virtual void setTensorAddress(std::string const& name, void* address) = 0;
    virtual void enqueue(cudaStream_t stream) = 0;
    // One run with the time of every layer; blocks until it is done.
    virtual std::vector<LayerTime> profile(cudaStream_t stream) = 0;
    virtual int device() const = 0;
};

class Engine
{
public:
    static constexpr char const* kNAME = "Engine";

    virtual ~Engine() = default;
    virtual std::vector<TensorInfo> const& tensors() const = 0;
    virtual std::string name() const = 0;
    virtual size_t deviceMemorySize() const = 0;
    virtual int32_t layerCount() const = 0;
    virtual int device() const = 0;
    // TensorRT's own description of the layers, JSON.
    virtual std::string inspect() const = 0;
    // Holds a share of the engine.
    virtual std::shared_ptr<ExecutionContext> createContext(int32_t profile) = 0;
};

std::shared_ptr<Engine> loadEngine(int device, void const* bytes, size_t size);

struct TensorrtInfo
{
    bool built;           // with TensorRT's headers
    std::string expected; // version of those headers, "8.6.0"; empty when not built
    std::string found;    // version of the library; empty when none was opened
    std::string path;
    std::string parserPath;
    std::string error; // why the library, or the ONNX parser, could not be used
};

// Where the libraries are looked for first; must be set before their first use.
void setTensorrtFolder(std::string const& folder);
TensorrtInfo tensorrtInfo();

// Opens plugin libraries and registers their creators; each path once in a process.
void loadPlugins(std::vector<std::string> const& paths);
std::vector<std::string> pluginNames();

} // namespace trtfairmot
