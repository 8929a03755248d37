#include "bindings/promise.h"

namespace trtfairmot
{

Napi::Error jsError(Napi::Env env, NativeError const& error)
{
    auto value = Napi::Error::New(env, error.what());
    value.Set("code", error.code());
    if (!error.hint().empty())
    {
        value.Set("hint", error.hint());
    }
    return value;
}

NativeError currentError()
{
    try
    {
        throw;
    }
    catch (NativeError const& error)
    {
        return error;
    }
    catch (std::bad_alloc const&)
    {
        return NativeError(code::kOUT_OF_MEMORY, "Expected host memory to be available but received std::bad_alloc",
            "close other programs, or use fewer slots or smaller frames");
    }
    catch (std::exception const& error)
    {
        return NativeError(code::kINTERNAL, error.what());
    }
    catch (...)
    {
        return NativeError(code::kINTERNAL, "Expected a standard exception but received another");
    }
}

Settler::Settler(Napi::Env env)
    : mMainThread(MainThread::of(env))
    , mDeferred(std::make_shared<Napi::Promise::Deferred>(env))
    , mHeld(std::make_shared<Held>())
{
    mMainThread->expect(env);
}

void Settler::hold(Napi::Object object)
{
    mHeld->object = Napi::Persistent(object);
    // Were the environment to end first, the reference must not be deleted from another thread.
    mHeld->object.SuppressDestruct();
}

void Settler::resolve(std::function<Napi::Value(Napi::Env)> value)
{
    mMainThread->finish([deferred = mDeferred, held = mHeld, value = std::move(value)](Napi::Env env) {
        held->object.Reset();
        try
        {
            deferred->Resolve(value(env));
        }
        catch (Napi::Error const& error)
        {
            deferred->Reject(error.Value());
        }
    });
}

void Settler::resolve()
{
    resolve([](Napi::Env env) { return env.Undefined(); });
}

void Settler::reject(NativeError error)
{
    mMainThread->finish([deferred = mDeferred, held = mHeld, error = std::move(error)](Napi::Env env) {
        held->object.Reset();
        deferred->Reject(jsError(env, error).Value());
    });
}

} // namespace trtfairmot
