// A way through the GPU for one batch at a time: stream, network, events. How frames get in is left to FrameSlot and BatchSlot.
#pragma once

#include "cuda/graph.h"
#include "cuda/stream.h"
#include "pipeline/slotNetwork.h"

#include <array>
#include <memory>
#include <vector>

namespace trtfairmot
{

// Milliseconds, of the whole batch.
struct StageTimes
{
    float start; // since the pipeline was made
    float upload;
    float letterbox;
    float network;
    float decode;
    float total;
};

// A frame in pinned memory.
struct SlotFrame
{
    std::shared_ptr<FrameGeometry> geometry;
    std::shared_ptr<PinnedMemory> staging;
};

class Slot
{
public:
    // FrameSlot for a batch of 1, else BatchSlot. `origin` is what times count from; it outlives the slot.
    static std::unique_ptr<Slot> create(
        std::shared_ptr<Engine> const& engine, PipelineOptions const& options, CudaEvent const& origin);

    virtual ~Slot();
    Slot(Slot const&) = delete;
    Slot& operator=(Slot const&) = delete;

    // Submits 1 to PipelineOptions::batch frames. A kind of batch met for the first time runs step by step and is then captured.
    void submit(std::vector<SlotFrame> const& frames);

    // Blocks until the submitted batch is done.
    void wait() const;

    // Of the last batch that is done; only with PipelineOptions::timings.
    StageTimes times() const;

    // Header and rows of an image of the last batch that is done.
    char const* results(size_t image) const
    {
        return mNetwork->results(image);
    }

    // Why batches run without a CUDA graph; empty when they run with one.
    std::string const& graphError() const noexcept
    {
        return mGraphError;
    }

protected:
    enum Stage : size_t
    {
        kUPLOAD,
        kLETTERBOX,
        kNETWORK,
        kDECODE,
        kDONE
    };

    Slot(std::shared_ptr<Engine> const& engine, PipelineOptions const& options, CudaEvent const& origin);

    // Submits everything from the upload to the rows.
    virtual void run(std::vector<SlotFrame> const& frames) = 0;
    // While the GPU is busy: captures what ran step by step.
    virtual void afterRun(std::vector<SlotFrame> const& frames) = 0;

    // Marks where a stage begins.
    void record(Stage stage, bool capturing);
    // A graph of what `work` submits, or null with the reason kept in graphError().
    std::shared_ptr<CudaGraph> capture(std::function<void()> const& work);
    // Bytes of a frame. Throws where its pinned buffer is smaller.
    static size_t sizeOf(SlotFrame const& frame);

    int mDevice;
    PipelineOptions mOptions;
    cudaStream_t mStream{nullptr};
    std::unique_ptr<SlotNetwork> mNetwork;

private:
    CudaEvent const& mOrigin;
    CudaEvent mDone;
    std::array<std::unique_ptr<CudaEvent>, kDONE + 1> mStages;
    std::string mGraphError;
};

} // namespace trtfairmot
