// plugin_test: the plugin inside TensorRT, on a GPU. Builds one-layer engines, runs them with several shapes, from
// their serialised form and as CUDA graphs, against the definition on the CPU. usage: plugin_test [--nvinfer
// LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "../kernel/params.h"
#include "gpu.h"
#include "reference.h"
#include "tensorrt.h"

using namespace trtfairmot;

namespace
{

struct Variant
{
    char const* name;
    char const* node; // plugin name
    Dcnv2Params params;
    bool hasBias;
    bool dynamic; // batch, height and width
};

int32_t gFailures = 0;
cudaStream_t gStream = nullptr;

template <typename T>
struct Destroyer
{
    void operator()(T* object) const
    {
#if NV_TENSORRT_MAJOR >= 10
        delete object;
#else
        object->destroy();
#endif
    }
};

template <typename T>
using Owned = std::unique_ptr<T, Destroyer<T>>;

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

nvinfer1::Dims dimsOf(std::vector<int32_t> const& sizes)
{
    nvinfer1::Dims dims{};
    dims.nbDims = static_cast<int32_t>(sizes.size());
    std::copy(sizes.begin(), sizes.end(), dims.d);
    return dims;
}

struct Input
{
    char const* name;
    std::vector<int32_t> shape;
    ActivationLayout layout;
};

// The activations of a layer: input, and offset and mask or both in one.
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
    std::vector<nvinfer1::ITensor*> const& tensors, Variant const& variant)
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

