#include "tensorrt/progress.h"

#include "common/nativeError.h"

#include <cstdlib>
#include <cstring>

namespace trtfairmot
{

namespace
{

#if NV_TENSORRT_MAJOR < 10

constexpr char const* kTIMING_PHASE = "time tactics";

// TensorRT 8.6 tells how many layers are left after each step of its optimiser, as in "After vertical fusions: 132 layers".
int64_t layersFrom(std::string const& message)
{
    if (message.rfind("After ", 0) != 0 || message.find(" layers") == std::string::npos)
    {
        return 0;
    }
    size_t const colon = message.rfind(": ");
    return colon == std::string::npos ? 0 : std::strtoll(message.c_str() + colon + 2, nullptr, 10);
}

#endif

} // namespace

BuildObserver::BuildObserver(BuildRequest const& request)
    : mRequest(request)
{
}

void BuildObserver::enter(std::string const& phase, int64_t steps)
{
    {
        std::lock_guard<std::mutex> lock(mMutex);
        mSteps[phase] = steps;
    }
    step(phase, 0);
}

void BuildObserver::step(std::string const& phase, int64_t step)
{
    if (!mRequest.onProgress)
    {
        return;
    }
    BuildProgress progress{phase, step, 0};
    {
        std::lock_guard<std::mutex> lock(mMutex);
        progress.steps = mSteps[phase];
    }
    mRequest.onProgress(progress);
}

bool BuildObserver::cancelled() const
{
    return mRequest.cancelled && mRequest.cancelled->load();
}

void BuildObserver::throwIfCancelled() const
{
    if (cancelled())
    {
        throw NativeError(code::kCANCELLED, "Expected to build an engine but the build was cancelled");
    }
}

#if NV_TENSORRT_MAJOR >= 10

bool BuildObserver::needsVerboseLog()
{
    return false;
}

void BuildObserver::hear(std::string const&) {}

void BuildObserver::attach(nvinfer1::IBuilderConfig& config)
{
    config.setProgressMonitor(&mMonitor);
}

void BuildObserver::Monitor::phaseStart(char const* phaseName, char const*, int32_t nbSteps) noexcept
{
    mObserver.enter(phaseName, nbSteps);
}

bool BuildObserver::Monitor::stepComplete(char const* phaseName, int32_t step) noexcept
{
    mObserver.step(phaseName, step + 1);
    return !mObserver.cancelled();
}

void BuildObserver::Monitor::phaseFinish(char const*) noexcept {}

#else

bool BuildObserver::needsVerboseLog()
{
    return true;
}

void BuildObserver::hear(std::string const& message)
{
    if (int64_t const layers = layersFrom(message))
    {
        mLayers = layers;
    }
    else if (message.find("Computing costs for") != std::string::npos)
    {
        if (mTimed == 0)
        {
            enter(kTIMING_PHASE, mLayers);
        }
        step(kTIMING_PHASE, ++mTimed);
    }
}

void BuildObserver::attach(nvinfer1::IBuilderConfig&) {}

#endif

} // namespace trtfairmot
