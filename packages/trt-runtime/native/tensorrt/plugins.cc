// Plugin libraries, opened by path and registered with TensorRT.
#include "common/nativeError.h"
#include "tensorrt/compat.h"
#include "tensorrt/engine.h"
#include "tensorrt/library.h"
#include "tensorrt/logger.h"

#include <cstdlib>
#include <dlfcn.h>
#include <mutex>
#include <set>

namespace trtfairmot
{

namespace
{

constexpr char const* kHINT
    = "build it with `npm run native`, or name its folder; `ldd` on the file shows which libraries it lacks";

void loadPlugin(std::string const& path, nvinfer1::IPluginRegistry& registry)
{
    size_t const before = compat::creatorNames(registry).size();
    // Opened here first: the loader's message says what is wrong, TensorRT's does not.
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
    {
        char const* reason = dlerror();
        throw NativeError(code::kPLUGIN,
            "Expected to open plugin library " + path + " but received: " + (reason ? reason : "no reason"), kHINT);
    }
    // Many libraries register their creators by themselves on opening; registering those again would fail.
    if (compat::creatorNames(registry).size() > before)
    {
        return;
    }
    LogListener const listener;
    if (registry.loadLibrary(path.c_str()) == nullptr && compat::creatorNames(registry).size() == before)
    {
        throw NativeError(code::kPLUGIN,
            "Expected " + path + " to register TensorRT plugins but received: " + listener.summary(), kHINT);
    }
}

} // namespace

void loadPlugins(std::vector<std::string> const& paths)
{
    static std::mutex mutex;
    static std::set<std::string> loaded;
    std::lock_guard<std::mutex> lock(mutex);
    for (auto const& path : paths)
    {
        char* const resolved = realpath(path.c_str(), nullptr);
        std::string const file = resolved ? resolved : path;
        std::free(resolved);
        if (loaded.count(file) == 0)
        {
            loadPlugin(file, TensorrtLibrary::get().registry());
            loaded.insert(file);
        }
    }
}

std::vector<std::string> pluginNames()
{
    return compat::creatorNames(TensorrtLibrary::get().registry());
}

} // namespace trtfairmot
