#include "tensorrt/buildNetwork.h"

#include "common/nativeError.h"
#include "cuda/check.h"
#include "tensorrt/buildConfig.h"
#include "tensorrt/compat.h"
#include "tensorrt/library.h"
#include "tensorrt/logger.h"
#include "tensorrt/progress.h"

namespace trtfairmot
{

namespace
{

std::string parserErrors(nvonnxparser::IParser const& parser)
{
    constexpr int32_t kSHOWN = 8;
    std::string text;
    for (int32_t i = 0; i < parser.getNbErrors() && i < kSHOWN; i++)
    {
        auto const& error = *parser.getError(i);
        auto const node = compat::nodeNameOf(error);
        text += text.empty() ? "" : "; ";
        text += node.empty() ? "" : "node " + node + ": ";
        text += error.desc() ? error.desc() : "no description";
    }
    return text;
}

std::string hintForParser(std::string const& errors)
{
    bool const plugin = errors.find("lugin") != std::string::npos || errors.find("DCNv2") != std::string::npos;
    return plugin ? "name the library that holds the plugin, libtrt_fairmot_plugins.so for FairMOT, in `plugins`"
                  : "run the builder's graph passes on the model first: `fairmot build` does";
}

void parse(nvonnxparser::IParser& parser, BuildRequest const& request, LogListener const& listener)
{
    if (parser.parse(request.onnx.data(), request.onnx.size()))
    {
        return;
    }
    auto errors = parserErrors(parser);
    if (errors.empty())
    {
        errors = listener.summary();
    }
    throw NativeError(
        code::kTENSORRT, "Expected an ONNX model that TensorRT can read but received: " + errors, hintForParser(errors));
}

std::vector<uint8_t> bytesOf(nvinfer1::IHostMemory const& memory)
{
    auto const* data = static_cast<uint8_t const*>(memory.data());
    return std::vector<uint8_t>(data, data + memory.size());
}

NativeError buildFailure(LogListener const& listener)
{
    (void) cudaGetLastError();
    auto const log = listener.summary();
    bool const memory = log.find("emory") != std::string::npos;
    return NativeError(memory ? code::kOUT_OF_MEMORY : code::kTENSORRT,
        "Expected TensorRT to build an engine but received: " + log,
        memory ? "close other programs on the GPU (see nvidia-smi), or give more or less --workspace"
               : "run it again with --verbose for TensorRT's whole log");
}

} // namespace

BuildResult buildNetwork(BuildRequest const& request)
{
    auto const& library = TensorrtLibrary::get();
    useDevice(request.device);
    BuildObserver observer(request);
    LogListener const listener(
        [&](Severity severity, std::string const& message) {
            if (severity == Severity::kVERBOSE)
            {
                observer.hear(message);
            }
            if (request.onLog && (request.verbose || severity != Severity::kVERBOSE))
            {
                request.onLog(severity, message);
            }
        },
        request.verbose || BuildObserver::needsVerboseLog());

    observer.enter("start TensorRT");
    std::unique_ptr<nvinfer1::IBuilder> const builder(library.createBuilder());
    if (!builder)
    {
        throw buildFailure(listener);
    }
    std::unique_ptr<nvinfer1::INetworkDefinition> const network(
        compat::createNetwork(*builder, request.stronglyTyped));
    std::unique_ptr<nvinfer1::IBuilderConfig> const config(builder->createBuilderConfig());
    std::unique_ptr<nvonnxparser::IParser> const parser(library.createParser(*network));
    observer.throwIfCancelled();

    observer.enter("read ONNX");
    parse(*parser, request, listener);
    configure(*config, request);
    addProfile(*builder, *network, *config, request);
    keepFloat32Layers(*network, *config, request.float32Layers);
    auto const cache = timingCacheFor(*config, request);
    observer.attach(*config);
    observer.throwIfCancelled();

    observer.enter("build engine");
    std::unique_ptr<nvinfer1::IHostMemory> const plan(builder->buildSerializedNetwork(*network, *config));
    observer.throwIfCancelled();
    if (!plan)
    {
        throw buildFailure(listener);
    }
    BuildResult result{bytesOf(*plan), {}, network->getNbLayers()};
    if (cache)
    {
        std::unique_ptr<nvinfer1::IHostMemory> const serialized(config->getTimingCache()->serialize());
        result.timingCache = serialized ? bytesOf(*serialized) : std::vector<uint8_t>{};
    }
    return result;
}

} // namespace trtfairmot
