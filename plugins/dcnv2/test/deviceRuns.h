// Cases run on the GPU and compared with the definition, and the tally of them.
#pragma once

#include "dcnv2/kernel/dcnv2.h"
#include "deviceLayer.h"
#include "plannedCase.h"
#include "reference.h"

namespace trtfairmot
{

class DeviceRuns
{
public:
    explicit DeviceRuns(bool verbose); // also says what passed
    ~DeviceRuns();
    DeviceRuns(DeviceRuns const&) = delete;
    DeviceRuns& operator=(DeviceRuns const&) = delete;

    cudaStream_t stream() const;

    // Every plan of the case twice, which must give the same bits.
    void run(PlannedCase const& planned);
    // Every plan of the case a single time, named before it starts.
    void runOnce(PlannedCase const& planned);
    // Compares what a plan has left in the device's output.
    void compare(PlannedCase const& planned, Dcnv2Plan const& plan, Reference const& reference,
        DeviceLayer const& device, bool repeatable = true);
    void expect(bool condition, char const* what);

    int finished() const; // sums up; the exit code

private:
    std::vector<uint8_t> call(LayerCase const& layer, Dcnv2Plan const& plan, DeviceLayer& device) const;

    bool mVerbose;
    cudaStream_t mStream{nullptr};
    int32_t mRuns{0};
    int32_t mFailures{0};
    double mWorst[3]{};
    double mRelative[3]{};
};

} // namespace trtfairmot
