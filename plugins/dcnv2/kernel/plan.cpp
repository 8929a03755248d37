#include "plan.h"

#include <algorithm>
#include <limits>

#include "common/hopperProducts.h"
#include "fusedPlan.h"
#include "params.h"
#include "pixelMap.h"
#include "simtGemm.h"
#include "tensorCoreTile.h"

namespace trtfairmot
{

namespace
{

constexpr int64_t kMAX_INPUT_VECTORS = int64_t{1} << 30; // what a sample's location can hold

int32_t sharedBytesOfPlan(Dcnv2Params const& p, TileTraits const& tile)
{
    return sharedBytesOfTile(
        tile.fixedBytes, tile.pixels, tableRowsOf(tapsFromParams(p), p.deformableGroups, p.inChannels));
}

// Rectangles keep a tile's samples close together in the L1 cache; not where the image's edge would waste them.
int32_t tileWidthFor(Dcnv2Params const& p, int32_t pixels)
{
    int32_t const width = pixels >= 80 ? 16 : 8;
    int64_t const rectangles = tileCount(mapOfPlan(p, pixels, width));
    int64_t const rows = tileCount(mapOfPlan(p, pixels, 0));
    return rectangles * 8 <= rows * 9 ? width : 0;
}

int32_t slicesOf(Dcnv2Params const& p)
{
    return ceilDiv(tapsFromParams(p) * p.inChannels, kSLICE);
}

// A rough count of the clock cycles a plan takes, to rank plans: what the busiest multiprocessor has to issue,
// stretched where too few warps are there to hide the latency of the samples.
double cyclesOf(Dcnv2Params const& p, Dcnv2Plan const& plan, DeviceTraits const& device)
{
    TileTraits const tile = traitsOfTile(plan.tile);
    int32_t const slices = ceilDiv(slicesOf(p), plan.splits);
    int64_t const blocks = static_cast<int64_t>(tileCount(mapOfPlan(p, tile.pixels, plan.tileWidth)))
        * ceilDiv(p.outChannels, tile.channels) * plan.splits;
    int32_t const perProcessor = static_cast<int32_t>((blocks + device.processors - 1) / device.processors);
    int32_t const fitting =
        std::min(2048 / tile.threads, device.sharedPerProcessor / (sharedBytesOfPlan(p, tile) + 1024));
    int32_t const resident = std::max(1, std::min({perProcessor, fitting, tile.blocks}));
    double const warps = resident * tile.threads / 32.0;
    double const slice = tile.pixels * (7.0 + tile.channels / 14.0) + 60.0;
    double const stretch = std::max(1.0, 14.0 / warps);
    double cycles = perProcessor * (slices * slice * stretch + 1500.0 * stretch);
    if (plan.splits > 1)
    {
        cycles += 3500.0 + static_cast<double>(partialBytes(p, plan.splits)) / (24.0 * device.processors);
    }
    return cycles;
}

Dcnv2Plan tensorCorePlan(Dcnv2Params const& p, DeviceTraits const& device)
{
    Dcnv2Plan best;
    double bestCycles = std::numeric_limits<double>::max();
    for (int32_t tile = 0; tile < kTILE_COUNT; ++tile)
    {
        for (int32_t splits = 1; splits <= kMAX_SPLITS; ++splits)
        {
            Dcnv2Plan const plan{KernelPath::kTENSOR_CORE, tile, splits, tileWidthFor(p, traitsOfTile(tile).pixels)};
            int32_t const splitSlices = ceilDiv(slicesOf(p), splits);
            bool const worthwhile = splits == 1 || (splitSlices >= 3 && ceilDiv(slicesOf(p), splitSlices) == splits);
            if (!worthwhile || !planIsSupported(p, plan, device))
            {
                continue;
            }
            double const cycles = cyclesOf(p, plan, device);
            if (cycles < bestCycles)
            {
                best = plan;
                bestCycles = cycles;
            }
        }
    }
    return best;
}

Dcnv2Plan simtPlan(Dcnv2Params const& p, DeviceTraits const& device)
{
    Dcnv2Plan plan;
    int32_t const channelTiles = p.groups * ceilDiv(p.outChannels / p.groups, kSIMT_CHANNELS);
    int64_t const blocks = static_cast<int64_t>(tileCount(mapOfPlan(p, kSIMT_PIXELS, 0))) * channelTiles;
    int64_t const wanted = 3 * static_cast<int64_t>(device.processors);
    int64_t const useful = p.inChannels / p.groups / (2 * kSIMT_SLICE);
    plan.splits = static_cast<int32_t>(
        std::max<int64_t>(1, std::min<int64_t>({wanted / std::max<int64_t>(1, blocks), useful, kMAX_SPLITS})));
    while (plan.splits > 1 && partialBytes(p, plan.splits) > kMAX_PARTIAL_BYTES)
    {
        --plan.splits;
    }
    return plan;
}

} // namespace

cudaError_t deviceTraits(DeviceTraits& traits)
{
    int32_t device = 0;
    int32_t major = 0;
    int32_t minor = 0;
    cudaError_t status = cudaGetDevice(&device);
    auto const ask = [&](int32_t& value, cudaDeviceAttr attribute)
    { status = status == cudaSuccess ? cudaDeviceGetAttribute(&value, attribute, device) : status; };
    ask(traits.processors, cudaDevAttrMultiProcessorCount);
    ask(major, cudaDevAttrComputeCapabilityMajor);
    ask(minor, cudaDevAttrComputeCapabilityMinor);
    ask(traits.sharedPerBlock, cudaDevAttrMaxSharedMemoryPerBlockOptin);
    ask(traits.sharedPerProcessor, cudaDevAttrMaxSharedMemoryPerMultiprocessor);
    traits.capability = 10 * major + minor;
    traits.warpgroupProducts = kHOPPER_PRODUCTS && traits.capability == 90;
    return status;
}

PixelMap mapOfPlan(Dcnv2Params const& p, int32_t pixels, int32_t tileWidth)
{
    return PixelMap{p.batch, outHeightFromParams(p), outWidthFromParams(p), pixels, tileWidth};
}

int64_t partialBytes(Dcnv2Params const& p, int32_t splits)
{
    return splits * outPixelsFromParams(p) * roundUp(p.outChannels, 8) * static_cast<int64_t>(sizeof(float));
}

bool suitsTensorCores(Dcnv2Params const& p)
{
    return p.type != ElementType::kFLOAT && p.groups == 1 && p.inChannels % 8 == 0
        && p.inChannels / p.deformableGroups % 8 == 0;
}

bool planIsSupported(Dcnv2Params const& p, Dcnv2Plan const& plan, DeviceTraits const& device)
{
    if (plan.splits < 1 || plan.splits > kMAX_SPLITS
        || (plan.splits > 1 && partialBytes(p, plan.splits) > kMAX_PARTIAL_BYTES))
    {
        return false;
    }
    if (p.offsetConvolution)
    {
        return offsetPlanIsSupported(p, plan, device);
    }
    if (plan.path == KernelPath::kFUSED || plan.path == KernelPath::kRESIDENT)
    {
        return false;
    }
    if (plan.path == KernelPath::kSIMT)
    {
        return plan.splits <= p.inChannels / p.groups && (plan.tileWidth == 0 || kSIMT_PIXELS % plan.tileWidth == 0);
    }
    int64_t const vectors = static_cast<int64_t>(p.batch) * p.inHeight * p.inWidth * (p.inChannels / 8);
    return suitsTensorCores(p) && vectors < kMAX_INPUT_VECTORS && plan.tile >= 0 && plan.tile < kTILE_COUNT
        && plan.splits <= slicesOf(p) && (plan.tileWidth == 0 || traitsOfTile(plan.tile).pixels % plan.tileWidth == 0)
        && device.capability >= (p.type == ElementType::kBFLOAT16 ? 80 : 75)
        && sharedBytesOfPlan(p, traitsOfTile(plan.tile)) <= device.sharedPerBlock;
}

Dcnv2Plan planFromParams(Dcnv2Params const& p, DeviceTraits const& device)
{
    if (p.offsetConvolution)
    {
        return offsetPlanFromParams(p, device);
    }
    Dcnv2Plan const plan = suitsTensorCores(p) ? tensorCorePlan(p, device) : Dcnv2Plan{};
    return plan.path == KernelPath::kTENSOR_CORE ? plan : simtPlan(p, device);
}

Dcnv2Plan planFromParams(Dcnv2Params const& p)
{
    DeviceTraits device;
    return deviceTraits(device) == cudaSuccess ? planFromParams(p, device) : Dcnv2Plan{};
}

bool planIsSupported(Dcnv2Params const& p, Dcnv2Plan const& plan)
{
    DeviceTraits device;
    return deviceTraits(device) == cudaSuccess && planIsSupported(p, plan, device);
}

WorkspaceLayout workspaceLayout(Dcnv2Params const& p)
{
    if (p.offsetConvolution)
    {
        return WorkspaceLayout{};
    }
    auto const align = [](size_t bytes) { return (bytes + 255) / 256 * 256; };
    bool const tensorCores = suitsTensorCores(p);
    size_t const inputBytes = static_cast<size_t>(p.batch) * p.inChannels * p.inHeight * p.inWidth * 2;
    size_t const weightBytes = static_cast<size_t>(p.outChannels) * p.inChannels * tapsFromParams(p) * 2;
    WorkspaceLayout layout{};
    layout.weight = tensorCores && p.layout == ActivationLayout::kNCHW ? align(inputBytes) : 0;
    layout.partials = layout.weight + (tensorCores && p.weightLayout == WeightLayout::kOIHW ? align(weightBytes) : 0);
    layout.bytes =
        layout.partials + align(static_cast<size_t>(std::min(kMAX_PARTIAL_BYTES, partialBytes(p, kMAX_SPLITS))));
    return layout;
}

size_t dcnv2WorkspaceSize(Dcnv2Params const& p)
{
    return workspaceLayout(p).bytes;
}

} // namespace trtfairmot
