#include "pipeline/pipeline.h"

#include "common/nativeError.h"

namespace trtfairmot
{

Pipeline::Pipeline(std::shared_ptr<Engine> engine, PipelineOptions const& options)
    : mEngine(std::move(engine))
    , mOptions(options)
{
    for (int32_t i = 0; i < options.slots; i++)
    {
        mSlots.push_back(std::make_unique<Slot>(mEngine, options));
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
