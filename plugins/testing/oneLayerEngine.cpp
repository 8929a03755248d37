#include "testing/oneLayerEngine.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace trtfairmot
{

namespace
{

using nvinfer1::DataType;

void fixFormat(nvinfer1::ITensor& tensor, DataType type, nvinfer1::TensorFormat format)
{
#if NV_TENSORRT_MAJOR < 10
    tensor.setType(type);
#else
    (void) type;
#endif
    tensor.setAllowedFormats(1U << static_cast<uint32_t>(format));
}

nvinfer1::ILayer* addLayer(TensorRt const& tensorrt, nvinfer1::INetworkDefinition& network,
    std::vector<nvinfer1::ITensor*> const& tensors, OneLayerNetwork const& layer)
{
    nvinfer1::PluginFieldCollection const collection{static_cast<int32_t>(layer.fields.size()), layer.fields.data()};
    int32_t const count = static_cast<int32_t>(tensors.size());
#if NV_TENSORRT_MAJOR >= 10
    auto* const creator =
        static_cast<nvinfer1::IPluginCreatorV3One*>(tensorrt.registry().getCreator(layer.node, "1", ""));
    std::unique_ptr<nvinfer1::IPluginV3> const plugin(
        creator == nullptr ? nullptr : creator->createPlugin("layer", &collection, nvinfer1::TensorRTPhase::kBUILD));
    return plugin == nullptr ? nullptr : network.addPluginV3(tensors.data(), count, nullptr, 0, *plugin);
#else
    nvinfer1::IPluginCreator* const creator = tensorrt.registry().getPluginCreator(layer.node, "1", "");
    nvinfer1::IPluginV2* const plugin = creator == nullptr ? nullptr : creator->createPlugin("layer", &collection);
    if (plugin == nullptr)
    {
        return nullptr;
    }
    nvinfer1::ILayer* const added = network.addPluginV2(tensors.data(), count, *plugin);
    plugin->destroy();
    return added;
#endif
}

nvinfer1::ITensor* addInput(nvinfer1::INetworkDefinition& network, EngineInput const& input)
{
    std::vector<int32_t> shape = input.shape;
    if (!input.most.empty())
    {
        shape[0] = shape[2] = shape[3] = -1;
    }
    nvinfer1::ITensor* const tensor = network.addInput(input.name, input.type, dimsOf(shape));
    fixFormat(*tensor, input.type, input.format);
    return tensor;
}

nvinfer1::ITensor* addConstant(nvinfer1::INetworkDefinition& network, EngineConstant const& constant)
{
    int64_t const count = static_cast<int64_t>(constant.bytes->size() / (constant.type == DataType::kFLOAT ? 4 : 2));
    nvinfer1::Weights const weights{constant.type, constant.bytes->data(), count};
    return network.addConstant(dimsOf(constant.shape), weights)->getOutput(0);
}

void addProfile(nvinfer1::IBuilder& builder, nvinfer1::IBuilderConfig& config, std::vector<EngineInput> const& inputs)
{
    nvinfer1::IOptimizationProfile* const profile = builder.createOptimizationProfile();
    for (EngineInput const& input : inputs)
    {
        profile->setDimensions(input.name, nvinfer1::OptProfileSelector::kMIN, dimsOf(input.least));
        profile->setDimensions(input.name, nvinfer1::OptProfileSelector::kOPT, dimsOf(input.shape));
        profile->setDimensions(input.name, nvinfer1::OptProfileSelector::kMAX, dimsOf(input.most));
    }
    config.addOptimizationProfile(profile);
}

void configure(nvinfer1::IBuilderConfig& config, OneLayerNetwork const& layer)
{
    config.clearFlag(nvinfer1::BuilderFlag::kTF32);
#if NV_TENSORRT_MAJOR < 10
    // Neither cuBLAS nor cuDNN is needed for a plugin and its reformats.
    config.setTacticSources(1U << static_cast<uint32_t>(nvinfer1::TacticSource::kEDGE_MASK_CONVOLUTIONS)
        | 1U << static_cast<uint32_t>(nvinfer1::TacticSource::kJIT_CONVOLUTIONS));
    if (layer.outputType == DataType::kHALF)
    {
        config.setFlag(nvinfer1::BuilderFlag::kFP16);
    }
#else
    (void) layer; // strongly typed
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

Owned<nvinfer1::IHostMemory> buildOneLayerEngine(
    TensorRt const& tensorrt, TestLogger& logger, OneLayerNetwork const& layer)
{
    Owned<nvinfer1::IBuilder> const builder(tensorrt.createBuilder(logger));
    Owned<nvinfer1::INetworkDefinition> const network(builder->createNetworkV2(networkFlags()));
    Owned<nvinfer1::IBuilderConfig> const config(builder->createBuilderConfig());
    configure(*config, layer);
    std::vector<nvinfer1::ITensor*> tensors;
    for (EngineInput const& input : layer.inputs)
    {
        tensors.push_back(addInput(*network, input));
    }
    for (EngineConstant const& constant : layer.constants)
    {
        tensors.push_back(addConstant(*network, constant));
    }
    nvinfer1::ILayer* const added = addLayer(tensorrt, *network, tensors, layer);
    if (added == nullptr)
    {
        return nullptr;
    }
    nvinfer1::ITensor* const output = added->getOutput(0);
    output->setName("output");
    network->markOutput(*output);
    fixFormat(*output, layer.outputType, layer.outputFormat);
    if (!layer.inputs.front().most.empty())
    {
        addProfile(*builder, *config, layer.inputs);
    }
    return Owned<nvinfer1::IHostMemory>(builder->buildSerializedNetwork(*network, *config));
}

LoadedEngine loadEngine(TensorRt const& tensorrt, TestLogger& logger, nvinfer1::IHostMemory const& bytes)
{
    LoadedEngine loaded;
    loaded.runtime.reset(tensorrt.createRuntime(logger));
    loaded.engine.reset(loaded.runtime->deserializeCudaEngine(bytes.data(), bytes.size()));
    loaded.context.reset(loaded.engine ? loaded.engine->createExecutionContext() : nullptr);
    return loaded;
}

PluginTestOptions pluginTestOptions(int argc, char** argv)
{
    PluginTestOptions options;
    for (int i = 1; i < argc; ++i)
    {
        std::string const option = argv[i];
        if (option == "--reduced")
        {
            options.reduced = true;
        }
        else if ((option == "--nvinfer" || option == "--plugin") && i + 1 < argc)
        {
            (option == "--nvinfer" ? options.nvinfer : options.plugin) = argv[++i];
        }
        else
        {
            std::printf("usage: %s [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]\n", argv[0]);
            std::exit(2);
        }
    }
    return options;
}

} // namespace trtfairmot
