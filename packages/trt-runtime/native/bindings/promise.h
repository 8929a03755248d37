// Promises settled from native threads.
#pragma once

#include "bindings/mainThread.h"
#include "common/nativeError.h"
#include "common/taskThread.h"

#include <exception>
#include <functional>
#include <memory>
#include <napi.h>

namespace trtfairmot
{

Napi::Error jsError(Napi::Env env, NativeError const& error);

// The exception being handled, whatever its type. Call inside catch (...).
NativeError currentError();

// One promise and the way to settle it from any thread, exactly once.
class Settler
{
public:
    // On the main thread.
    explicit Settler(Napi::Env env);

    Napi::Promise promise() const
    {
        return mDeferred->Promise();
    }

    void resolve(std::function<Napi::Value(Napi::Env)> value);
    void resolve();
    void reject(NativeError error);

    // Keeps a JavaScript object alive until the promise is settled.
    void hold(Napi::Object object);

private:
    struct Held
    {
        Napi::ObjectReference object;
    };

    std::shared_ptr<MainThread> mMainThread;
    std::shared_ptr<Napi::Promise::Deferred> mDeferred;
    std::shared_ptr<Held> mHeld;
};

// Runs `work` on libuv's pool and resolves with convert(env, result).
template <typename Work, typename Convert>
Napi::Promise runAsync(Napi::Env env, Work work, Convert convert);

// Runs `work` on `thread`, after what was posted there before.
template <typename Work>
Napi::Promise runOn(TaskThread& thread, Napi::Env env, Work work)
{
    auto settler = std::make_shared<Settler>(env);
    auto promise = settler->promise();
    thread.post([settler, work = std::move(work)]() mutable {
        try
        {
            work();
            settler->resolve();
        }
        catch (...)
        {
            settler->reject(currentError());
        }
    });
    return promise;
}

template <typename Work, typename Convert>
class PromiseWorker : public Napi::AsyncWorker
{
public:
    using Result = std::invoke_result_t<Work>;

    PromiseWorker(Napi::Env env, Work work, Convert convert)
        : Napi::AsyncWorker(env)
        , mDeferred(env)
        , mWork(std::move(work))
        , mConvert(std::move(convert))
    {
    }

    Napi::Promise promise() const
    {
        return mDeferred.Promise();
    }

protected:
    void Execute() override
    {
        try
        {
            mResult = std::make_unique<Result>(mWork());
        }
        catch (...)
        {
            mError = std::make_unique<NativeError>(currentError());
        }
    }

    void OnOK() override
    {
        Napi::HandleScope scope(Env());
        if (mError)
        {
            mDeferred.Reject(jsError(Env(), *mError).Value());
            return;
        }
        try
        {
            mDeferred.Resolve(mConvert(Env(), std::move(*mResult)));
        }
        catch (Napi::Error const& error)
        {
            mDeferred.Reject(error.Value());
        }
    }

private:
    Napi::Promise::Deferred mDeferred;
    Work mWork;
    Convert mConvert;
    std::unique_ptr<Result> mResult;
    std::unique_ptr<NativeError> mError;
};

template <typename Work, typename Convert>
Napi::Promise runAsync(Napi::Env env, Work work, Convert convert)
{
    auto* worker = new PromiseWorker<Work, Convert>(env, std::move(work), std::move(convert));
    auto promise = worker->promise();
    worker->Queue();
    return promise;
}

} // namespace trtfairmot
