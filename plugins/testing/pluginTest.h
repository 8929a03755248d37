// What tests of plugins inside TensorRT share: command line, libraries, one builder for all engines, and the tally.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <cuda_runtime_api.h>

#include "testing/oneLayerEngine.h"

namespace trtfairmot
{

struct Binding
{
    char const* name;
    void const* data;
    std::vector<int32_t> shape; // of an input; none of an output
};

class PluginTest
{
public:
    // Reads [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced] and loads both. Ends the program with
    // exit code 2 for anything else, 3 without a GPU or a library.
    PluginTest(int argc, char** argv);
    ~PluginTest();
    PluginTest(PluginTest const&) = delete;
    PluginTest& operator=(PluginTest const&) = delete;

    bool reduced() const;
    cudaStream_t stream() const;

    // Runs `body` with the engine of a layer as it comes back from its serialised form; a failure where there is none.
    void withEngine(std::string const& name, OneLayerNetwork const& network,
        std::function<void(nvinfer1::IExecutionContext&)> const& body);
    bool refuses(OneLayerNetwork const& network);

    bool bind(nvinfer1::IExecutionContext& context, std::vector<Binding> const& bindings) const;
    // Enqueues and waits, by itself and as a graph that is replayed behind what `before` enqueues.
    bool run(nvinfer1::IExecutionContext& context) const;
    bool replay(nvinfer1::IExecutionContext& context, std::function<void()> const& before) const;

    char const* verdict(bool passed); // counts it; "ok  " or "FAIL"
    int finished() const; // sums up; the exit code

private:
    struct Options
    {
        std::string nvinfer;
        std::string plugin{"./libtrt_fairmot_plugins.so"};
        bool reduced{false};
    };

    static Options optionsFrom(int argc, char** argv);

    Options mOptions;
    TensorRt mTensorRt;
    TestLogger mLogger;
    EngineBuilder mBuilder;
    cudaStream_t mStream{nullptr};
    int32_t mFailures{0};
};

} // namespace trtfairmot
