// What this machine has, for `doctor`. Nothing here throws for what is missing: it says so in the result.
#include "bindings/arguments.h"
#include "bindings/bindings.h"
#include "bindings/guard.h"
#include "cuda/check.h"
#include "tensorrt/engine.h"

namespace trtfairmot
{

namespace
{

std::string cudaVersionText(int version)
{
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

Napi::Object deviceObject(Napi::Env env, int index)
{
    cudaDeviceProp properties{};
    CUDA_CHECK(cudaGetDeviceProperties(&properties, index));
    auto device = Napi::Object::New(env);
    device.Set("index", index);
    device.Set("name", std::string(properties.name));
    device.Set("computeCapability", std::to_string(properties.major) + "." + std::to_string(properties.minor));
    device.Set("memoryBytes", static_cast<double>(properties.totalGlobalMem));
    device.Set("multiprocessors", properties.multiProcessorCount);
    return device;
}

// probeCuda(): { runtimeVersion, driverVersion, devices, error }
Napi::Value probeCuda(Napi::CallbackInfo const& info)
{
    auto const env = info.Env();
    auto result = Napi::Object::New(env);
    auto devices = Napi::Array::New(env);
    std::string error;
    int runtime = 0;
    int driver = 0;
    try
    {
        CUDA_CHECK(cudaRuntimeGetVersion(&runtime));
        CUDA_CHECK(cudaDriverGetVersion(&driver));
        int count = 0;
        CUDA_CHECK(cudaGetDeviceCount(&count));
        for (int i = 0; i < count; i++)
        {
            devices.Set(devices.Length(), deviceObject(env, i));
        }
    }
    catch (NativeError const& failure)
    {
        error = failure.what();
    }
    result.Set("runtimeVersion", cudaVersionText(runtime));
    result.Set("driverVersion", driver == 0 ? env.Null() : Napi::String::New(env, cudaVersionText(driver)).As<Napi::Value>());
    result.Set("devices", devices);
    result.Set("error", error.empty() ? env.Null() : Napi::String::New(env, error).As<Napi::Value>());
    return result;
}

// probeTensorrt(): { built, expected, found, path, parserPath, error }, empty strings where there is nothing to say
Napi::Value probeTensorrt(Napi::CallbackInfo const& info)
{
    auto const tensorrt = tensorrtInfo();
    auto result = Napi::Object::New(info.Env());
    result.Set("built", tensorrt.built);
    result.Set("expected", tensorrt.expected);
    result.Set("found", tensorrt.found);
    result.Set("path", tensorrt.path);
    result.Set("parserPath", tensorrt.parserPath);
    result.Set("error", tensorrt.error);
    return result;
}

// setTensorrtFolder(folder)
Napi::Value setFolder(Napi::CallbackInfo const& info)
{
    setTensorrtFolder(stringFrom(info[0], "folder"));
    return info.Env().Undefined();
}

} // namespace

void registerProbe(Napi::Object exports)
{
    expose<&probeCuda>(exports, "probeCuda");
    expose<&probeTensorrt>(exports, "probeTensorrt");
    expose<&setFolder>(exports, "setTensorrtFolder");
    exports.Set("cudaArchitectures", CUDA_ARCHITECTURES_TEXT);
}

} // namespace trtfairmot
