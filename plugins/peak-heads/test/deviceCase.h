// The tensors of a case on the device. Outputs and workspace end in a guard that must stay as it is.
#pragma once

#include "peak-heads/test/peakCase.h"
#include "testing/deviceBytes.h"

namespace trtfairmot
{

class DeviceCase
{
public:
    DeviceCase(PeakHeadsParams const& params, PeakBytes const& bytes);
    explicit DeviceCase(PeakCase const& peakCase);

    PeakHeadsTensors tensors() const;
    void poison(cudaStream_t stream);
    PeakRows rows(bool& guardsIntact) const;
    size_t tensorBytes() const; // without the workspace

private:
    PeakHeadsParams mParams;
    DeviceBytes mLogits;
    DeviceBytes mFeatures;
    DeviceBytes mFirstWeight;
    DeviceBytes mFirstBias;
    DeviceBytes mSecondWeight;
    DeviceBytes mSecondBias;
    GuardedBytes mBoxes;
    GuardedBytes mScores;
    GuardedBytes mClasses;
    GuardedBytes mEmbeddings;
    GuardedBytes mWorkspace;
};

// FairMOT DLA-34 at 608x1088, and the half-width network at 320x576.
PeakHeadsParams wholeNetwork(int32_t batch);
PeakHeadsParams halfNetwork(int32_t batch);

} // namespace trtfairmot
