// What a program or TensorRT itself finds in the library: its creators, by the entry points that
// IPluginRegistry::loadLibrary() and trtexec --dynamicPlugins ask for, and by registration when the library is loaded.
#include <vector>

#include "adapter/layer.h"
#include "adapter/log.h"

#if NV_TENSORRT_MAJOR >= 10
#include "adapter/pluginV3.h"
#else
#include "adapter/pluginV2.h"
#endif

namespace trtfairmot
{

namespace
{

#if NV_TENSORRT_MAJOR >= 10
using Creator = PluginCreatorV3;
using CreatorInterface = nvinfer1::IPluginCreatorInterface;
#else
using Creator = PluginCreatorV2;
using CreatorInterface = nvinfer1::IPluginCreator;
#endif

// Never destroyed: a registry may outlive this library's static objects.
std::vector<Creator*> const& creators()
{
    static std::vector<Creator*> const kALL = []()
    {
        std::vector<Creator*> all;
        for (LayerKind const& kind : layerKinds())
        {
            all.push_back(new Creator(kind));
        }
        return all;
    }();
    return kALL;
}

// The interfaces of another major version of TensorRT have another layout in memory.
bool versionsMatch()
{
    using GetVersion = int32_t (*)();
    auto const getVersion = reinterpret_cast<GetVersion>(nvinferFunction("getInferLibVersion"));
    if (getVersion == nullptr)
    {
        return false;
    }
    int32_t const version = getVersion();
    int32_t const major = version >= 100000 ? version / 10000 : version / 1000; // 10.16.1 is 101601, 8.6.0 is 8600
    if (major != NV_TENSORRT_MAJOR)
    {
        logError("Expected TensorRT " + std::to_string(NV_TENSORRT_MAJOR)
            + ", which this library was compiled for, but " + "received " + std::to_string(major)
            + ": compile libtrt_fairmot_plugins.so with that version's headers.");
    }
    return major == NV_TENSORRT_MAJOR;
}

nvinfer1::IPluginRegistry* registry()
{
    using GetRegistry = nvinfer1::IPluginRegistry* (*) ();
    auto const getRegistry = reinterpret_cast<GetRegistry>(nvinferFunction("getPluginRegistry"));
    return getRegistry != nullptr && versionsMatch() ? getRegistry() : nullptr;
}

int32_t registerCreators() noexcept
{
    nvinfer1::IPluginRegistry* const target = registry();
    int32_t registered = 0;
    if (target != nullptr)
    {
        for (Creator* const creator : creators())
        {
            registered += target->registerCreator(*creator, "") ? 1 : 0;
        }
    }
    return registered;
}

// Whoever asks for the list is about to register it, and loadLibrary() fails where a creator is registered already:
// what loading the library registered is taken back.
CreatorInterface* const* creatorList(int32_t& count)
{
    static std::vector<CreatorInterface*> const kLIST(creators().begin(), creators().end());
    nvinfer1::IPluginRegistry* const target = registry();
    count = target != nullptr ? static_cast<int32_t>(kLIST.size()) : 0;
    for (int32_t i = 0; i < count; ++i)
    {
        target->deregisterCreator(*creators()[i]);
    }
    return kLIST.data();
}

struct RegistrationOnLoad
{
    RegistrationOnLoad()
    {
        registerCreators();
    }
};

RegistrationOnLoad const kREGISTRATION;

} // namespace

} // namespace trtfairmot

#define PLUGIN_EXPORT extern "C" __attribute__((visibility("default")))

#if NV_TENSORRT_MAJOR >= 10
PLUGIN_EXPORT nvinfer1::IPluginCreatorInterface* const* getCreators(int32_t& nbCreators)
{
    return trtfairmot::creatorList(nbCreators);
}
#else
PLUGIN_EXPORT nvinfer1::IPluginCreator* const* getPluginCreators(int32_t& nbCreators)
{
    return trtfairmot::creatorList(nbCreators);
}
#endif

PLUGIN_EXPORT void setLoggerFinder(nvinfer1::ILoggerFinder* finder)
{
    trtfairmot::setLoggers(finder);
}

// For a program that loads this library before libnvinfer: how many creators were registered now.
PLUGIN_EXPORT int32_t trtFairmotRegisterPlugins()
{
    return trtfairmot::registerCreators();
}

// The TensorRT major version this library was compiled for.
PLUGIN_EXPORT int32_t trtFairmotPluginTensorrtMajor()
{
    return NV_TENSORRT_MAJOR;
}
