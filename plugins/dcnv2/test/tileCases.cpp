#include "tileCases.h"

#include "dcnv2/kernel/fusedTile.h"
#include "dcnv2/kernel/residentTile.h"
#include "dcnv2/kernel/tensorCoreTile.h"

namespace trtfairmot
{

namespace
{

Dcnv2Params paramsOfTile(int32_t tile, int32_t variant)
{
    Dcnv2Params p;
    p.batch = 1 + variant % 3;
    p.inChannels = variant % 4 == 1 ? 40 : 64;
    p.outChannels = traitsOfTile(tile).channels + (variant % 4 == 3 ? 5 : 8);
    p.inHeight = 19;
    p.inWidth = 27;
    p.deformableGroups = variant == 6 ? 2 : 1;
    p.type = variant % 2 == 0 ? ElementType::kHALF : ElementType::kBFLOAT16;
    p.layout = variant == 2 ? ActivationLayout::kNCHW : ActivationLayout::kNHWC;
    p.offsetLayout = variant < 3 ? ActivationLayout::kNCHW : ActivationLayout::kNHWC;
    p.weightLayout = variant % 3 == 0 ? WeightLayout::kOHWI : WeightLayout::kOIHW;
    p.offsetMaskFused = variant % 2 == 1;
    p.sigmoidMask = variant % 4 < 2;
    p.relu = variant % 3 == 1;
    return p;
}

// What changes from variant to variant.
Dcnv2Params varied(Dcnv2Params p, int32_t variant)
{
    p.batch = 1 + variant;
    p.outChannels -= variant == 1 ? 5 : 0;
    p.strideWidth = p.dilationHeight = 1 + variant % 2;
    p.sigmoidMask = variant != 1;
    p.relu = variant == 0;
    return p;
}

Dcnv2Params paramsOfFusedTile(int32_t tile, int32_t variant)
{
    FusedTileTraits const traits = traitsOfFusedTile(tile);
    int32_t const inChannels = traits.stepChannels == 32 ? 32 + 64 * variant : 64 * (1 + (tile + variant) % 3);
    return varied(offsetLayer(inChannels, traits.channels, 13, 21), variant);
}

Dcnv2Params paramsOfResidentTile(int32_t tile, int32_t variant)
{
    ResidentTileTraits const traits = traitsOfResidentTile(tile);
    bool const twoSteps = traits.stepChannels == 64 && traits.channels == 32 && variant == 1;
    return varied(offsetLayer(traits.stepChannels * (twoSteps ? 2 : 1), traits.channels, 23, 41), variant);
}

// The plan, in half also packed; none where the device does not support it.
std::vector<Dcnv2Plan> plansLike(Dcnv2Params const& p, Dcnv2Plan plan)
{
    std::vector<Dcnv2Plan> plans;
    if (planIsSupported(p, plan))
    {
        plans.push_back(plan);
        if (p.type == ElementType::kHALF)
        {
            plan.packedInterpolation = true;
            plans.push_back(plan);
        }
    }
    return plans;
}

} // namespace

std::vector<PlannedCase> tileCases()
{
    std::vector<PlannedCase> cases;
    for (int32_t tile = 0; tile < kTILE_COUNT; ++tile)
    {
        for (int32_t variant = 0; variant < 8; ++variant)
        {
            Dcnv2Params const p = paramsOfTile(tile, variant);
            int32_t const width = variant < 4 ? 8 : variant < 6 ? 0 : 16; // divides all tiles
            OffsetKind const kind = static_cast<OffsetKind>(variant % static_cast<int32_t>(OffsetKind::kCOUNT));
            cases.push_back({"tile", randomCase(p, kind, variant != 5, static_cast<uint32_t>(variant)),
                plansLike(p, {KernelPath::kTENSOR_CORE, tile, 1 + variant % 4, width, false})});
        }
    }
    return cases;
}

std::vector<PlannedCase> fusedCases()
{
    std::vector<PlannedCase> cases;
    for (int32_t tile = 0; tile < kFUSED_TILE_COUNT; ++tile)
    {
        for (int32_t variant = 0; variant < 3; ++variant)
        {
            Dcnv2Params const p = paramsOfFusedTile(tile, variant);
            int32_t const width = variant == 2 ? 0 : 4 << variant;
            cases.push_back({"fused", randomFusedCase(p, variant == 2 ? 8.F : 1.5F, 5U + static_cast<uint32_t>(tile)),
                plansLike(p, {KernelPath::kFUSED, tile, 1, width, false})});
        }
    }
    return cases;
}

std::vector<PlannedCase> residentCases()
{
    std::vector<PlannedCase> cases;
    for (int32_t tile = 0; tile < kRESIDENT_TILE_COUNT; ++tile)
    {
        for (int32_t variant = 0; variant < 3; ++variant)
        {
            Dcnv2Params const p = paramsOfResidentTile(tile, variant);
            cases.push_back({"resident",
                randomFusedCase(p, variant == 2 ? 8.F : 1.5F, 5U + static_cast<uint32_t>(tile)),
                plansLike(p, {KernelPath::kRESIDENT, tile, 1, 4 << variant, false, variant * 5})});
        }
    }
    return cases;
}

} // namespace trtfairmot
