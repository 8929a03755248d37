#include "bindings/handle.h"

#include "bindings/arguments.h"
#include "common/taskThread.h"

#include <atomic>

namespace trtfairmot
{

namespace
{

// Freeing GPU resources can take milliseconds and so does not belong on the main thread. Never destroyed.
TaskThread& releaseThread()
{
    static auto* thread = new TaskThread;
    return *thread;
}

std::atomic<int> environmentsClosing{0};

} // namespace

void releaseHandle(Handle* handle)
{
    auto resource = std::move(handle->resource);
    delete handle;
    // While the process ends there is no later.
    if (resource && environmentsClosing == 0)
    {
        releaseThread().post([resource = std::move(resource)]() mutable { resource.reset(); });
    }
}

void watchEnvironment(Napi::Env env)
{
    env.AddCleanupHook([] { environmentsClosing++; });
}

// closeHandle(handle): Promise<void>, fulfilled when this share is given up; idempotent.
Napi::Value closeHandle(Napi::CallbackInfo const& info)
{
    auto& handle = handleOf(info[0], "handle");
    auto resource = std::make_shared<std::shared_ptr<void>>(std::move(handle.resource));
    handle.resource.reset();
    return runOn(releaseThread(), info.Env(), [resource] { resource->reset(); });
}

} // namespace trtfairmot
