// registry_test: loading, registering, creating and serialising the plugin against a real libnvinfer (or
// libnvinfer_lean). Needs no GPU.
// usage: registry_test LIBNVINFER LIBTRT_FAIRMOT_PLUGINS
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing/tensorrt.h"

using namespace nvinfer1;
using namespace trtfairmot;

namespace
{

char const* const kNAMES[] = {"DCNv2", "FairmotDCNv2", "FairmotStem", "FairmotUpsampleAdd", "FairmotRoot",
    "FairmotQuantizedRoot", "FairmotPeakHeads", "FairmotHeatMap"};
int32_t gFailures = 0;
std::string gNvinfer;
std::string gPlugin;

void expect(bool condition, char const* what)
{
    std::printf("%s %s\n", condition ? "ok  " : "FAIL", what);
    gFailures += condition ? 0 : 1;
}

#if NV_TENSORRT_MAJOR >= 10
IPluginCreatorV3One* creatorOf(TensorRt const& tensorrt, char const* name)
{
    return static_cast<IPluginCreatorV3One*>(tensorrt.registry().getCreator(name, "1", ""));
}
#else
IPluginCreator* creatorOf(TensorRt const& tensorrt, char const* name)
{
    return tensorrt.registry().getPluginCreator(name, "1", "");
}
#endif

bool registered(TensorRt const& tensorrt)
{
    return std::all_of(
        std::begin(kNAMES), std::end(kNAMES), [&](char const* name) { return creatorOf(tensorrt, name) != nullptr; });
}

void loadingRegisters()
{
    TensorRt const tensorrt(gNvinfer);
    expect(!registered(tensorrt), "unknown before it is loaded");
    openLibrary(gPlugin);
    expect(registered(tensorrt), "registered by loading it");
    openLibrary(gPlugin);
    expect(registered(tensorrt), "registered after loading it twice");
}

void loadLibraryRegisters()
{
    TensorRt const tensorrt(gNvinfer);
    auto const handle = tensorrt.registry().loadLibrary(gPlugin.c_str());
    expect(handle != nullptr && registered(tensorrt), "registered by IPluginRegistry::loadLibrary");
    tensorrt.registry().deregisterLibrary(handle);
    expect(!registered(tensorrt), "gone after deregisterLibrary");
    expect(tensorrt.registry().loadLibrary(gPlugin.c_str()) != nullptr && registered(tensorrt), "loaded again");
}

void loadLibraryAfterLoading()
{
    TensorRt const tensorrt(gNvinfer);
    openLibrary(gPlugin);
    expect(tensorrt.registry().loadLibrary(gPlugin.c_str()) != nullptr && registered(tensorrt),
        "IPluginRegistry::loadLibrary of a library that is loaded");
}

void pluginBeforeTensorrt()
{
    void* const plugin = openLibrary(gPlugin);
    auto const registerPlugins = reinterpret_cast<int32_t (*)()>(dlsym(plugin, "trtFairmotRegisterPlugins"));
    expect(registerPlugins != nullptr && registerPlugins() == 0, "nothing to register with before libnvinfer");
    TensorRt const tensorrt(gNvinfer);
    expect(
        !registered(tensorrt) && registerPlugins() == static_cast<int32_t>(std::size(kNAMES)) && registered(tensorrt),
        "registered when asked to");
    expect(registerPlugins() == 0 && registered(tensorrt), "asking again changes nothing");
}

struct Fields
{
    int32_t stride[2]{2, 1};
    int32_t padding{1};
    int32_t relu{1};
    std::vector<PluginField> list;

    Fields()
    {
        list.emplace_back("stride", stride, PluginFieldType::kINT32, 2);
        list.emplace_back("padding", &padding, PluginFieldType::kINT32, 1);
        list.emplace_back("relu", &relu, PluginFieldType::kINT32, 1);
    }

