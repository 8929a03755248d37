// The engine over nvinfer1::ICudaEngine.
#include "tensorrt/trtEngine.h"

#include "cuda/check.h"
#include "tensorrt/compat.h"
#include "tensorrt/library.h"
#include "tensorrt/logger.h"
#include "tensorrt/trtContext.h"

namespace trtfairmot
{

namespace
{

// What TensorRT says about a plan it refuses, and what to do about it.
// TensorRT says so in words alone.
bool ranOutOfMemory(std::string const& log)
{
    auto const says = [&](char const* words) { return log.find(words) != std::string::npos; };
    return says("out of memory") || says("OutOfMemory") || says("OUT_OF_MEMORY") || says("could not be allocated");
}

std::string hintFor(std::string const& log)
{
    auto const says = [&](char const* words) { return log.find(words) != std::string::npos; };
    if (says("getPluginCreator") || says("plugin creator") || says("Plugin not found") || says("Cannot find plugin"))
    {
        return "name the library that holds the plugin, libtrt_fairmot_plugins.so for FairMOT, in `plugins`";
    }
    if (says("incompatible device") || says("compute") || says("different models of devices"))
    {
        return "engines run on the GPU model they were built on: build this one again here with `fairmot build`";
    }
    if (says("version") || says("Version"))
    {
        return "engines run on the TensorRT version they were built with: build this one again with `fairmot build`";
    }
    return "the file is no TensorRT engine, or is damaged or cut off: build it again with `fairmot build`";
}

std::vector<TensorInfo::Range> rangesOf(nvinfer1::ICudaEngine const& engine, char const* name)
{
    using Selector = nvinfer1::OptProfileSelector;
    std::vector<TensorInfo::Range> ranges;
    for (int32_t i = 0; i < engine.getNbOptimizationProfiles(); i++)
    {
        ranges.push_back({compat::shapeFrom(engine.getProfileShape(name, i, Selector::kMIN)),
            compat::shapeFrom(engine.getProfileShape(name, i, Selector::kOPT)),
            compat::shapeFrom(engine.getProfileShape(name, i, Selector::kMAX))});
    }
    return ranges;
}

TensorInfo infoOf(nvinfer1::ICudaEngine const& engine, char const* name)
{
    TensorInfo info;
    info.name = name;
    info.isInput = engine.getTensorIOMode(name) == nvinfer1::TensorIOMode::kINPUT;
    info.dtype = compat::dtypeName(engine.getTensorDataType(name));
    info.format = compat::formatName(engine.getTensorFormat(name));
    info.shape = compat::shapeFrom(engine.getTensorShape(name));
    if (info.isInput)
    {
        info.profiles = rangesOf(engine, name);
    }
    return info;
}

} // namespace

TrtEngine::TrtEngine(int device, void const* bytes, size_t size)
    : mDevice(device)
{
    auto const& library = TensorrtLibrary::get();
    LogListener const listener;
    useDevice(device);
    mRuntime.reset(library.createRuntime());
    if (!mRuntime)
    {
        throw NativeError(code::kTENSORRT, "Expected a TensorRT runtime but received none: " + listener.summary(),
            "run `fairmot doctor`");
    }
    mEngine.reset(mRuntime->deserializeCudaEngine(bytes, size));
    if (!mEngine)
    {
        (void) cudaGetLastError();
        std::string const log = listener.summary();
        if (ranOutOfMemory(log))
        {
            throw NativeError(code::kOUT_OF_MEMORY, "Expected device memory for the engine but received: " + log,
                "close other programs on the GPU (see nvidia-smi)");
        }
        throw NativeError(code::kTENSORRT,
            "Expected an engine that TensorRT " + library.version() + " can load but received: " + log, hintFor(log));
    }
    for (int32_t i = 0; i < mEngine->getNbIOTensors(); i++)
    {
        mTensors.push_back(infoOf(*mEngine, mEngine->getIOTensorName(i)));
    }
}

TrtEngine::~TrtEngine()
{
    (void) cudaSetDevice(mDevice);
    mEngine.reset();
    mRuntime.reset();
}

std::vector<TensorInfo> const& TrtEngine::tensors() const
{
    return mTensors;
}

std::string TrtEngine::name() const
{
    return mEngine->getName() ? mEngine->getName() : "";
}

size_t TrtEngine::deviceMemorySize() const
{
    return compat::deviceMemorySize(*mEngine);
}

int32_t TrtEngine::layerCount() const
{
    return mEngine->getNbLayers();
}

int TrtEngine::device() const
{
    return mDevice;
}

std::string TrtEngine::inspect() const
{
    std::unique_ptr<nvinfer1::IEngineInspector> const inspector(mEngine->createEngineInspector());
    char const* text
        = inspector ? inspector->getEngineInformation(nvinfer1::LayerInformationFormat::kJSON) : nullptr;
    return text ? text : "{}";
}

std::shared_ptr<ExecutionContext> TrtEngine::createContext(int32_t profile)
{
    return std::make_shared<TrtContext>(shared_from_this(), profile);
}

std::shared_ptr<Engine> loadEngine(int device, void const* bytes, size_t size)
{
    return std::make_shared<TrtEngine>(device, bytes, size);
}

} // namespace trtfairmot
