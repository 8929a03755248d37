#include "deviceRuns.h"

#include <algorithm>
#include <cstdio>

namespace trtfairmot
{

DeviceRuns::DeviceRuns(bool verbose) : mVerbose{verbose}
{
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // a run that is cut off has said what passed
    requireGpu();
    checkCuda(cudaStreamCreateWithFlags(&mStream, cudaStreamNonBlocking), "stream");
}

DeviceRuns::~DeviceRuns()
{
    cudaStreamDestroy(mStream);
}

cudaStream_t DeviceRuns::stream() const
{
    return mStream;
}

std::vector<uint8_t> DeviceRuns::call(LayerCase const& layer, Dcnv2Plan const& plan, DeviceLayer& device) const
{
    device.poison(mStream);
    checkCuda(dcnv2Forward(layer.params, plan, device.tensors(), mStream), "dcnv2Forward");
    checkCuda(cudaStreamSynchronize(mStream), "the kernel");
    bool guards = false;
    std::vector<uint8_t> output = device.output(guards);
    return guards ? output : std::vector<uint8_t>{};
}

void DeviceRuns::run(PlannedCase const& planned)
{
    Reference const reference = referenceOfCase(planned.layer);
    for (Dcnv2Plan const& plan : planned.plans)
    {
        DeviceLayer device(planned.layer);
        std::vector<uint8_t> const first = call(planned.layer, plan, device);
        bool const repeatable = !first.empty() && call(planned.layer, plan, device) == first;
        compare(planned, plan, reference, device, repeatable);
    }
}

void DeviceRuns::runOnce(PlannedCase const& planned)
{
    Reference const reference = referenceOfCase(planned.layer);
    for (Dcnv2Plan const& plan : planned.plans)
    {
        std::printf("running %s\n", planned.name.c_str());
        DeviceLayer device(planned.layer);
        call(planned.layer, plan, device);
        compare(planned, plan, reference, device);
    }
}

void DeviceRuns::compare(PlannedCase const& planned, Dcnv2Plan const& plan, Reference const& reference,
    DeviceLayer const& device, bool repeatable)
{
    Dcnv2Params const& p = planned.layer.params;
    bool guards = false;
    Comparison const c = compareOutput(planned.layer, reference, device.output(guards), roundingsOf(plan));
    bool const passed = c.passed && guards && repeatable;
    int32_t const type = static_cast<int32_t>(p.type);
    ++mRuns;
    mFailures += passed ? 0 : 1;
    mWorst[type] = std::max(mWorst[type], c.worstError);
    mRelative[type] = std::max(mRelative[type], c.relativeError);
    if (!passed || mVerbose)
    {
        std::printf("%s %s tile %d splits %d width %d%s: error %.2e worst %.2e%s%s%s%s; %s, offsets %d\n",
            passed ? "ok  " : "FAIL", planned.name.c_str(), plan.path != KernelPath::kSIMT ? plan.tile : -1,
            plan.splits, plan.tileWidth, plan.packedInterpolation ? " packed" : "", c.relativeError, c.worstError,
            c.finite ? "" : " NOT FINITE", c.padded ? "" : " PADDING", guards ? "" : " GUARD",
            repeatable ? "" : " NOT REPEATABLE", describe(p).c_str(), static_cast<int32_t>(planned.layer.offsetKind));
    }
}

void DeviceRuns::expect(bool condition, char const* what)
{
    mFailures += condition ? 0 : 1;
    std::printf("%s %s\n", condition ? "ok  " : "FAIL", what);
}

int DeviceRuns::finished() const
{
    static char const* const kTYPES[] = {"fp32", "fp16", "bf16"};
    for (int32_t type = 0; type < 3; ++type)
    {
        std::printf("%s: largest relative error %.2e, of one output against its terms %.2e\n", kTYPES[type],
            mRelative[type], mWorst[type]);
    }
    std::printf("%s: %d runs, %d failures\n", mFailures == 0 ? "PASS" : "FAIL", mRuns, mFailures);
    return mFailures == 0 ? 0 : 1;
}

} // namespace trtfairmot
