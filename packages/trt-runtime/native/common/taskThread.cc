#include "common/taskThread.h"

namespace trtfairmot
{

TaskThread::~TaskThread()
{
    {
        std::lock_guard<std::mutex> lock(mState->mutex);
        mState->closing = true;
    }
    mState->wake.notify_all();
    if (!mThread.joinable())
    {
        return;
    }
    if (mThread.get_id() == std::this_thread::get_id())
    {
        mThread.detach();
        return;
    }
    mThread.join();
}

void TaskThread::post(std::function<void()> task)
{
    std::lock_guard<std::mutex> lock(mState->mutex);
    mState->tasks.push_back(std::move(task));
    if (!mThread.joinable())
    {
        mThread = std::thread(&TaskThread::run, mState);
    }
    mState->wake.notify_one();
}

void TaskThread::run(std::shared_ptr<State> state)
{
    std::unique_lock<std::mutex> lock(state->mutex);
    while (true)
    {
        state->wake.wait(lock, [&] { return state->closing || !state->tasks.empty(); });
        if (state->tasks.empty())
        {
            return;
        }
        auto task = std::move(state->tasks.front());
        state->tasks.pop_front();
        lock.unlock();
        task();
        // Whatever the task held is let go before the lock is taken: its destructors may post.
        task = nullptr;
        lock.lock();
    }
}

} // namespace trtfairmot
