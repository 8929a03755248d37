#include "testing/tensorrt.h"

#include <cstdio>
#include <cstdlib>

#include <dlfcn.h>

namespace trtfairmot
{

void TestLogger::log(Severity severity, nvinfer1::AsciiChar const* message) noexcept
{
    if (severity <= Severity::kERROR)
    {
        lastError = message;
    }
    if (severity <= Severity::kWARNING && !quiet)
    {
        std::printf("  TensorRT: %s\n", message);
    }
}

void* openLibrary(std::string const& path)
{
    void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr)
    {
        std::printf("Cannot load %s: %s\n", path.c_str(), dlerror());
        std::exit(3);
    }
    return handle;
}

template <typename Function>
Function TensorRt::function(char const* name) const
{
    void* const address = dlsym(mHandle, name);
    if (address == nullptr)
    {
        std::printf("libnvinfer has no function %s\n", name);
        std::exit(3);
    }
    return reinterpret_cast<Function>(address);
}

TensorRt::TensorRt(std::string const& path)
    : mHandle{openLibrary(path.empty() ? "libnvinfer.so." + std::to_string(NV_TENSORRT_MAJOR) : path)}
{
    int32_t const major = version() >= 100000 ? version() / 10000 : version() / 1000;
    std::printf("TensorRT %d, headers of %d.%d\n", version(), NV_TENSORRT_MAJOR, NV_TENSORRT_MINOR);
    if (major != NV_TENSORRT_MAJOR)
    {
        std::printf("Expected TensorRT %d, which this program was compiled for\n", NV_TENSORRT_MAJOR);
        std::exit(3);
    }
}

int32_t TensorRt::version() const
{
    return function<int32_t (*)()>("getInferLibVersion")();
}

nvinfer1::IPluginRegistry& TensorRt::registry() const
{
    return *function<nvinfer1::IPluginRegistry* (*) ()>("getPluginRegistry")();
}

nvinfer1::IBuilder* TensorRt::createBuilder(nvinfer1::ILogger& logger) const
{
    return static_cast<nvinfer1::IBuilder*>(
        function<void* (*) (void*, int32_t)>("createInferBuilder_INTERNAL")(&logger, NV_TENSORRT_VERSION));
}

nvinfer1::IRuntime* TensorRt::createRuntime(nvinfer1::ILogger& logger) const
{
    return static_cast<nvinfer1::IRuntime*>(
        function<void* (*) (void*, int32_t)>("createInferRuntime_INTERNAL")(&logger, NV_TENSORRT_VERSION));
}

} // namespace trtfairmot
