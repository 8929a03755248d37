#include "testing/pluginTest.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "testing/deviceBytes.h"

namespace trtfairmot
{

PluginTest::Options PluginTest::optionsFrom(int argc, char** argv)
{
    Options options;
    for (int i = 1; i < argc; ++i)
    {
        std::string const option = argv[i];
        if (option == "--reduced")
        {
            options.reduced = true;
        }
        else if ((option == "--nvinfer" || option == "--plugin") && i + 1 < argc)
        {
            (option == "--nvinfer" ? options.nvinfer : options.plugin) = argv[++i];
        }
        else
        {
            std::printf("usage: %s [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]\n", argv[0]);
            std::exit(2);
        }
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // a run that is cut off has said what passed
    setenv("CUDA_MODULE_LOADING", "LAZY", 0); // TensorRT's own kernels, of which these engines need few
    requireGpu();
    return options;
}

PluginTest::PluginTest(int argc, char** argv)
    : mOptions{optionsFrom(argc, argv)}, mTensorRt{mOptions.nvinfer}, mBuilder{mTensorRt, mLogger}
{
    openLibrary(mOptions.plugin);
    checkCuda(cudaStreamCreateWithFlags(&mStream, cudaStreamNonBlocking), "stream");
}

PluginTest::~PluginTest()
{
    cudaStreamDestroy(mStream);
}

bool PluginTest::reduced() const
{
    return mOptions.reduced;
}

cudaStream_t PluginTest::stream() const
{
    return mStream;
}

void PluginTest::withEngine(std::string const& name, OneLayerNetwork const& network,
    std::function<void(nvinfer1::IExecutionContext&)> const& body)
{
    auto const start = std::chrono::steady_clock::now();
    std::unique_ptr<nvinfer1::IHostMemory> const bytes = mBuilder.build(network);
    LoadedEngine const loaded = bytes == nullptr ? LoadedEngine{} : mBuilder.load(*bytes);
    std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - start;
    if (loaded.context == nullptr)
    {
        std::printf("%s %s: %s; %s\n", verdict(false), name.c_str(),
            bytes == nullptr ? "no engine" : "the engine does not load", mLogger.lastError.c_str());
        return;
    }
    std::printf("engine of %zu bytes in %.1f s: %s\n", bytes->size(), seconds.count(), name.c_str());
    body(*loaded.context);
}

bool PluginTest::refuses(OneLayerNetwork const& network)
{
    mLogger.quiet = true;
    bool const refused = mBuilder.build(network) == nullptr;
    mLogger.quiet = false;
    return refused;
}

bool PluginTest::bind(nvinfer1::IExecutionContext& context, std::vector<Binding> const& bindings) const
{
    bool bound = true;
    for (Binding const& binding : bindings)
    {
        bound = bound && (binding.shape.empty() || context.setInputShape(binding.name, dimsOf(binding.shape)))
            && context.setTensorAddress(binding.name, const_cast<void*>(binding.data));
    }
    return bound;
}

bool PluginTest::run(nvinfer1::IExecutionContext& context) const
{
    bool const ran = context.enqueueV3(mStream);
    checkCuda(cudaStreamSynchronize(mStream), "the engine");
    return ran;
}

bool PluginTest::replay(nvinfer1::IExecutionContext& context, std::function<void()> const& before) const
{
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t executable = nullptr;
    checkCuda(cudaStreamBeginCapture(mStream, cudaStreamCaptureModeThreadLocal), "begin capture");
    bool const captured = context.enqueueV3(mStream);
    checkCuda(cudaStreamEndCapture(mStream, &graph), "end capture");
    checkCuda(cudaGraphInstantiate(&executable, graph, 0), "instantiate");
    before();
    checkCuda(cudaGraphLaunch(executable, mStream), "replay");
    checkCuda(cudaStreamSynchronize(mStream), "replay");
    checkCuda(cudaGraphExecDestroy(executable), "graph");
    checkCuda(cudaGraphDestroy(graph), "graph");
    return captured;
}

char const* PluginTest::verdict(bool passed)
{
    mFailures += passed ? 0 : 1;
    return passed ? "ok  " : "FAIL";
}

int PluginTest::finished() const
{
    std::printf("%s: %d failures\n", mFailures == 0 ? "PASS" : "FAIL", mFailures);
    return mFailures == 0 ? 0 : 1;
}

} // namespace trtfairmot
