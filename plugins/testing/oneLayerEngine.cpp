#include "testing/oneLayerEngine.h"

#include <algorithm>
#include <iterator>

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
    std::vector<nvinfer1::PluginField> fields;
    for (EngineField const& field : layer.fields)
    {
        fields.emplace_back(field.name, field.values.data(), nvinfer1::PluginFieldType::kINT32,
            static_cast<int32_t>(field.values.size()));
    }
    nvinfer1::PluginFieldCollection const collection{static_cast<int32_t>(fields.size()), fields.data()};
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

// `scale` has to last until the engine is built.
nvinfer1::ITensor& addScale(nvinfer1::INetworkDefinition& network, float const& scale)
{
    return *network.addConstant(nvinfer1::Dims{}, nvinfer1::Weights{DataType::kFLOAT, &scale, 1})->getOutput(0);
}

nvinfer1::ITensor* quantized(nvinfer1::INetworkDefinition& network, nvinfer1::ITensor& tensor, float const& scale)
{
#if NV_TENSORRT_MAJOR >= 10
    return network.addQuantize(tensor, addScale(network, scale), DataType::kINT8)->getOutput(0);
#else
    return network.addQuantize(tensor, addScale(network, scale))->getOutput(0);
#endif
}

nvinfer1::ITensor* dequantized(nvinfer1::INetworkDefinition& network, nvinfer1::ITensor& tensor, float const& scale)
{
#if NV_TENSORRT_MAJOR >= 10
    return network.addDequantize(tensor, addScale(network, scale), DataType::kFLOAT)->getOutput(0);
#else
    return network.addDequantize(tensor, addScale(network, scale))->getOutput(0);
#endif
}

nvinfer1::ITensor* addInput(nvinfer1::INetworkDefinition& network, EngineInput const& input)
{
    std::vector<int32_t> shape = input.shape;
    for (size_t i = 0; i < input.most.size(); ++i)
    {
        shape[i] = input.least[i] == input.most[i] ? shape[i] : -1;
    }
    nvinfer1::ITensor* const tensor = network.addInput(input.name, input.type, dimsOf(shape));
    fixFormat(*tensor, input.type, input.format);
    return input.scale == 0.F ? tensor : quantized(network, *tensor, input.scale);
}

nvinfer1::ITensor* addConstant(nvinfer1::INetworkDefinition& network, EngineConstant const& constant)
{
    int64_t const count = static_cast<int64_t>(constant.bytes->size() / (constant.type == DataType::kHALF ? 2 : 4));
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
    config.setBuilderOptimizationLevel(0); // nothing but the plugin and its reformats
#if NV_TENSORRT_MAJOR < 10
    // Neither cuBLAS nor cuDNN is needed for them.
    config.setTacticSources(1U << static_cast<uint32_t>(nvinfer1::TacticSource::kEDGE_MASK_CONVOLUTIONS)
        | 1U << static_cast<uint32_t>(nvinfer1::TacticSource::kJIT_CONVOLUTIONS));
    auto const isHalf = [](auto const& tensor) { return tensor.type == DataType::kHALF; };
    if (std::any_of(layer.constants.begin(), layer.constants.end(), isHalf)
        || std::any_of(layer.outputs.begin(), layer.outputs.end(), isHalf))
    {
        config.setFlag(nvinfer1::BuilderFlag::kFP16);
    }
    if (std::any_of(layer.inputs.begin(), layer.inputs.end(),
            [](EngineInput const& input) { return input.scale != 0.F; }))
    {
        config.setFlag(nvinfer1::BuilderFlag::kINT8);
    }
#else
    (void) layer; // strongly typed
#endif
}

void markOutputs(
    nvinfer1::INetworkDefinition& network, nvinfer1::ILayer& layer, std::vector<EngineOutput> const& outputs)
{
    for (size_t i = 0; i < outputs.size(); ++i)
    {
        nvinfer1::ITensor* const given = layer.getOutput(static_cast<int32_t>(i));
        nvinfer1::ITensor* const tensor =
            outputs[i].scale == 0.F ? given : dequantized(network, *given, outputs[i].scale);
        tensor->setName(outputs[i].name);
        network.markOutput(*tensor);
        fixFormat(*tensor, outputs[i].type, outputs[i].format);
    }
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

EngineBuilder::EngineBuilder(TensorRt const& tensorrt, TestLogger& logger)
    : mTensorRt{tensorrt}, mBuilder{tensorrt.createBuilder(logger)}, mRuntime{tensorrt.createRuntime(logger)}
{
}

std::unique_ptr<nvinfer1::IHostMemory> EngineBuilder::build(OneLayerNetwork const& layer) const
{
    std::unique_ptr<nvinfer1::INetworkDefinition> const network(mBuilder->createNetworkV2(networkFlags()));
    std::unique_ptr<nvinfer1::IBuilderConfig> const config(mBuilder->createBuilderConfig());
    configure(*config, layer);
    std::vector<nvinfer1::ITensor*> tensors;
    std::transform(layer.inputs.begin(), layer.inputs.end(), std::back_inserter(tensors),
        [&](EngineInput const& input) { return addInput(*network, input); });
    std::transform(layer.constants.begin(), layer.constants.end(), std::back_inserter(tensors),
        [&](EngineConstant const& constant) { return addConstant(*network, constant); });
    nvinfer1::ILayer* const added = addLayer(mTensorRt, *network, tensors, layer);
    if (added == nullptr)
    {
        return nullptr;
    }
    markOutputs(*network, *added, layer.outputs);
    if (!layer.inputs.front().most.empty())
    {
        addProfile(*mBuilder, *config, layer.inputs);
    }
    return std::unique_ptr<nvinfer1::IHostMemory>(mBuilder->buildSerializedNetwork(*network, *config));
}

LoadedEngine EngineBuilder::load(nvinfer1::IHostMemory const& bytes) const
{
    LoadedEngine loaded;
    loaded.engine.reset(mRuntime->deserializeCudaEngine(bytes.data(), bytes.size()));
    loaded.context.reset(loaded.engine ? loaded.engine->createExecutionContext() : nullptr);
    return loaded;
}

} // namespace trtfairmot
