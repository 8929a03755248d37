// ONNX to engine. Builds run one at a time on a thread of their own, since they time kernels.
#include "bindings/arguments.h"
#include "bindings/bindings.h"
#include "bindings/guard.h"
#include "bindings/handle.h"
#include "tensorrt/buildNetwork.h"

namespace trtfairmot
{

namespace
{

TaskThread& builderThread()
{
    static auto* thread = new TaskThread;
    return *thread;
}

struct Cancellation
{
    static constexpr char const* kNAME = "BuildCancellation";
    std::shared_ptr<std::atomic<bool>> flag{std::make_shared<std::atomic<bool>>(false)};
};

// A JavaScript function called from other threads while a build runs.
class Callback
{
public:
    Callback(Napi::Env env, Napi::Value function)
        : mMainThread(MainThread::of(env))
    {
        if (function.IsFunction())
        {
            mFunction = std::make_shared<Napi::FunctionReference>(Napi::Persistent(function.As<Napi::Function>()));
            mFunction->SuppressDestruct();
        }
    }

    explicit operator bool() const
    {
        return mFunction != nullptr;
    }

    void call(std::function<std::vector<napi_value>(Napi::Env)> arguments) const
    {
        mMainThread->notify([function = mFunction, arguments = std::move(arguments)](Napi::Env env) {
            Napi::HandleScope scope(env);
            function->Call(arguments(env));
        });
    }

private:
    std::shared_ptr<MainThread> mMainThread;
    std::shared_ptr<Napi::FunctionReference> mFunction;
};

std::vector<uint8_t> copyOf(Napi::Value value, char const* name)
{
    if (value.IsUndefined() || value.IsNull())
    {
        return {};
    }
    auto const bytes = bytesFrom(value, name);
    return std::vector<uint8_t>(bytes.data, bytes.data + bytes.size);
}

std::map<std::string, ProfileShapes> profileFrom(Napi::Value value)
{
    std::map<std::string, ProfileShapes> profile;
    if (!value.IsObject())
    {
        return profile;
    }
    auto const object = value.As<Napi::Object>();
    auto const names = object.GetPropertyNames();
    for (uint32_t i = 0; i < names.Length(); i++)
    {
        auto const name = stringFrom(names.Get(i), "input name");
        auto const shapes = objectFrom(object.Get(name), "shapes");
        profile[name] = {integersFrom(shapes.Get("min"), "min"), integersFrom(shapes.Get("opt"), "opt"),
            integersFrom(shapes.Get("max"), "max")};
    }
    return profile;
}

BuildRequest requestFrom(Napi::Object const& options)
{
    BuildRequest request;
    request.device = static_cast<int>(integerFrom(options, "device"));
    request.fp16 = booleanFrom(options, "fp16");
    request.int8 = booleanFrom(options, "int8");
    request.stronglyTyped = booleanFrom(options, "stronglyTyped");
    request.tf32 = booleanFrom(options, "tf32");
    request.verbose = booleanFrom(options, "verbose");
    request.workspaceMiB = integerFrom(options, "workspaceMiB");
    request.optimizationLevel = static_cast<int32_t>(integerFrom(options, "optimizationLevel"));
    request.profilingVerbosity = static_cast<int32_t>(integerFrom(options, "profilingVerbosity"));
    request.maxAuxStreams = integerFrom(options, "maxAuxStreams");
    request.tacticSources = stringsFrom(options.Get("tacticSources"));
    request.float32Layers = stringsFrom(options.Get("float32Layers"));
    request.profile = profileFrom(options.Get("profile"));
    request.timingCache = copyOf(options.Get("timingCache"), "timingCache");
    return request;
}

Napi::Value valueFrom(Napi::Env env, BuildResult const& built)
{
    auto result = Napi::Object::New(env);
    auto const bytes = [env](std::vector<uint8_t> const& data) {
        auto array = Napi::Uint8Array::New(env, data.size());
        std::copy(data.begin(), data.end(), array.Data());
        return array;
    };
    result.Set("engine", bytes(built.engine));
    result.Set("timingCache", bytes(built.timingCache));
    result.Set("layerCount", built.layerCount);
    return result;
}

void listen(BuildRequest& request, Callback const& log, Callback const& progress)
{
    if (log)
    {
        request.onLog = [log](Severity severity, std::string const& message) {
            log.call([severity, message](Napi::Env env) -> std::vector<napi_value> {
                return {Napi::Number::New(env, static_cast<int32_t>(severity)), Napi::String::New(env, message)};
            });
        };
    }
    if (progress)
    {
        request.onProgress = [progress](BuildProgress const& at) {
            progress.call([at](Napi::Env env) -> std::vector<napi_value> {
                return {Napi::String::New(env, at.phase), Napi::Number::New(env, static_cast<double>(at.step)),
                    Napi::Number::New(env, static_cast<double>(at.steps))};
            });
        };
    }
}

Napi::Value cancellationCreate(Napi::CallbackInfo const& info)
{
    return handleFrom(info.Env(), std::make_shared<Cancellation>());
}

Napi::Value cancel(Napi::CallbackInfo const& info)
{
    resourceOf<Cancellation>(info[0])->flag->store(true);
    return info.Env().Undefined();
}

// build(onnx, options, cancellation, onLog(severity, message), onProgress(phase, step, steps)): Promise<BuildResult>
Napi::Value build(Napi::CallbackInfo const& info)
{
    auto request = std::make_shared<BuildRequest>(requestFrom(objectFrom(info[1], "options")));
    request->onnx = copyOf(info[0], "onnx");
    request->cancelled = resourceOf<Cancellation>(info[2])->flag;
    listen(*request, Callback(info.Env(), info[3]), Callback(info.Env(), info[4]));
    auto settler = std::make_shared<Settler>(info.Env());
    auto promise = settler->promise();
    builderThread().post([request, settler] {
        try
        {
            auto built = std::make_shared<BuildResult>(buildNetwork(*request));
            settler->resolve([built](Napi::Env env) { return valueFrom(env, *built); });
        }
        catch (...)
        {
            settler->reject(currentError());
        }
    });
    return promise;
}

} // namespace

void registerBuilder(Napi::Object exports)
{
    expose<&cancellationCreate>(exports, "cancellationCreate");
    expose<&cancel>(exports, "cancel");
    expose<&build>(exports, "build");
}

} // namespace trtfairmot
