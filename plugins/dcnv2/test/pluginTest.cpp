// plugin_test: the plugin inside TensorRT, on a GPU. Builds one-layer engines, runs them with several shapes, from
// their serialised form and as CUDA graphs, against the definition on the CPU.
// usage: plugin_test [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]
#include <cstdio>
#include <string>

#include "deviceLayer.h"
#include "layerEngine.h"
#include "reference.h"

using namespace trtfairmot;

namespace
{

int32_t gFailures = 0;
cudaStream_t gStream = nullptr;

// The weights stay those of the engine; everything else is of `p`'s shape.
LayerCase caseOfShape(Dcnv2Params const& p, EngineVariant const& variant, LayerCase const& built)
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

void runShape(nvinfer1::IExecutionContext& context, EngineVariant const& variant, LayerCase const& layer)
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

void runVariant(TensorRt const& tensorrt, TestLogger& logger, EngineVariant const& variant, bool manyTimes)
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

std::vector<EngineVariant> variants()
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
    std::vector<EngineVariant> all{{"DCNv2 fp32", "DCNv2", legacy, true, false},
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
    std::vector<EngineVariant> const all = variants();
    for (size_t i = 0; i < all.size(); ++i)
    {
        runVariant(tensorrt, logger, all[i], !reduced && i == 3);
    }
    std::printf("%s: %d failures\n", gFailures == 0 ? "PASS" : "FAIL", gFailures);
    checkCuda(cudaStreamDestroy(gStream), "stream");
    return gFailures == 0 ? 0 : 1;
}
