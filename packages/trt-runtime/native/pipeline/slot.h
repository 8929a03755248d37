// One frame's way through the GPU: stream, context, buffers, and a CUDA graph for each frame geometry met.
#pragma once

#include "cuda/graph.h"
#include "cuda/memory.h"
#include "cuda/stream.h"
#include "kernels/compact.h"
#include "pipeline/letterboxTables.h"
#include "tensorrt/engine.h"

#include <array>
#include <list>
#include <map>
#include <memory>
#include <vector>

namespace trtfairmot
{

// Milliseconds; NaN where not measured.
struct StageTimes
{
    float upload;
    float letterbox;
    float network;
    float decode;
    float total;
};

class Slot
{
public:
    Slot(std::shared_ptr<Engine> const& engine, PipelineOptions const& options);
    ~Slot();
    Slot(Slot const&) = delete;
    Slot& operator=(Slot const&) = delete;

    // Submits the frame in `staging`. The first frame of a geometry runs step by step and is then captured.
    void submit(FrameGeometry const& geometry, std::shared_ptr<PinnedMemory> const& staging);

    // Blocks until the submitted frame is done.
    void wait() const;

    // Of the last frame that is done; only with PipelineOptions::timings.
    StageTimes times() const;

    // Header and rows of the last frame that is done.
    char const* results() const
    {
        return mResults->as<char>();
    }

    // Why frames run without a CUDA graph; empty when they run with one.
    std::string const& graphError() const noexcept
    {
        return mGraphError;
    }

private:
    static constexpr size_t kKEPT_PLANS = 4;
    static constexpr size_t kSTAGES = 4;

    struct Plan
    {
        std::string key;
        std::shared_ptr<PinnedMemory> staging;
        std::unique_ptr<LetterboxTables> tables;
        size_t frameSize;
        std::shared_ptr<CudaGraph> graph;
        bool triedGraph{false};
    };

    Plan& planFor(FrameGeometry const& geometry, std::shared_ptr<PinnedMemory> const& staging);
    void runSteps(Plan const& plan, bool capturing);
    void record(size_t stage, bool capturing);
    void capture(Plan& plan);
    void allocateTensors(Engine const& engine);
    DecodeParameters decodeParameters() const;
    CompactParameters compactParameters() const;
    HeadView viewOf(TensorLayout const& layout) const;

    int mDevice;
    PipelineOptions mOptions;
    std::shared_ptr<ExecutionContext> mContext;
    cudaStream_t mStream{nullptr};
    CudaEvent mDone;
    std::array<std::unique_ptr<CudaEvent>, kSTAGES + 1> mStages;
    std::map<std::string, std::unique_ptr<DeviceMemory>> mTensors;
    std::unique_ptr<DeviceMemory> mFrame;
    std::unique_ptr<DeviceMemory> mScratch;
    std::unique_ptr<PinnedMemory> mResults;
    std::list<Plan> mPlans;
    std::string mGraphError;
};

} // namespace trtfairmot
