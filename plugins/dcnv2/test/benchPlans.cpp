#include "benchPlans.h"

#include <cstdio>

#include "dcnv2/kernel/fusedTile.h"
#include "dcnv2/kernel/params.h"
#include "dcnv2/kernel/plan.h"
#include "dcnv2/kernel/residentTile.h"
#include "dcnv2/kernel/tensorCoreTile.h"

namespace trtfairmot
{

std::vector<Dcnv2Plan> plansOf(Dcnv2Params const& p, bool packed)
{
    DeviceTraits device;
    deviceTraits(device);
    std::vector<Dcnv2Plan> plans;
    auto const add = [&](Dcnv2Plan const& plan)
    {
        if (planIsSupported(p, plan))
        {
            plans.push_back(plan);
        }
    };
    for (int32_t tile = 0; p.offsetConvolution && tile < kFUSED_TILE_COUNT; ++tile)
    {
        for (int32_t const width : {0, 4, 8, 16})
        {
            add(Dcnv2Plan{KernelPath::kFUSED, tile, 1, width, packed});
        }
    }
    for (int32_t tile = 0; p.offsetConvolution && tile < kRESIDENT_TILE_COUNT; ++tile)
    {
        for (int32_t const width : {4, 8, 16})
        {
            add(Dcnv2Plan{KernelPath::kRESIDENT, tile, 1, width, packed, device.processors});
        }
    }
    int32_t const slices = ceilDiv(p.inChannels * tapsFromParams(p), kSLICE);
    for (int32_t splits = 1; splits <= kMAX_SPLITS; ++splits)
    {
        add(Dcnv2Plan{KernelPath::kSIMT, 0, splits, 0, false});
        bool const even = ceilDiv(slices, ceilDiv(slices, splits)) == splits;
        for (int32_t tile = 0; even && suitsTensorCores(p) && tile < kTILE_COUNT; ++tile)
        {
            for (int32_t const width : {0, 8, 16})
            {
                add(Dcnv2Plan{KernelPath::kTENSOR_CORE, tile, splits, width, packed});
            }
        }
    }
    return plans;
}

std::string describe(Dcnv2Plan const& plan)
{
    char text[64];
    if (plan.path == KernelPath::kSIMT)
    {
        std::snprintf(text, sizeof(text), "simt 64x64 /%d", plan.splits);
    }
    else if (plan.path == KernelPath::kFUSED)
    {
        FusedTileTraits const tile = traitsOfFusedTile(plan.tile);
        std::snprintf(text, sizeof(text), "fused %d %dx%d /%d w%d%s", plan.tile, tile.pixels, tile.channels, tile.warps,
            plan.tileWidth, plan.packedInterpolation ? " packed" : "");
    }
    else if (plan.path == KernelPath::kRESIDENT)
    {
        std::snprintf(text, sizeof(text), "resident %d x%d w%d%s", plan.tile, traitsOfResidentTile(plan.tile).groups,
            plan.tileWidth, plan.packedInterpolation ? " packed" : "");
    }
    else
    {
        std::snprintf(text, sizeof(text), "tile %d %dx%d /%d w%d%s", plan.tile, traitsOfTile(plan.tile).pixels,
            traitsOfTile(plan.tile).channels, plan.splits, plan.tileWidth, plan.packedInterpolation ? " packed" : "");
    }
    return text;
}

} // namespace trtfairmot
