// How far a build is: from IProgressMonitor where TensorRT has it (10 and later), else from the words of its verbose log.
#pragma once

#include "tensorrt/buildNetwork.h"

#include <NvInfer.h>
#include <map>
#include <mutex>
#include <string>

namespace trtfairmot
{

class BuildObserver
{
public:
    explicit BuildObserver(BuildRequest const& request);

    void enter(std::string const& phase, int64_t steps = 0);
    void step(std::string const& phase, int64_t step);
    void throwIfCancelled() const;
    bool cancelled() const;

    // Whether the log must be heard at verbose level for progress.
    static bool needsVerboseLog();
    void hear(std::string const& message);

    // Hands a monitor to the builder where there is such a thing.
    void attach(nvinfer1::IBuilderConfig& config);

private:
#if NV_TENSORRT_MAJOR >= 10
    class Monitor : public nvinfer1::IProgressMonitor
    {
    public:
        explicit Monitor(BuildObserver& observer)
            : mObserver(observer)
        {
        }

        void phaseStart(char const* phaseName, char const* parentPhase, int32_t nbSteps) noexcept override;
        bool stepComplete(char const* phaseName, int32_t step) noexcept override;
        void phaseFinish(char const* phaseName) noexcept override;

    private:
        BuildObserver& mObserver;
    };

    Monitor mMonitor{*this};
#endif

    BuildRequest const& mRequest;
    std::mutex mMutex;
    std::map<std::string, int64_t> mSteps;
    int64_t mLayers{0};
    int64_t mTimed{0};
};

} // namespace trtfairmot
