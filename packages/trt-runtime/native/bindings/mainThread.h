// The way back to JavaScript from any native thread: one thread-safe function per environment.
// Work under way keeps the process alive; an idle addon does not.
#pragma once

#include <functional>
#include <memory>
#include <napi.h>

namespace trtfairmot
{

class MainThread
{
public:
    // Called with a null environment (env == nullptr) when the environment has gone: then only free what is held.
    using Task = std::function<void(Napi::Env)>;

    static std::shared_ptr<MainThread> of(Napi::Env env);
    static void install(Napi::Env env);

    // On the main thread: announces that `post` will be called once, and keeps the process alive until then.
    void expect(Napi::Env env);

    // From any thread, once for each `expect`.
    void finish(Task task);

    // From any thread, any number of times between `expect` and `finish`.
    void notify(Task task);

private:
    struct Message
    {
        Task task;
        bool last;
    };

    static void callJs(Napi::Env env, Napi::Function, std::shared_ptr<MainThread>* context, Message* message);
    using Function = Napi::TypedThreadSafeFunction<std::shared_ptr<MainThread>, Message, &MainThread::callJs>;

    void send(Task task, bool last);

    Function mFunction;
    int mExpected{0};
};

} // namespace trtfairmot
