// peaks_plugin_test: the plugin inside TensorRT: one-layer engines against the definition.
// usage: peaks_plugin_test --plugin LIBTRT_FAIRMOT_PLUGINS [--nvinfer LIBNVINFER]
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>

#include "peak-heads/test/deviceCase.h"
#include "peak-heads/test/reference.h"
#include "testing/tensorrt.h"

using namespace trtfairmot;
using nvinfer1::DataType;
using nvinfer1::ITensor;
using nvinfer1::TensorFormat;

namespace
{

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

char const* const kOUTPUTS[] = {"boxes", "scores", "classes", "embeddings"};
int32_t gFailures = 0;

nvinfer1::Dims dimsOf(std::vector<int32_t> const& sizes)
{
    nvinfer1::Dims dims{};
    dims.nbDims = static_cast<int32_t>(sizes.size());
    std::copy(sizes.begin(), sizes.end(), dims.d);
    return dims;
}

nvinfer1::ILayer* addLayer(TensorRt const& tensorrt, nvinfer1::INetworkDefinition& network,
    std::vector<ITensor*> const& tensors, PeakHeadsParams const& p)
{
    int32_t const values[] = {p.topK, p.channels.wh, p.channels.reg, p.stride};
    char const* const names[] = {"top_k", "wh", "reg", "stride"};
    std::vector<nvinfer1::PluginField> list;
    for (int32_t i = 0; i < 4; ++i)
    {
        list.emplace_back(names[i], &values[i], nvinfer1::PluginFieldType::kINT32, 1);
    }
    nvinfer1::PluginFieldCollection const fields{static_cast<int32_t>(list.size()), list.data()};
    int32_t const count = static_cast<int32_t>(tensors.size());
#if NV_TENSORRT_MAJOR >= 10
    auto* const creator =
        static_cast<nvinfer1::IPluginCreatorV3One*>(tensorrt.registry().getCreator("FairmotPeakHeads", "1", ""));
    std::unique_ptr<nvinfer1::IPluginV3> const plugin(
        creator == nullptr ? nullptr : creator->createPlugin("layer", &fields, nvinfer1::TensorRTPhase::kBUILD));
    return plugin == nullptr ? nullptr : network.addPluginV3(tensors.data(), count, nullptr, 0, *plugin);
#else
    nvinfer1::IPluginCreator* const creator = tensorrt.registry().getPluginCreator("FairmotPeakHeads", "1", "");
    Owned<nvinfer1::IPluginV2> const plugin(creator == nullptr ? nullptr : creator->createPlugin("layer", &fields));
    return plugin == nullptr ? nullptr : network.addPluginV2(tensors.data(), count, *plugin);
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

void configure(nvinfer1::IBuilderConfig& config)
{
#if NV_TENSORRT_MAJOR < 10
    // Neither cuBLAS nor cuDNN is needed for a plugin and its reformats.
    config.setTacticSources(1U << static_cast<uint32_t>(nvinfer1::TacticSource::kEDGE_MASK_CONVOLUTIONS)
        | 1U << static_cast<uint32_t>(nvinfer1::TacticSource::kJIT_CONVOLUTIONS));
    config.setFlag(nvinfer1::BuilderFlag::kFP16);
#else
    (void) config; // strongly typed
#endif
}

// An input of the engine, batch 1 to 4.
ITensor* addInput(nvinfer1::INetworkDefinition& network, nvinfer1::IOptimizationProfile& profile, char const* name,
    DataType type, TensorFormat format, std::vector<int32_t> shape)
{
    shape[0] = -1;
    ITensor* const tensor = network.addInput(name, type, dimsOf(shape));
    tensor->setAllowedFormats(1U << static_cast<uint32_t>(format));
    using Selector = nvinfer1::OptProfileSelector;
    for (auto const& [selector, batch] : {std::pair<Selector, int32_t>{Selector::kMIN, 1}, {Selector::kOPT, 2},
             {Selector::kMAX, 4}})
    {
        shape[0] = batch;
        profile.setDimensions(name, selector, dimsOf(shape));
    }
    return tensor;
}

Owned<nvinfer1::IHostMemory> buildEngine(
    TensorRt const& tensorrt, TestLogger& logger, PeakHeadsParams const& p, PeakBytes const& bytes)
{
    Owned<nvinfer1::IBuilder> const builder(tensorrt.createBuilder(logger));
    Owned<nvinfer1::INetworkDefinition> const network(builder->createNetworkV2(networkFlags()));
    Owned<nvinfer1::IBuilderConfig> const config(builder->createBuilderConfig());
    configure(*config);
    nvinfer1::IOptimizationProfile* const profile = builder->createOptimizationProfile();
    int32_t const rows = p.channels.heads() * p.hidden;
    int32_t const results = p.channels.sum();
    DataType const logits = p.halfLogits ? DataType::kHALF : DataType::kFLOAT;
    auto const constant = [&](std::vector<uint8_t> const& data, DataType type, std::vector<int32_t> const& shape)
    {
        int64_t const count = static_cast<int64_t>(data.size() / (type == DataType::kFLOAT ? 4 : 2));
        return network->addConstant(dimsOf(shape), nvinfer1::Weights{type, data.data(), count})->getOutput(0);
    };
    std::vector<ITensor*> const tensors{
        addInput(*network, *profile, "heat_map", logits, TensorFormat::kLINEAR, {-1, p.classes, p.height, p.width}),
        addInput(
            *network, *profile, "features", DataType::kHALF, TensorFormat::kHWC8, {-1, p.features, p.height, p.width}),
        constant(bytes.firstWeight, DataType::kHALF, {rows, 3, 3, p.features}),
        constant(bytes.firstBias, DataType::kFLOAT, {rows}),
        constant(bytes.secondWeight, DataType::kHALF, {results, p.hidden}),
        constant(bytes.secondBias, DataType::kFLOAT, {results})};
    nvinfer1::ILayer* const layer = addLayer(tensorrt, *network, tensors, p);
    if (layer == nullptr)
    {
        return nullptr;
    }
    for (int32_t i = 0; i < 4; ++i)
    {
        layer->getOutput(i)->setName(kOUTPUTS[i]);
        network->markOutput(*layer->getOutput(i));
#if NV_TENSORRT_MAJOR < 10
        layer->getOutput(i)->setType(i == 2 ? DataType::kINT32 : DataType::kFLOAT);
#endif
    }
    config->addOptimizationProfile(profile);
    return Owned<nvinfer1::IHostMemory>(builder->buildSerializedNetwork(*network, *config));
}

// Runs the engine on a case; its rows, and those of a graph of the same call replayed over poison.
bool runEngine(nvinfer1::ICudaEngine& engine, PeakCase const& c, PeakRows& rows, PeakRows& replayed)
{
    Owned<nvinfer1::IExecutionContext> const context(engine.createExecutionContext());
    cudaStream_t stream = nullptr;
    checkCuda(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "stream");
    DeviceCase device(c);
    PeakHeadsParams const& p = c.params;
    PeakHeadsTensors const tensors = device.tensors();
    context->setInputShape("heat_map", dimsOf({p.batch, p.classes, p.height, p.width}));
    context->setInputShape("features", dimsOf({p.batch, p.features, p.height, p.width}));
    context->setTensorAddress("heat_map", const_cast<void*>(tensors.logits));
    context->setTensorAddress("features", const_cast<void*>(tensors.features));
    void* const outputs[] = {tensors.boxes, tensors.scores, tensors.classes, tensors.embeddings};
    for (int32_t i = 0; i < 4; ++i)
    {
        context->setTensorAddress(kOUTPUTS[i], outputs[i]);
    }
    bool guards = false;
    device.poison(stream);
    bool started = context->enqueueV3(stream);
    checkCuda(cudaStreamSynchronize(stream), "the engine");
    rows = device.rows(guards);
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t executable = nullptr;
    checkCuda(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "begin capture");
    started = context->enqueueV3(stream) && started;
    checkCuda(cudaStreamEndCapture(stream, &graph), "end capture");
    checkCuda(cudaGraphInstantiate(&executable, graph, 0), "instantiate");
    device.poison(stream);
    checkCuda(cudaGraphLaunch(executable, stream), "launch");
    checkCuda(cudaStreamSynchronize(stream), "replay");
    bool guardsAgain = false;
    replayed = device.rows(guardsAgain);
    checkCuda(cudaGraphExecDestroy(executable), "graph");
    checkCuda(cudaGraphDestroy(graph), "graph");
    checkCuda(cudaStreamDestroy(stream), "stream");
    return started && guards && guardsAgain;
}

void testEngine(TensorRt const& tensorrt, TestLogger& logger, PeakHeadsParams const& p, MapKind kind)
{
    PeakCase const usual = randomCase(p, kind, 3U);
    Owned<nvinfer1::IHostMemory> const plan = buildEngine(tensorrt, logger, p, bytesOfCase(usual));
    Owned<nvinfer1::IRuntime> const runtime(tensorrt.createRuntime(logger));
    Owned<nvinfer1::ICudaEngine> const engine(
        plan == nullptr ? nullptr : runtime->deserializeCudaEngine(plan->data(), plan->size()));
    for (int32_t const batch : {1, 2, 4})
    {
        PeakHeadsParams other = p;
        other.batch = batch;
        PeakCase c = randomCase(other, kind, 10U + static_cast<uint32_t>(batch));
        c.firstWeight = usual.firstWeight;
        c.firstBias = usual.firstBias;
        c.secondWeight = usual.secondWeight;
        c.secondBias = usual.secondBias;
        PeakRows rows(other);
        PeakRows replayed(other);
        bool const ran = engine != nullptr && runEngine(*engine, c, rows, replayed);
        PeakReference const reference = referenceOfCase(c);
        PeakComparison const first = compareRows(c, reference, rows);
        PeakComparison const second = compareRows(c, reference, replayed);
        bool const passed = ran && first.passed && second.passed;
        gFailures += passed ? 0 : 1;
        std::printf("%s %s %s: worst %.2f of its bound %s %s\n", passed ? "ok  " : "FAIL", nameOf(kind),
            describe(other).c_str(), std::max(first.worst, second.worst), first.problem.c_str(),
            second.problem.c_str());
    }
}

void testRefusal(TensorRt const& tensorrt, TestLogger& logger)
{
    PeakHeadsParams p = halfNetwork(1);
    p.channels.wh = 3;
    logger.quiet = true;
    bool const refused = buildEngine(tensorrt, logger, p, bytesOfCase(randomCase(p, MapKind::kRANDOM, 1U))) == nullptr;
    logger.quiet = false;
    gFailures += refused ? 0 : 1;
    std::printf("%s refuses 3 channels of wh\n", refused ? "ok  " : "FAIL");
}

} // namespace

int main(int argc, char** argv)
{
    std::string nvinfer;
    std::string plugin;
    for (int i = 1; i + 1 < argc; i += 2)
    {
        (std::strcmp(argv[i], "--nvinfer") == 0 ? nvinfer : plugin) = argv[i + 1];
    }
    if (plugin.empty())
    {
        std::printf("usage: peaks_plugin_test --plugin LIBTRT_FAIRMOT_PLUGINS [--nvinfer LIBNVINFER]\n");
        return 2;
    }
    requireGpu();
    TensorRt const tensorrt(nvinfer);
    openLibrary(plugin);
    TestLogger logger;
    PeakHeadsParams half = halfNetwork(2);
    testEngine(tensorrt, logger, half, MapKind::kRANDOM);
    half.halfLogits = true;
    testEngine(tensorrt, logger, half, MapKind::kFEW);
    testEngine(tensorrt, logger, wholeNetwork(2), MapKind::kRANDOM);
    testRefusal(tensorrt, logger);
    std::printf("%s: %d failures\n", gFailures == 0 ? "PASS" : "FAIL", gFailures);
    return gFailures == 0 ? 0 : 1;
}
