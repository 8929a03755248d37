#include "layerEngine.h"

namespace trtfairmot
{

namespace
{

Dcnv2Params plainLayer(ElementType type)
{
    Dcnv2Params p;
    p.inChannels = 64;
    p.outChannels = 72;
    p.inHeight = 38;
    p.inWidth = 68;
    p.type = type;
    return p;
}

// As trt-builder writes a layer that does not compute its offsets.
Dcnv2Params channelsLastLayer(ElementType type)
{
    Dcnv2Params p = plainLayer(type);
    p.layout = p.offsetLayout = ActivationLayout::kNHWC;
    p.weightLayout = WeightLayout::kOHWI;
    p.offsetMaskFused = p.sigmoidMask = p.relu = true;
    return p;
}

Dcnv2Params groupedLayer()
{
    Dcnv2Params p = plainLayer(ElementType::kFLOAT);
    p.inChannels = 12;
    p.outChannels = 20;
    p.groups = 2;
    p.deformableGroups = 3;
    p.strideHeight = 2;
    p.dilationWidth = 2;
    p.sigmoidMask = true;
    return p;
}

Dcnv2Params layerWithOffsets(int32_t batch, int32_t inChannels, int32_t outChannels)
{
    Dcnv2Params p = channelsLastLayer(ElementType::kHALF);
    p.batch = batch;
    p.inChannels = inChannels;
    p.outChannels = outChannels;
    p.inHeight = 19;
    p.inWidth = 34;
    p.weightLayout = WeightLayout::kFRAGMENTS;
    p.offsetConvolution = true;
    return p;
}

} // namespace

std::vector<EngineVariant> engineVariants()
{
    Dcnv2Params const legacy = plainLayer(ElementType::kFLOAT);
    Dcnv2Params const fused = channelsLastLayer(ElementType::kHALF);
    Dcnv2Params mixed = fused;
    mixed.offsetLayout = ActivationLayout::kNCHW;
    mixed.weightLayout = WeightLayout::kOIHW;
    Dcnv2Params grouped = groupedLayer();
    grouped.type = ElementType::kHALF;
    grouped.layout = ActivationLayout::kNHWC;
    Dcnv2Params strided = layerWithOffsets(2, 96, 40);
    strided.strideHeight = strided.dilationWidth = 2;
    strided.sigmoidMask = strided.relu = false;
    std::vector<EngineVariant> all{
        {"own offsets", "FairmotDCNv2", layerWithOffsets(1, 64, 64), true, false, false, true},
        {"own offsets strided dynamic", "FairmotDCNv2", strided, true, true, false, true},
        {"own offsets packed dynamic", "FairmotDCNv2", layerWithOffsets(2, 128, 128), true, true, true, true},
        {"DCNv2 fp32", "DCNv2", legacy, true, false, false, false},
        {"DCNv2 fp32 dynamic", "DCNv2", legacy, true, true, false, true},
        {"DCNv2 fp16 linear", "DCNv2", plainLayer(ElementType::kHALF), true, true, false, false},
        {"FairmotDCNv2 fp16 HWC8", "FairmotDCNv2", fused, true, false, false, false},
        {"FairmotDCNv2 fp16 HWC8 dynamic", "FairmotDCNv2", fused, true, true, false, true},
        {"offsets linear", "FairmotDCNv2", mixed, false, true, false, true},
        {"groups fp32", "FairmotDCNv2", groupedLayer(), true, false, false, false},
        {"groups fp16 HWC8", "FairmotDCNv2", grouped, false, false, false, true}};
#if NV_TENSORRT_MAJOR >= 10
    all.push_back({"FairmotDCNv2 bf16 HWC8", "FairmotDCNv2", channelsLastLayer(ElementType::kBFLOAT16), true, true,
        false, true});
#endif
    return all;
}

} // namespace trtfairmot
