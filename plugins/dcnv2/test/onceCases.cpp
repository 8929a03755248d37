#include "onceCases.h"

#include "dcnv2/kernel/fusedTile.h"
#include "dcnv2/kernel/residentTile.h"
#include "dcnv2/kernel/simtGemm.h"
#include "dcnv2/kernel/tensorCoreTile.h"

namespace trtfairmot
{

namespace
{

// A column of rectangles of `pixels` in `width`, and one row more.
Dcnv2Params tinyLayer(int32_t inChannels, int32_t outChannels, int32_t pixels, int32_t width, ElementType type)
{
    Dcnv2Params p;
    p.inChannels = inChannels;
    p.outChannels = outChannels;
    p.inHeight = pixels / width + 1;
    p.inWidth = width;
    p.type = type;
    return p;
}

void add(std::vector<PlannedCase>& cases, std::string const& name, LayerCase const& layer, Dcnv2Plan const& plan)
{
    if (planIsSupported(layer.params, plan))
    {
        cases.push_back({name, layer, {plan}});
    }
}

// Five slices of the sum, or three and two of them.
void addTile(std::vector<PlannedCase>& cases, int32_t tile)
{
    TileTraits const traits = traitsOfTile(tile);
    std::string const name = "tile" + std::to_string(tile);
    for (ElementType const type : {ElementType::kHALF, ElementType::kBFLOAT16})
    {
        Dcnv2Plan plan{KernelPath::kTENSOR_CORE, tile, 1 + tile % 2, 16, false};
        Dcnv2Params p = tinyLayer(32, traits.channels, traits.pixels, plan.tileWidth, type);
        p.layout = p.offsetLayout = tile % 2 == 0 ? ActivationLayout::kNHWC : ActivationLayout::kNCHW;
        p.weightLayout = tile % 3 == 0 ? WeightLayout::kOIHW : WeightLayout::kOHWI;
        LayerCase const layer = randomCase(p, OffsetKind::kSMALL, true, 5);
        add(cases, name + (type == ElementType::kHALF ? "-fp16" : "-bf16"), layer, plan);
        if (type == ElementType::kHALF)
        {
            plan.packedInterpolation = true;
            add(cases, name + "-packed", layer, plan);
        }
    }
}

void addFused(std::vector<PlannedCase>& cases, std::string const& name, Dcnv2Plan plan, int32_t pixels,
    int32_t inChannels, int32_t outChannels)
{
    Dcnv2Params const p = offsetLayer(inChannels, outChannels, pixels / plan.tileWidth + 1, plan.tileWidth);
    LayerCase const layer = randomFusedCase(p, 4.F, 5);
    add(cases, name, layer, plan);
    plan.packedInterpolation = true;
    add(cases, name + "-packed", layer, plan);
}

void addSimt(std::vector<PlannedCase>& cases, std::string const& name, ElementType type)
{
    LayerCase const layer = randomCase(tinyLayer(12, 20, kSIMT_PIXELS, 8, type), OffsetKind::kSMALL, true, 5);
    add(cases, name, layer, {KernelPath::kSIMT, 0, 1, 8, false});
    add(cases, name + "-split", layer, {KernelPath::kSIMT, 0, 2, 0, false});
}

} // namespace

std::vector<PlannedCase> onceCases()
{
    std::vector<PlannedCase> cases;
    for (int32_t tile = 0; tile < kFUSED_TILE_COUNT; ++tile)
    {
        FusedTileTraits const traits = traitsOfFusedTile(tile);
        addFused(cases, "fused" + std::to_string(tile), {KernelPath::kFUSED, tile, 1, 4, false}, traits.pixels,
            traits.stepChannels, traits.channels);
    }
    for (int32_t tile = 0; tile < kRESIDENT_TILE_COUNT; ++tile)
    {
        ResidentTileTraits const traits = traitsOfResidentTile(tile);
        addFused(cases, "resident" + std::to_string(tile), {KernelPath::kRESIDENT, tile, 1, 8, false, 1},
            kRESIDENT_PIXELS * traits.groups, traits.stepChannels, traits.channels);
    }
    addSimt(cases, "simt-fp32", ElementType::kFLOAT);
    addSimt(cases, "simt-fp16", ElementType::kHALF);
    addSimt(cases, "simt-bf16", ElementType::kBFLOAT16);
    for (int32_t tile = 0; tile < kTILE_COUNT; ++tile)
    {
        addTile(cases, tile);
    }
    return cases;
}

} // namespace trtfairmot
