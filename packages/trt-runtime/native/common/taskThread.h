// One thread that runs tasks in the order they were posted. Started with the first task, joined on destruction.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace trtfairmot
{

class TaskThread
{
public:
    TaskThread() = default;
    TaskThread(TaskThread const&) = delete;
    TaskThread& operator=(TaskThread const&) = delete;

    // Runs what was posted before, then ends the thread. From one of its own tasks, it lets the thread go instead.
    ~TaskThread();

    // Tasks must not throw.
    void post(std::function<void()> task);

private:
    struct State
    {
        std::mutex mutex;
        std::condition_variable wake;
        std::deque<std::function<void()>> tasks;
        bool closing{false};
    };

    static void run(std::shared_ptr<State> state);

    std::shared_ptr<State> mState{std::make_shared<State>()};
    std::thread mThread;
};

} // namespace trtfairmot