    PluginFieldCollection collection() const
    {
        return PluginFieldCollection{static_cast<int32_t>(list.size()), list.data()};
    }
};

#if NV_TENSORRT_MAJOR >= 10

void creating()
{
    TensorRt const tensorrt(gNvinfer);
    openLibrary(gPlugin);
    Fields fields;
    PluginFieldCollection const good = fields.collection();
    IPluginCreatorV3One* const creator = creatorOf(tensorrt, kNAMES[1]);
    IPluginV3* const plugin = creator->createPlugin("layer", &good, TensorRTPhase::kBUILD);
    expect(plugin != nullptr, "created");
    auto* const runtime =
        static_cast<IPluginV3OneRuntime*>(plugin->getCapabilityInterface(PluginCapabilityType::kRUNTIME));
    auto* const core = static_cast<IPluginV3OneCore*>(plugin->getCapabilityInterface(PluginCapabilityType::kCORE));
    expect(std::strcmp(core->getPluginName(), kNAMES[1]) == 0, "has its name");
    PluginFieldCollection const saved = *runtime->getFieldsToSerialize();
    IPluginV3* const copy = creator->createPlugin("layer", &saved, TensorRTPhase::kRUNTIME);
    expect(copy != nullptr, "created from its serialised fields");
    auto* const again = static_cast<IPluginV3OneRuntime*>(copy->getCapabilityInterface(PluginCapabilityType::kRUNTIME));
    PluginFieldCollection const resaved = *again->getFieldsToSerialize();
    expect(saved.nbFields == 1 && resaved.nbFields == 1 && saved.fields[0].length == resaved.fields[0].length
            && std::memcmp(saved.fields[0].data, resaved.fields[0].data, saved.fields[0].length) == 0,
        "serialises to the same bytes");
    PluginField damaged = saved.fields[0];
    damaged.length -= 4;
    PluginFieldCollection const wrong{1, &damaged};
    expect(creator->createPlugin("layer", &wrong, TensorRTPhase::kRUNTIME) == nullptr, "refuses damaged bytes");
    fields.stride[0] = 0;
    expect(creator->createPlugin("layer", &good, TensorRTPhase::kBUILD) == nullptr, "refuses stride 0");
    delete copy;
    delete plugin;
}

#else

void creating()
{
    TensorRt const tensorrt(gNvinfer);
    openLibrary(gPlugin);
    Fields fields;
    PluginFieldCollection const good = fields.collection();
    IPluginCreator* const creator = creatorOf(tensorrt, kNAMES[1]);
    IPluginV2* const plugin = creator->createPlugin("layer", &good);
    expect(plugin != nullptr && std::strcmp(plugin->getPluginType(), kNAMES[1]) == 0, "created, has its name");
    std::vector<char> bytes(plugin->getSerializationSize());
    plugin->serialize(bytes.data());
    IPluginV2* const copy = creator->deserializePlugin("layer", bytes.data(), bytes.size());
    expect(copy != nullptr, "created from its serialised bytes");
    std::vector<char> again(copy->getSerializationSize());
    copy->serialize(again.data());
    expect(again == bytes, "serialises to the same bytes");
    expect(creator->deserializePlugin("layer", bytes.data(), bytes.size() - 4) == nullptr, "refuses short bytes");
    bytes[4] = 99;
    expect(creator->deserializePlugin("layer", bytes.data(), bytes.size()) == nullptr, "refuses another version");
    fields.stride[0] = 0;
    expect(creator->createPlugin("layer", &good) == nullptr, "refuses stride 0");
    IPluginV2* const clone = plugin->clone();
    expect(clone != nullptr, "cloned");
    clone->destroy();
    copy->destroy();
    plugin->destroy();
}

#endif

// A registry belongs to a process, so each scenario gets its own.
void inChild(void (*scenario)(), char const* name)
{
    std::printf("%s\n", name);
    std::fflush(stdout);
    pid_t const child = fork();
    if (child == 0)
    {
        scenario();
        std::fflush(stdout);
        _exit(gFailures == 0 ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    {
        std::printf("FAIL %s\n", name);
        ++gFailures;
    }
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3)
    {
        std::printf("usage: registry_test LIBNVINFER LIBTRT_FAIRMOT_PLUGINS\n");
        return 2;
    }
    gNvinfer = argv[1];
    gPlugin = argv[2];
    inChild(loadingRegisters, "dlopen");
    inChild(loadLibraryRegisters, "loadLibrary");
    inChild(loadLibraryAfterLoading, "dlopen, then loadLibrary");
    inChild(pluginBeforeTensorrt, "plugin library first");
    inChild(creating, "creators");
    std::printf("%s\n", gFailures == 0 ? "PASS" : "FAIL");
    return gFailures == 0 ? 0 : 1;
}
