// An engine with slots, and the two host threads that feed them and wait for them.
#pragma once

#include "common/taskThread.h"
#include "pipeline/slot.h"

#include <memory>
#include <vector>

namespace trtfairmot
{

class Pipeline
{
public:
    static constexpr char const* kNAME = "FairmotDetector";

    Pipeline(std::shared_ptr<Engine> engine, PipelineOptions const& options);

    PipelineOptions const& options() const noexcept
    {
        return mOptions;
    }

    Slot& slot(size_t index);

    TaskThread& submitter() noexcept
    {
        return mSubmitter;
    }

    TaskThread& waiter() noexcept
    {
        return mWaiter;
    }

private:
    std::shared_ptr<Engine> mEngine;
    PipelineOptions mOptions;
    CudaEvent mOrigin;
    std::vector<std::unique_ptr<Slot>> mSlots;
    TaskThread mWaiter;
    TaskThread mSubmitter;
};

} // namespace trtfairmot
