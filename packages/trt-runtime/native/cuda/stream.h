// A CUDA stream with its own host threads: one submits work in order, one waits for it. Node's threads never block.
#pragma once

#include "common/taskThread.h"

#include <cuda_runtime_api.h>
#include <functional>

namespace trtfairmot
{

class CudaEvent
{
public:
    static constexpr char const* kNAME = "Event";

    // Waiting for an event puts the thread to sleep unless `spin`.
    CudaEvent(int device, bool timing, bool spin = false);
    ~CudaEvent();
    CudaEvent(CudaEvent const&) = delete;
    CudaEvent& operator=(CudaEvent const&) = delete;

    cudaEvent_t get() const noexcept
    {
        return mEvent;
    }

    int device() const noexcept
    {
        return mDevice;
    }

    // Blocks the calling thread until the event is reached; throws what went wrong before it.
    void wait() const;

private:
    int mDevice;
    cudaEvent_t mEvent{nullptr};
};

class CudaStream
{
public:
    static constexpr char const* kNAME = "Stream";

    explicit CudaStream(int device);
    // Finishes the posted work first.
    ~CudaStream();
    CudaStream(CudaStream const&) = delete;
    CudaStream& operator=(CudaStream const&) = delete;

    cudaStream_t get() const noexcept
    {
        return mStream;
    }

    int device() const noexcept
    {
        return mDevice;
    }

    TaskThread& submitter() noexcept
    {
        return mSubmitter;
    }

    TaskThread& waiter() noexcept
    {
        return mWaiter;
    }

private:
    int mDevice;
    cudaStream_t mStream{nullptr};
    TaskThread mWaiter;
    TaskThread mSubmitter;
};

} // namespace trtfairmot
