#include "pipeline/pipeline.h"

#include "common/nativeError.h"
#include "cuda/check.h"

namespace trtfairmot
{

Pipeline::Pipeline(std::shared_ptr<Engine> engine, PipelineOptions const& options)
    : mEngine(std::move(engine))
    , mOptions(options)
    , mOrigin(mEngine->device(), options.timings)
{
    if (options.timings)
    {
        useDevice(mEngine->device());
        CUDA_CHECK(cudaEventRecord(mOrigin.get(), cudaStreamPerThread));
        CUDA_CHECK(cudaStreamSynchronize(cudaStreamPerThread));
    }
    for (int32_t i = 0; i < options.slots; i++)
    {
        mSlots.push_back(Slot::create(mEngine, options, mOrigin));
    }
}

Slot& Pipeline::slot(size_t index)
{
    if (index >= mSlots.size())
    {
        throw NativeError(code::kINVALID,
            "Expected a slot below " + std::to_string(mSlots.size()) + " but received " + std::to_string(index));
    }
    return *mSlots[index];
}

} // namespace trtfairmot
