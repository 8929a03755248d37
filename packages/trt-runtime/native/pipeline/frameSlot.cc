#include "pipeline/frameSlot.h"

#include "cuda/check.h"

namespace trtfairmot
{

FrameSlot::FrameSlot(std::shared_ptr<Engine> const& engine, PipelineOptions const& options, CudaEvent const& origin)
    : Slot(engine, options, origin)
{
}

FrameSlot::~FrameSlot()
{
    (void) cudaSetDevice(mDevice);
    (void) cudaStreamSynchronize(mStream);
}

FrameSlot::Plan& FrameSlot::planFor(SlotFrame const& frame)
{
    for (auto plan = mPlans.begin(); plan != mPlans.end(); ++plan)
    {
        if (plan->key == frame.geometry->key && plan->staging == frame.staging)
        {
            mPlans.splice(mPlans.begin(), mPlans, plan);
            return mPlans.front();
        }
    }
    size_t const size = sizeOf(frame);
    if (!mFrame || mFrame->size() < size)
    {
        mPlans.clear();
        mFrame.reset();
        mFrame = std::make_unique<DeviceMemory>(mDevice, size);
    }
    auto tables = std::make_unique<LetterboxTables>(mDevice, *frame.geometry, mStream);
    if (mPlans.size() >= kKEPT_PLANS)
    {
        mPlans.pop_back();
    }
    mPlans.push_front(Plan{frame.geometry->key, frame.staging, std::move(tables), size, nullptr});
    return mPlans.front();
}

void FrameSlot::runSteps(Plan const& plan, bool capturing)
{
    record(kUPLOAD, capturing);
    CUDA_CHECK(cudaMemcpyAsync(mFrame->as(), plan.staging->as(), plan.frameSize, cudaMemcpyHostToDevice, mStream));
    record(kLETTERBOX, capturing);
    launchLetterbox(mNetwork->letterboxInto(*plan.tables, mFrame->as<uint8_t>(), 0), mStream);
    record(kNETWORK, capturing);
    mNetwork->enqueue(mStream);
    record(kDECODE, capturing);
    mNetwork->decode(1, mStream);
    record(kDONE, capturing);
}

void FrameSlot::run(std::vector<SlotFrame> const& frames)
{
    auto& plan = planFor(frames.front());
    if (plan.graph)
    {
        plan.graph->launch(mStream);
    }
    else
    {
        runSteps(plan, false);
    }
}

void FrameSlot::afterRun(std::vector<SlotFrame> const&)
{
    auto& plan = mPlans.front();
    if (mOptions.graph && !plan.triedGraph)
    {
        plan.triedGraph = true;
        plan.graph = capture([&] { runSteps(plan, true); });
    }
}

} // namespace trtfairmot
