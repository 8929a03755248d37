#include "layerEngine.h"

#include <algorithm>

#include "dcnv2/kernel/params.h"

namespace trtfairmot
{

namespace
{

nvinfer1::DataType dataTypeOf(ElementType type)
{
#if NV_TENSORRT_MAJOR >= 10
    if (type == ElementType::kBFLOAT16)
    {
        return nvinfer1::DataType::kBF16;
    }
#endif
    return type == ElementType::kFLOAT ? nvinfer1::DataType::kFLOAT : nvinfer1::DataType::kHALF;
}

void fixFormat(nvinfer1::ITensor& tensor, ActivationLayout layout, ElementType type)
{
#if NV_TENSORRT_MAJOR < 10
    tensor.setType(dataTypeOf(type));
#else
    (void) type;
#endif
    nvinfer1::TensorFormat const format =
        layout == ActivationLayout::kNHWC ? nvinfer1::TensorFormat::kHWC8 : nvinfer1::TensorFormat::kLINEAR;
    tensor.setAllowedFormats(1U << static_cast<uint32_t>(format));
}

struct NodeFields
{
    int32_t stride[2];
    int32_t padding[2];
    int32_t dilation[2];
    int32_t scalars[6];
    std::vector<nvinfer1::PluginField> list;

    explicit NodeFields(Dcnv2Params const& p)
        : stride{p.strideHeight, p.strideWidth}, padding{p.padHeight, p.padWidth},
          dilation{p.dilationHeight, p.dilationWidth}, scalars{p.groups, p.deformableGroups, p.offsetMaskFused,
                                                           p.sigmoidMask, static_cast<int32_t>(p.weightLayout), p.relu}
    {
        static char const* const kNAMES[] = {
            "groups", "deformable_group", "offset_mask", "mask_activation", "weight_layout", "relu"};
        auto const kTYPE = nvinfer1::PluginFieldType::kINT32;
        list.emplace_back("stride", stride, kTYPE, 2);
        list.emplace_back("padding", padding, kTYPE, 2);
        list.emplace_back("dilation", dilation, kTYPE, 2);
        for (int32_t i = 0; i < 6; ++i)
        {
            list.emplace_back(kNAMES[i], &scalars[i], kTYPE, 1);
        }
    }

