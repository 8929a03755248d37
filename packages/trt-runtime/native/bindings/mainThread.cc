#include "bindings/mainThread.h"

namespace trtfairmot
{

namespace
{

struct InstanceData
{
    std::shared_ptr<MainThread> mainThread;
};

} // namespace

void MainThread::install(Napi::Env env)
{
    auto mainThread = std::make_shared<MainThread>();
    auto* context = new std::shared_ptr<MainThread>(mainThread);
    mainThread->mFunction = Function::New(env, "trt-fairmot", 0, 1, context,
        [](Napi::Env, void*, std::shared_ptr<MainThread>* held) { delete held; }, static_cast<void*>(nullptr));
    mainThread->mFunction.Unref(env);
    env.SetInstanceData(new InstanceData{mainThread});
}

std::shared_ptr<MainThread> MainThread::of(Napi::Env env)
{
    return env.GetInstanceData<InstanceData>()->mainThread;
}

void MainThread::expect(Napi::Env env)
{
    if (mExpected++ == 0)
    {
        mFunction.Ref(env);
    }
}

void MainThread::finish(Task task)
{
    send(std::move(task), true);
}

void MainThread::notify(Task task)
{
    send(std::move(task), false);
}

void MainThread::send(Task task, bool last)
{
    auto* message = new Message{std::move(task), last};
    if (mFunction.NonBlockingCall(message) != napi_ok)
    {
        // The environment is closing: nobody is left to be told.
        delete message;
    }
}

void MainThread::callJs(Napi::Env env, Napi::Function, std::shared_ptr<MainThread>* context, Message* message)
{
    std::unique_ptr<Message> const owned(message);
    if (env == nullptr)
    {
        return;
    }
    auto const mainThread = *context;
    if (owned->last && --mainThread->mExpected == 0)
    {
        mainThread->mFunction.Unref(env);
    }
    owned->task(env);
}

} // namespace trtfairmot