Dcnv2Params scaled(Dcnv2Params p, int32_t batch, int32_t shrink)
{
    p.batch = batch;
    p.inHeight = std::max(4, p.inHeight / shrink);
    p.inWidth = std::max(4, p.inWidth / shrink);
    return p;
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

Owned<nvinfer1::IHostMemory> buildEngine(
    TensorRt const& tensorrt, TestLogger& logger, Variant const& variant, LayerBytes const& bytes)
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

// The weights stay those of the engine; everything else is of `p`'s shape.
LayerCase caseOfShape(Dcnv2Params const& p, Variant const& variant, LayerCase const& built)
{
    LayerCase layer = randomCase(p, OffsetKind::kSMALL, variant.hasBias, 91U + p.batch);
    layer.weight = built.weight;
    layer.bias = built.bias;
    return layer;
}

bool bind(nvinfer1::IExecutionContext& context, Dcnv2Params const& p, Dcnv2Tensors const& tensors)
{
    void const* const data[] = {tensors.input, tensors.offset, tensors.mask};
    std::vector<Input> const inputs = inputsOf(p);
    bool bound = context.setTensorAddress("output", tensors.output);
    for (size_t i = 0; i < inputs.size(); ++i)
    {
        bound = bound && context.setInputShape(inputs[i].name, dimsOf(inputs[i].shape))
            && context.setTensorAddress(inputs[i].name, const_cast<void*>(data[i]));
    }
    return bound;
}

void report(char const* variant, char const* what, LayerCase const& layer, Reference const& reference,
    DeviceLayer const& device, bool ran)
{
    checkCuda(cudaStreamSynchronize(gStream), "the engine");
    bool guards = false;
    Comparison const c = compareOutput(layer, reference, device.output(guards));
    // Padding channels of an engine's output are TensorRT's to write where it reformats.
    bool const passed = ran && guards && c.finite && c.accurate;
    gFailures += passed ? 0 : 1;
    std::printf("%s %-28s %-12s error %.2e worst %.2e%s%s%s  %s\n", passed ? "ok  " : "FAIL", variant, what,
        c.relativeError, c.worstError, ran ? "" : " DID NOT RUN", guards ? "" : " GUARD", c.padded ? "" : " PADDING",
        describe(layer.params).c_str());
}

void runGraph(nvinfer1::IExecutionContext& context, char const* variant, LayerCase const& layer,
    Reference const& reference, DeviceLayer& device)
{
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t executable = nullptr;
    checkCuda(cudaStreamBeginCapture(gStream, cudaStreamCaptureModeThreadLocal), "begin capture");
    bool const captured = context.enqueueV3(gStream);
    checkCuda(cudaStreamEndCapture(gStream, &graph), "end capture");
    checkCuda(cudaGraphInstantiate(&executable, graph, 0), "instantiate");
    device.poison(gStream);
    checkCuda(cudaGraphLaunch(executable, gStream), "replay");
    report(variant, "graph", layer, reference, device, captured);
    checkCuda(cudaGraphExecDestroy(executable), "graph");
    checkCuda(cudaGraphDestroy(graph), "graph");
}

void runShape(nvinfer1::IExecutionContext& context, Variant const& variant, LayerCase const& layer)
{
    Reference const reference = referenceOfCase(layer);
    DeviceLayer device(layer);
    device.poison(gStream);
    bool const ran = bind(context, layer.params, device.tensors()) && context.enqueueV3(gStream);
    report(variant.name, "enqueue", layer, reference, device, ran);
    if (ran)
    {
        runGraph(context, variant.name, layer, reference, device);
    }
}

void runManyTimes(nvinfer1::IExecutionContext& context, LayerCase const& layer)
{
    DeviceLayer device(layer);
    size_t before = 0;
    size_t after = 0;
    size_t total = 0;
    bool ran = bind(context, layer.params, device.tensors());
    for (int32_t i = 0; i < 10100 && ran; ++i)
    {
        if (i == 100)
        {
            checkCuda(cudaStreamSynchronize(gStream), "runs");
            checkCuda(cudaMemGetInfo(&before, &total), "memory");
        }
        ran = context.enqueueV3(gStream);
    }
    checkCuda(cudaStreamSynchronize(gStream), "runs");
    checkCuda(cudaMemGetInfo(&after, &total), "memory");
    gFailures += ran && after == before ? 0 : 1;
    std::printf("%s 10,000 runs, device memory: %lld bytes less free\n", ran && after == before ? "ok  " : "FAIL",
        static_cast<long long>(before) - static_cast<long long>(after));
}

void runVariant(TensorRt const& tensorrt, TestLogger& logger, Variant const& variant, bool manyTimes)
{
    LayerCase const layer = randomCase(variant.params, OffsetKind::kLARGE, variant.hasBias, 17);
    Owned<nvinfer1::IHostMemory> const bytes = buildEngine(tensorrt, logger, variant, bytesOfCase(layer));
    if (bytes == nullptr)
    {
        ++gFailures;
        std::printf("FAIL %s: no engine; %s\n", variant.name, logger.lastError.c_str());
        return;
    }
    Owned<nvinfer1::IRuntime> const runtime(tensorrt.createRuntime(logger));
    Owned<nvinfer1::ICudaEngine> const engine(runtime->deserializeCudaEngine(bytes->data(), bytes->size()));
    Owned<nvinfer1::IExecutionContext> const context(engine ? engine->createExecutionContext() : nullptr);
    if (context == nullptr)
    {
        ++gFailures;
        std::printf("FAIL %s: the engine does not load; %s\n", variant.name, logger.lastError.c_str());
        return;
    }
    runShape(*context, variant, layer);
    if (variant.dynamic)
    {
        runShape(*context, variant, caseOfShape(scaled(variant.params, 8, 1), variant, layer));
        runShape(*context, variant, caseOfShape(scaled(variant.params, 3, 2), variant, layer));
        runShape(*context, variant, caseOfShape(scaled(variant.params, 1, 4), variant, layer));
    }
    if (manyTimes)
    {
        runManyTimes(*context, layer);
    }
}

std::vector<Variant> variants()
{
    Dcnv2Params legacy;
    legacy.inChannels = 64;
    legacy.outChannels = 72;
    legacy.inHeight = 38;
    legacy.inWidth = 68;
    Dcnv2Params legacyHalf = legacy;
    legacyHalf.type = ElementType::kHALF;
    Dcnv2Params fused = legacyHalf;
    fused.layout = fused.offsetLayout = ActivationLayout::kNHWC;
    fused.weightLayout = WeightLayout::kOHWI;
    fused.offsetMaskFused = fused.sigmoidMask = fused.relu = true;
    Dcnv2Params mixed = fused;
    mixed.offsetLayout = ActivationLayout::kNCHW;
    mixed.weightLayout = WeightLayout::kOIHW;
    Dcnv2Params odd = legacy;
    odd.inChannels = 12;
    odd.outChannels = 20;
    odd.groups = 2;
    odd.deformableGroups = 3;
    odd.strideHeight = 2;
    odd.dilationWidth = 2;
    odd.sigmoidMask = true;
    Dcnv2Params oddHalf = odd;
    oddHalf.type = ElementType::kHALF;
    oddHalf.layout = ActivationLayout::kNHWC;
    std::vector<Variant> all{{"DCNv2 fp32", "DCNv2", legacy, true, false},
        {"DCNv2 fp32 dynamic", "DCNv2", legacy, true, true}, {"DCNv2 fp16 linear", "DCNv2", legacyHalf, true, true},
        {"FairmotDCNv2 fp16 HWC8", "FairmotDCNv2", fused, true, false},
        {"FairmotDCNv2 fp16 HWC8 dynamic", "FairmotDCNv2", fused, true, true},
        {"offsets linear", "FairmotDCNv2", mixed, false, true}, {"groups fp32", "FairmotDCNv2", odd, true, false},
        {"groups fp16 HWC8", "FairmotDCNv2", oddHalf, false, false}};
#if NV_TENSORRT_MAJOR >= 10
    Dcnv2Params brain = fused;
    brain.type = ElementType::kBFLOAT16;
    all.push_back({"FairmotDCNv2 bf16 HWC8", "FairmotDCNv2", brain, true, true});
#endif
    return all;
}

} // namespace

int main(int argc, char** argv)
{
    std::string nvinfer;
    std::string plugin = "./libtrt_fairmot_plugins.so";
    bool reduced = false;
    for (int i = 1; i < argc; ++i)
    {
        std::string const option = argv[i];
        if (option == "--reduced")
        {
            reduced = true;
        }
        else if ((option == "--nvinfer" || option == "--plugin") && i + 1 < argc)
        {
            (option == "--nvinfer" ? nvinfer : plugin) = argv[++i];
        }
        else
        {
            std::printf("usage: plugin_test [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]\n");
            return 2;
        }
    }
    requireGpu();
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    TensorRt const tensorrt(nvinfer);
    openLibrary(plugin);
    TestLogger logger;
    std::vector<Variant> const all = variants();
    for (size_t i = 0; i < all.size(); ++i)
    {
        runVariant(tensorrt, logger, all[i], !reduced && i == 3);
    }
    std::printf("%s: %d failures\n", gFailures == 0 ? "PASS" : "FAIL", gFailures);
    checkCuda(cudaStreamDestroy(gStream), "stream");
    return gFailures == 0 ? 0 : 1;
}
