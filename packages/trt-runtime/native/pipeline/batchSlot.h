// A slot for several frames of any sizes: uploads, then one CUDA graph for each number of frames. What differs between frames is in
// a table in device memory, so that the graph holds for all of them.
#pragma once

#include "pipeline/slot.h"

#include <list>

namespace trtfairmot
{

class BatchSlot : public Slot
{
public:
    BatchSlot(std::shared_ptr<Engine> const& engine, PipelineOptions const& options, CudaEvent const& origin);
    ~BatchSlot() override;

protected:
    void run(std::vector<SlotFrame> const& frames) override;
    void afterRun(std::vector<SlotFrame> const& frames) override;

private:
    // By the number of frames.
    struct Plan
    {
        std::shared_ptr<CudaGraph> graph;
        bool triedGraph{false};
    };

    // Tables of the geometries met last; never fewer than a batch can need.
    LetterboxTables const& tablesFor(FrameGeometry const& geometry);
    // Device memory of the frame with this number in the batch, made larger if need be.
    DeviceMemory const& memoryFor(size_t number, size_t size);
    void upload(std::vector<SlotFrame> const& frames);
    void runSteps(int32_t images, bool capturing);

    std::list<LetterboxTables> mTables;
    std::vector<std::unique_ptr<DeviceMemory>> mFrames;
    std::vector<Plan> mPlans;
    PinnedMemory mHostImages;
    DeviceMemory mImages;
    PixelFormat mFormat{PixelFormat::kRGB};
};

} // namespace trtfairmot
