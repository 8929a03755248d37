#include "onceCases.h"

#include "dcnv2/kernel/fusedTile.h"
#include "dcnv2/kernel/tensorCoreTile.h"

namespace trtfairmot
{

namespace
{

Dcnv2Params tinyLayer(int32_t inChannels, int32_t outChannels, ElementType type)
{
    Dcnv2Params p;
    p.batch = 1;
    p.inChannels = inChannels;
    p.outChannels = outChannels;
    p.inHeight = 9;
    p.inWidth = 17;
    p.type = type;
    return p;
}

void addTile(std::vector<OnceCase>& cases, int32_t tile, ElementType type)
{
    Dcnv2Params p = tinyLayer(64, traitsOfTile(tile).channels, type);
    p.layout = tile % 2 == 0 ? ActivationLayout::kNHWC : ActivationLayout::kNCHW;
    p.offsetLayout = p.layout;
    p.weightLayout = tile % 3 == 0 ? WeightLayout::kOIHW : WeightLayout::kOHWI;
    LayerCase const layer = randomCase(p, OffsetKind::kLARGE, true, 5);
    Dcnv2Plan plan{KernelPath::kTENSOR_CORE, tile, 1 + tile % 2, 16, false};
    if (!planIsSupported(p, plan))
    {
        return;
    }
    cases.push_back({layer, plan});
    if (type == ElementType::kHALF)
    {
        plan.packedInterpolation = true;
        cases.push_back({layer, plan});
    }
}

void addFused(std::vector<OnceCase>& cases, int32_t tile)
{
    FusedTileTraits const traits = traitsOfFusedTile(tile);
    Dcnv2Params p = tinyLayer(traits.stepChannels == 32 ? 96 : 64, traits.channels, ElementType::kHALF);
    p.layout = ActivationLayout::kNHWC;
    p.weightLayout = WeightLayout::kFRAGMENTS;
    p.offsetConvolution = true;
    LayerCase const layer = randomFusedCase(p, 4.F, 5);
    for (bool const packed : {false, true})
    {
        cases.push_back({layer, Dcnv2Plan{KernelPath::kFUSED, tile, 1, 4, packed}});
    }
}

} // namespace

std::vector<OnceCase> onceCases()
{
    std::vector<OnceCase> cases;
    for (int32_t tile = 0; tile < kTILE_COUNT; ++tile)
    {
        addTile(cases, tile, ElementType::kHALF);
        addTile(cases, tile, ElementType::kBFLOAT16);
    }
    for (int32_t tile = 0; tile < kFUSED_TILE_COUNT; ++tile)
    {
        addFused(cases, tile);
    }
    for (ElementType const type : {ElementType::kFLOAT, ElementType::kHALF, ElementType::kBFLOAT16})
    {
        LayerCase const layer = randomCase(tinyLayer(12, 20, type), OffsetKind::kSMALL, true, 5);
        for (int32_t const splits : {1, 2})
        {
            cases.push_back({layer, Dcnv2Plan{KernelPath::kSIMT, 0, splits, 0, false}});
        }
    }
    return cases;
}

} // namespace trtfairmot
