#include "fusedPlan.h"

#include <algorithm>

#include "fusedTile.h"
#include "params.h"
#include "pixelMap.h"
#include "residentTile.h"

namespace trtfairmot
{

namespace
{

constexpr int64_t kMAX_FUSED_VECTORS = int64_t{1} << 28; // 4 GiB

bool fusedPlanIsSupported(Dcnv2Params const& p, Dcnv2Plan const& plan, DeviceTraits const& device)
{
    FusedTileTraits const tile = traitsOfFusedTile(plan.tile);
    int64_t const vectors = static_cast<int64_t>(p.batch) * p.inHeight * p.inWidth * (p.inChannels / 8);
    return suitsFusion(p) && plan.tile >= 0 && plan.tile < kFUSED_TILE_COUNT && vectors < kMAX_FUSED_VECTORS
        && tile.stepChannels == (p.inChannels % 64 == 0 ? 64 : 32) && tile.channels == paddedOutputs(p.outChannels)
        && (plan.tileWidth == 0 || tile.pixels % plan.tileWidth == 0) && device.capability >= 75
        && tile.sharedBytes <= device.sharedPerBlock;
}

bool residentPlanIsSupported(Dcnv2Params const& p, Dcnv2Plan const& plan, DeviceTraits const& device)
{
    ResidentTileTraits const tile = traitsOfResidentTile(plan.tile);
    int64_t const vectors = static_cast<int64_t>(p.batch) * p.inHeight * p.inWidth * (p.inChannels / 8);
    return suitsFusion(p) && tile.groups > 0 && vectors < kMAX_FUSED_VECTORS
        && tile.stepChannels == (p.inChannels % 64 == 0 ? 64 : 32) && tile.channels == paddedOutputs(p.outChannels)
        && plan.tileWidth > 0 && kRESIDENT_PIXELS % plan.tileWidth == 0 && device.capability >= 80
        && sharedBytesOfResidentTile(tile, p.inChannels / tile.stepChannels) <= device.sharedPerBlock;
}

// Measured on an H100: worth it from four tiles a multiprocessor on, and a fourth warpgroup from sixteen.
Dcnv2Plan residentPlan(Dcnv2Params const& p, DeviceTraits const& device)
{
    Dcnv2Plan best;
    int32_t bestGroups = 0;
    int32_t const tiles = tileCount(mapOfPlan(p, kRESIDENT_PIXELS, 8)) / std::max(1, device.processors);
    for (int32_t tile = 0; device.warpgroupProducts && tiles >= 4 && tile < kRESIDENT_TILE_COUNT; ++tile)
    {
        int32_t const groups = traitsOfResidentTile(tile).groups;
        Dcnv2Plan const plan{KernelPath::kRESIDENT, tile, 1, 8, false, device.processors};
        bool const better = bestGroups == 0 || (tiles >= 16) == (groups > bestGroups);
        if (residentPlanIsSupported(p, plan, device) && better)
        {
            best = plan;
            bestGroups = groups;
        }
    }
    return best;
}

// The fewest warps a sum that still fill the multiprocessors: parts of a sum have to be added. Measured on an H100.
Dcnv2Plan fusedPlan(Dcnv2Params const& p, DeviceTraits const& device)
{
    Dcnv2Plan best;
    int32_t bestWarps = 0;
    int64_t const blocks = tileCount(mapOfPlan(p, 16, 0));
    int64_t const wanted = std::max<int64_t>(1, 16 * static_cast<int64_t>(device.processors) / blocks);
    for (int32_t tile = 0; tile < kFUSED_TILE_COUNT; ++tile)
    {
        FusedTileTraits const traits = traitsOfFusedTile(tile);
        // In 4 columns, a tile's samples lie close together in the L1 cache.
        Dcnv2Plan const plan{KernelPath::kFUSED, tile, 1, 4};
        bool const better = bestWarps == 0
            || std::abs(traits.warps - wanted) < std::abs(static_cast<int64_t>(bestWarps) - wanted);
        if (fusedPlanIsSupported(p, plan, device) && better)
        {
            best = plan;
            bestWarps = traits.warps;
        }
    }
    return best;
}

} // namespace

Dcnv2Plan offsetPlanFromParams(Dcnv2Params const& p, DeviceTraits const& device)
{
    Dcnv2Plan const resident = residentPlan(p, device);
    return resident.path == KernelPath::kRESIDENT ? resident : fusedPlan(p, device);
}

bool offsetPlanIsSupported(Dcnv2Params const& p, Dcnv2Plan const& plan, DeviceTraits const& device)
{
    return plan.path == KernelPath::kRESIDENT ? residentPlanIsSupported(p, plan, device)
        : plan.path == KernelPath::kFUSED     ? fusedPlanIsSupported(p, plan, device)
                                              : false;
}

} // namespace trtfairmot
