#include "pipeline/slot.h"

#include "common/nativeError.h"
#include "cuda/check.h"
#include "pipeline/batchSlot.h"
#include "pipeline/frameSlot.h"

#include <cmath>

namespace trtfairmot
{

std::unique_ptr<Slot> Slot::create(
    std::shared_ptr<Engine> const& engine, PipelineOptions const& options, CudaEvent const& origin)
{
    if (options.batch == 1)
    {
        return std::make_unique<FrameSlot>(engine, options, origin);
    }
    return std::make_unique<BatchSlot>(engine, options, origin);
}

Slot::Slot(std::shared_ptr<Engine> const& engine, PipelineOptions const& options, CudaEvent const& origin)
    : mDevice(engine->device())
    , mOptions(options)
    , mOrigin(origin)
    , mDone(engine->device(), false, options.spin)
{
    useDevice(mDevice);
    CUDA_CHECK(cudaStreamCreateWithFlags(&mStream, cudaStreamNonBlocking));
    try
    {
        for (auto& stage : mStages)
        {
            stage = options.timings ? std::make_unique<CudaEvent>(mDevice, true) : nullptr;
        }
        mNetwork = std::make_unique<SlotNetwork>(engine, options, mStream);
    }
    catch (...)
    {
        (void) cudaStreamDestroy(mStream);
        throw;
    }
}

Slot::~Slot()
{
    (void) cudaSetDevice(mDevice);
    (void) cudaStreamSynchronize(mStream);
    (void) cudaStreamDestroy(mStream);
}

void Slot::record(Stage stage, bool capturing)
{
    if (mStages[stage])
    {
        unsigned const flags = capturing ? cudaEventRecordExternal : cudaEventRecordDefault;
        CUDA_CHECK(cudaEventRecordWithFlags(mStages[stage]->get(), mStream, flags));
    }
}

std::shared_ptr<CudaGraph> Slot::capture(std::function<void()> const& work)
{
    try
    {
        auto graph = CudaGraph::capture(mDevice, mStream, work);
        mGraphError.clear();
        return graph;
    }
    catch (NativeError const& error)
    {
        // Not fatal: some plugins cannot be captured. Frames go on step by step.
        mGraphError = error.what();
        return nullptr;
    }
}

size_t Slot::sizeOf(SlotFrame const& frame)
{
    auto const& g = *frame.geometry;
    size_t const size = frameSize(g.format, g.width, g.height);
    if (size > frame.staging->size())
    {
        throw NativeError(code::kINVALID,
            "Expected a pinned buffer of " + std::to_string(size) + " bytes but received one of "
                + std::to_string(frame.staging->size()));
    }
    return size;
}

void Slot::submit(std::vector<SlotFrame> const& frames)
{
    if (frames.empty() || frames.size() > static_cast<size_t>(mOptions.batch))
    {
        throw NativeError(code::kINVALID,
            "Expected 1 to " + std::to_string(mOptions.batch) + " frames but received "
                + std::to_string(frames.size()));
    }
    useDevice(mDevice);
    run(frames);
    CUDA_CHECK(cudaEventRecord(mDone.get(), mStream));
    afterRun(frames);
}

void Slot::wait() const
{
    mDone.wait();
}

StageTimes Slot::times() const
{
    StageTimes times{NAN, NAN, NAN, NAN, NAN, NAN};
    if (!mOptions.timings)
    {
        return times;
    }
    useDevice(mDevice);
    float* const stages[] = {&times.upload, &times.letterbox, &times.network, &times.decode};
    for (size_t i = kUPLOAD; i < kDONE; i++)
    {
        CUDA_CHECK(cudaEventElapsedTime(stages[i], mStages[i]->get(), mStages[i + 1]->get()));
    }
    CUDA_CHECK(cudaEventElapsedTime(&times.total, mStages.front()->get(), mStages.back()->get()));
    CUDA_CHECK(cudaEventElapsedTime(&times.start, mOrigin.get(), mStages.front()->get()));
    return times;
}

} // namespace trtfairmot
