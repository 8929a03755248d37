// Engines and execution contexts.
#include "bindings/arguments.h"
#include "bindings/bindings.h"
#include "bindings/boundContext.h"
#include "bindings/guard.h"
#include "bindings/handle.h"
#include "cuda/stream.h"
#include "tensorrt/engine.h"

namespace trtfairmot
{

namespace
{

template <typename T>
Napi::Array arrayFrom(Napi::Env env, std::vector<T> const& values)
{
    auto array = Napi::Array::New(env, values.size());
    for (size_t i = 0; i < values.size(); i++)
    {
        array.Set(static_cast<uint32_t>(i), static_cast<double>(values[i]));
    }
    return array;
}

Napi::Object objectFrom(Napi::Env env, TensorInfo const& tensor)
{
    auto object = Napi::Object::New(env);
    object.Set("name", tensor.name);
    object.Set("mode", tensor.isInput ? "input" : "output");
    object.Set("dtype", tensor.dtype);
    object.Set("format", tensor.format);
    object.Set("shape", arrayFrom(env, tensor.shape));
    auto profiles = Napi::Array::New(env, tensor.profiles.size());
    for (size_t i = 0; i < tensor.profiles.size(); i++)
    {
        auto range = Napi::Object::New(env);
        range.Set("min", arrayFrom(env, tensor.profiles[i].min));
        range.Set("opt", arrayFrom(env, tensor.profiles[i].opt));
        range.Set("max", arrayFrom(env, tensor.profiles[i].max));
        profiles.Set(static_cast<uint32_t>(i), range);
    }
    object.Set("profiles", profiles);
    return object;
}

// engineLoad(device, bytes): Promise<Engine>
Napi::Value engineLoad(Napi::CallbackInfo const& info)
{
    auto const device = static_cast<int>(integerFrom(info[0], "device"));
    auto const bytes = bytesFrom(info[1], "engine");
    // Keeps the bytes alive until they have been read.
    auto held = std::make_shared<Napi::ObjectReference>(Napi::Persistent(info[1].As<Napi::Object>()));
    return runAsync(
        info.Env(), [device, bytes] { return loadEngine(device, bytes.data, bytes.size); },
        [held](Napi::Env env, std::shared_ptr<Engine> engine) { return handleFrom(env, std::move(engine)); });
}

// engineInfo(engine): { name, device, deviceMemorySize, layerCount, tensors }
Napi::Value engineInfo(Napi::CallbackInfo const& info)
{
    auto const engine = resourceOf<Engine>(info[0]);
    auto result = Napi::Object::New(info.Env());
    auto tensors = Napi::Array::New(info.Env());
    for (auto const& tensor : engine->tensors())
    {
        tensors.Set(tensors.Length(), objectFrom(info.Env(), tensor));
    }
    result.Set("name", engine->name());
    result.Set("device", engine->device());
    result.Set("deviceMemorySize", static_cast<double>(engine->deviceMemorySize()));
    result.Set("layerCount", engine->layerCount());
    result.Set("tensors", tensors);
    return result;
}

// engineInspect(engine): Promise<string>, JSON
Napi::Value engineInspect(Napi::CallbackInfo const& info)
{
    auto const engine = resourceOf<Engine>(info[0]);
    return runAsync(
        info.Env(), [engine] { return engine->inspect(); },
        [](Napi::Env env, std::string text) { return Napi::String::New(env, text); });
}

// contextCreate(engine, profile): Promise<ExecutionContext>
Napi::Value contextCreate(Napi::CallbackInfo const& info)
{
    auto const engine = resourceOf<Engine>(info[0]);
    auto const profile = static_cast<int32_t>(integerFrom(info[1], "profile"));
    return runAsync(
        info.Env(),
        [engine, profile] {
            auto bound = std::make_shared<BoundContext>();
            bound->context = engine->createContext(profile);
            return bound;
        },
        [](Napi::Env env, std::shared_ptr<BoundContext> bound) { return handleFrom(env, std::move(bound)); });
}

// contextSetInputShape(context, name, shape)
Napi::Value contextSetInputShape(Napi::CallbackInfo const& info)
{
    auto const bound = resourceOf<BoundContext>(info[0]);
    std::lock_guard<std::mutex> lock(bound->mutex);
    bound->context->setInputShape(stringFrom(info[1], "name"), integersFrom(info[2], "shape"));
    return info.Env().Undefined();
}

// contextTensorShape(context, name): number[]
Napi::Value contextTensorShape(Napi::CallbackInfo const& info)
{
    auto const bound = resourceOf<BoundContext>(info[0]);
    return arrayFrom(info.Env(), bound->context->tensorShape(stringFrom(info[1], "name")));
}

// contextTensorSize(context, name): number of bytes
Napi::Value contextTensorSize(Napi::CallbackInfo const& info)
{
    auto const bound = resourceOf<BoundContext>(info[0]);
    auto const size = bound->context->tensorSize(stringFrom(info[1], "name"));
    return Napi::Number::New(info.Env(), static_cast<double>(size));
}

// contextSetBuffer(context, name, deviceBuffer)
Napi::Value contextSetBuffer(Napi::CallbackInfo const& info)
{
    auto const bound = resourceOf<BoundContext>(info[0]);
    auto const name = stringFrom(info[1], "name");
    auto const memory = resourceOf<DeviceMemory>(info[2]);
    std::lock_guard<std::mutex> lock(bound->mutex);
    size_t const size = bound->context->tensorSize(name);
    if (memory->size() < size)
    {
        throw NativeError(code::kINVALID,
            "Expected a DeviceBuffer of at least " + std::to_string(size) + " bytes for " + name + " but received one of "
                + std::to_string(memory->size()));
    }
    bound->context->setTensorAddress(name, memory->as());
    bound->buffers[name] = memory;
    return info.Env().Undefined();
}

// contextEnqueue(context, stream): Promise<void>, fulfilled when submitted
Napi::Value contextEnqueue(Napi::CallbackInfo const& info)
{
    auto const bound = resourceOf<BoundContext>(info[0]);
    auto const stream = resourceOf<CudaStream>(info[1]);
    return runOn(stream->submitter(), info.Env(), [bound, stream] {
        std::lock_guard<std::mutex> lock(bound->mutex);
        bound->context->enqueue(stream->get());
    });
}

// contextProfile(context, stream): Promise<{ layer, milliseconds }[]>
Napi::Value contextProfile(Napi::CallbackInfo const& info)
{
    auto const bound = resourceOf<BoundContext>(info[0]);
    auto const stream = resourceOf<CudaStream>(info[1]);
    return runAsync(
        info.Env(),
        [bound, stream] {
            std::lock_guard<std::mutex> lock(bound->mutex);
            return bound->context->profile(stream->get());
        },
        [](Napi::Env env, std::vector<LayerTime> times) {
            auto list = Napi::Array::New(env, times.size());
            for (size_t i = 0; i < times.size(); i++)
            {
                auto entry = Napi::Object::New(env);
                entry.Set("layer", times[i].layer);
                entry.Set("milliseconds", times[i].milliseconds);
                list.Set(static_cast<uint32_t>(i), entry);
            }
            return Napi::Value(list);
        });
}

// pluginsLoad(paths): Promise<string[]>, the names TensorRT then knows
Napi::Value pluginsLoad(Napi::CallbackInfo const& info)
{
    auto const paths = stringsFrom(info[0]);
    return runAsync(
        info.Env(),
        [paths] {
            loadPlugins(paths);
            return pluginNames();
        },
        [](Napi::Env env, std::vector<std::string> names) {
            auto list = Napi::Array::New(env, names.size());
            for (size_t i = 0; i < names.size(); i++)
            {
                list.Set(static_cast<uint32_t>(i), names[i]);
            }
            return Napi::Value(list);
        });
}

} // namespace

void registerEngines(Napi::Object exports)
{
    expose<&engineLoad>(exports, "engineLoad");
    expose<&engineInfo>(exports, "engineInfo");
    expose<&engineInspect>(exports, "engineInspect");
    expose<&contextCreate>(exports, "contextCreate");
    expose<&contextSetInputShape>(exports, "contextSetInputShape");
    expose<&contextTensorShape>(exports, "contextTensorShape");
    expose<&contextTensorSize>(exports, "contextTensorSize");
    expose<&contextSetBuffer>(exports, "contextSetBuffer");
    expose<&contextEnqueue>(exports, "contextEnqueue");
    expose<&contextProfile>(exports, "contextProfile");
    expose<&pluginsLoad>(exports, "pluginsLoad");
}

} // namespace trtfairmot
