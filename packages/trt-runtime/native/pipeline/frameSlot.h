// A slot for one frame: everything from the upload to the rows is one CUDA graph for each frame geometry met.
#pragma once

#include "pipeline/slot.h"

#include <list>

namespace trtfairmot
{

class FrameSlot : public Slot
{
public:
    FrameSlot(std::shared_ptr<Engine> const& engine, PipelineOptions const& options, CudaEvent const& origin);
    ~FrameSlot() override;

protected:
    void run(std::vector<SlotFrame> const& frames) override;
    void afterRun(std::vector<SlotFrame> const& frames) override;

private:
    static constexpr size_t kKEPT_PLANS = 4;

    struct Plan
    {
        std::string key;
        std::shared_ptr<PinnedMemory> staging;
        std::unique_ptr<LetterboxTables> tables;
        size_t frameSize;
        std::shared_ptr<CudaGraph> graph;
        bool triedGraph{false};
    };

    // The plan becomes the first of the list.
    Plan& planFor(SlotFrame const& frame);
    void runSteps(Plan const& plan, bool capturing);

    std::unique_ptr<DeviceMemory> mFrame;
    std::list<Plan> mPlans;
};

} // namespace trtfairmot