    nvinfer1::PluginFieldCollection collection() const
    {
        return nvinfer1::PluginFieldCollection{static_cast<int32_t>(list.size()), list.data()};
    }
};

nvinfer1::ILayer* addLayer(TensorRt const& tensorrt, nvinfer1::INetworkDefinition& network,
    std::vector<nvinfer1::ITensor*> const& tensors, EngineVariant const& variant)
{
    NodeFields const fields(variant.params);
    nvinfer1::PluginFieldCollection const collection = fields.collection();
    int32_t const count = static_cast<int32_t>(tensors.size());
#if NV_TENSORRT_MAJOR >= 10
    auto* const creator =
        static_cast<nvinfer1::IPluginCreatorV3One*>(tensorrt.registry().getCreator(variant.node, "1", ""));
    std::unique_ptr<nvinfer1::IPluginV3> const plugin(
        creator == nullptr ? nullptr : creator->createPlugin("layer", &collection, nvinfer1::TensorRTPhase::kBUILD));
    return plugin == nullptr ? nullptr : network.addPluginV3(tensors.data(), count, nullptr, 0, *plugin);
#else
    nvinfer1::IPluginCreator* const creator = tensorrt.registry().getPluginCreator(variant.node, "1", "");
    nvinfer1::IPluginV2* const plugin = creator == nullptr ? nullptr : creator->createPlugin("layer", &collection);
    if (plugin == nullptr)
    {
        return nullptr;
    }
    nvinfer1::ILayer* const layer = network.addPluginV2(tensors.data(), count, *plugin);
    plugin->destroy();
    return layer;
#endif
}

nvinfer1::ITensor* addConstant(nvinfer1::INetworkDefinition& network, std::vector<uint8_t> const& bytes,
    std::vector<int32_t> const& shape, ElementType type)
{
    int64_t const count = static_cast<int64_t>(bytes.size() / (type == ElementType::kFLOAT ? 4 : 2));
    nvinfer1::Weights const weights{dataTypeOf(type), bytes.data(), count};
    return network.addConstant(dimsOf(shape), weights)->getOutput(0);
}

// -1 where a dynamic network leaves a size open.
std::vector<int32_t> openShape(std::vector<int32_t> shape, bool dynamic)
{
    if (dynamic)
    {
        shape[0] = shape[2] = shape[3] = -1;
    }
    return shape;
}

void addProfile(nvinfer1::IBuilder& builder, nvinfer1::IBuilderConfig& config, Dcnv2Params const& p)
{
    nvinfer1::IOptimizationProfile* const profile = builder.createOptimizationProfile();
    std::vector<Input> const least = inputsOf(scaled(p, 1, 4));
    std::vector<Input> const usual = inputsOf(p);
    std::vector<Input> const most = inputsOf(scaled(p, 8, 1));
    for (size_t i = 0; i < usual.size(); ++i)
    {
        profile->setDimensions(usual[i].name, nvinfer1::OptProfileSelector::kMIN, dimsOf(least[i].shape));
        profile->setDimensions(usual[i].name, nvinfer1::OptProfileSelector::kOPT, dimsOf(usual[i].shape));
        profile->setDimensions(usual[i].name, nvinfer1::OptProfileSelector::kMAX, dimsOf(most[i].shape));
    }
    config.addOptimizationProfile(profile);
}

void configure(nvinfer1::IBuilderConfig& config, ElementType type)
{
    config.clearFlag(nvinfer1::BuilderFlag::kTF32);
#if NV_TENSORRT_MAJOR < 10
    // Neither cuBLAS nor cuDNN is needed for a plugin and its reformats.
    config.setTacticSources(1U << static_cast<uint32_t>(nvinfer1::TacticSource::kEDGE_MASK_CONVOLUTIONS)
        | 1U << static_cast<uint32_t>(nvinfer1::TacticSource::kJIT_CONVOLUTIONS));
    if (type == ElementType::kHALF)
    {
        config.setFlag(nvinfer1::BuilderFlag::kFP16);
    }
#else
    (void) type; // strongly typed
#endif
}

uint32_t networkFlags()
{
#if NV_TENSORRT_MAJOR >= 11
    return 0U;
#elif NV_TENSORRT_MAJOR >= 10
    return 1U << static_cast<uint32_t>(nvinfer1::NetworkDefinitionCreationFlag::kSTRONGLY_TYPED);
#else
    return 1U << static_cast<uint32_t>(nvinfer1::NetworkDefinitionCreationFlag::kEXPLICIT_BATCH);
#endif
}

} // namespace

nvinfer1::Dims dimsOf(std::vector<int32_t> const& sizes)
{
    nvinfer1::Dims dims{};
    dims.nbDims = static_cast<int32_t>(sizes.size());
    std::copy(sizes.begin(), sizes.end(), dims.d);
    return dims;
}

std::vector<Input> inputsOf(Dcnv2Params const& p)
{
    int32_t const rows = tapsFromParams(p) * p.deformableGroups;
    int32_t const height = outHeightFromParams(p);
    int32_t const width = outWidthFromParams(p);
    std::vector<Input> inputs{{"input", {p.batch, p.inChannels, p.inHeight, p.inWidth}, p.layout}};
    if (p.offsetMaskFused)
    {
        inputs.push_back({"offset_mask", {p.batch, 3 * rows, height, width}, p.offsetLayout});
    }
    else
    {
        inputs.push_back({"offset", {p.batch, 2 * rows, height, width}, p.offsetLayout});
        inputs.push_back({"mask", {p.batch, rows, height, width}, p.offsetLayout});
    }
    return inputs;
}

Dcnv2Params scaled(Dcnv2Params p, int32_t batch, int32_t shrink)
{
    p.batch = batch;
    p.inHeight = std::max(4, p.inHeight / shrink);
    p.inWidth = std::max(4, p.inWidth / shrink);
    return p;
}

Owned<nvinfer1::IHostMemory> buildEngine(
    TensorRt const& tensorrt, TestLogger& logger, EngineVariant const& variant, LayerBytes const& bytes)
{
    Dcnv2Params const& p = variant.params;
    Owned<nvinfer1::IBuilder> const builder(tensorrt.createBuilder(logger));
    Owned<nvinfer1::INetworkDefinition> const network(builder->createNetworkV2(networkFlags()));
    Owned<nvinfer1::IBuilderConfig> const config(builder->createBuilderConfig());
    configure(*config, p.type);
    std::vector<nvinfer1::ITensor*> tensors;
    for (Input const& input : inputsOf(p))
    {
        nvinfer1::ITensor* const tensor =
            network->addInput(input.name, dataTypeOf(p.type), dimsOf(openShape(input.shape, variant.dynamic)));
        fixFormat(*tensor, input.layout, p.type);
        tensors.push_back(tensor);
    }
    int32_t const channels = p.inChannels / p.groups;
    tensors.push_back(addConstant(*network, bytes.weight,
        p.weightLayout == WeightLayout::kOHWI
            ? std::vector<int32_t>{p.outChannels, p.kernelHeight, p.kernelWidth, channels}
            : std::vector<int32_t>{p.outChannels, channels, p.kernelHeight, p.kernelWidth},
        p.type));
    if (variant.hasBias)
    {
        tensors.push_back(addConstant(*network, bytes.bias, {p.outChannels}, p.type));
    }
    nvinfer1::ILayer* const layer = addLayer(tensorrt, *network, tensors, variant);
    if (layer == nullptr)
    {
        return nullptr;
    }
    nvinfer1::ITensor* const output = layer->getOutput(0);
    output->setName("output");
    network->markOutput(*output);
    fixFormat(*output, p.layout, p.type);
    if (variant.dynamic)
    {
        addProfile(*builder, *config, p);
    }
    return Owned<nvinfer1::IHostMemory>(builder->buildSerializedNetwork(*network, *config));
}

} // namespace trtfairmot
