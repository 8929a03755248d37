// stem_plugin_test: FairmotStem inside TensorRT, on a GPU: one-layer engines of both input types and output formats, fixed
// and dynamic, from their serialised form, against the definition on the CPU.
// usage: stem_plugin_test [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]
#include <cstdio>

#include "deviceStem.h"
#include "testing/oneLayerEngine.h"

using namespace trtfairmot;

namespace
{

int32_t gFailures = 0;
cudaStream_t gStream = nullptr;

struct Variant
{
    char const* name;
    StemParams params;
    bool dynamic;
};

StemParams resized(StemParams params, int32_t batch, int32_t height, int32_t width)
{
    params.batch = batch;
    params.height = height;
    params.width = width;
    return params;
}

Owned<nvinfer1::IHostMemory> buildEngine(
    TensorRt const& tensorrt, TestLogger& logger, Variant const& variant, StemBytes const& bytes)
{
    using nvinfer1::DataType;
    StemParams const& p = variant.params;
    auto const kTYPE = nvinfer1::PluginFieldType::kINT32;
    EngineInput input{"input", p.halfInput ? DataType::kHALF : DataType::kFLOAT, nvinfer1::TensorFormat::kLINEAR,
        {p.batch, 3, p.height, p.width}, {}, {}};
    if (variant.dynamic)
    {
        input.least = {1, 3, 1, 1};
        input.most = {8, 3, 2 * p.height, 2 * p.width};
    }
    return buildOneLayerEngine(tensorrt, logger,
        OneLayerNetwork{"FairmotStem",
            {{"base_channels", &p.baseChannels, kTYPE, 1}, {"level0_channels", &p.level0Channels, kTYPE, 1},
                {"level1_channels", &p.level1Channels, kTYPE, 1}},
            {input}, {{DataType::kHALF, {kSTEM_WEIGHTS}, &bytes.weights}, {DataType::kFLOAT, {kSTEM_BIASES}, &bytes.bias}},
            DataType::kHALF, p.channelsLast ? nvinfer1::TensorFormat::kHWC8 : nvinfer1::TensorFormat::kLINEAR});
}

// Weights come first from a seed, so those of seed 1 are the engine's whatever the size of the image.
void runShape(nvinfer1::IExecutionContext& context, Variant const& variant, StemParams const& params)
{
    StemCase const stem = randomStem(params, 1);
    DeviceStem device(bytesOfStem(stem));
    device.poison(gStream);
    StemTensors const tensors = device.tensors();
    bool const ran = context.setInputShape("input", dimsOf({params.batch, 3, params.height, params.width}))
        && context.setTensorAddress("input", const_cast<void*>(tensors.input))
        && context.setTensorAddress("output", tensors.output) && context.enqueueV3(gStream);
    checkCuda(cudaStreamSynchronize(gStream), "the engine");
    bool guardIntact = false;
    Comparison const c = compareStem(stem, device.output(guardIntact), params.height > 100 ? 101 : 1);
    bool const passed = ran && guardIntact && c.passed;
    gFailures += passed ? 0 : 1;
    std::printf("%s %-22s worst %.2f of what rounding allows%s%s  %s\n", passed ? "ok  " : "FAIL", variant.name, c.worst,
        ran ? "" : " DID NOT RUN", guardIntact ? "" : " GUARD", describe(params).c_str());
}

void runVariant(TensorRt const& tensorrt, TestLogger& logger, Variant const& variant)
{
    StemParams const& p = variant.params;
    Owned<nvinfer1::IHostMemory> const bytes
        = buildEngine(tensorrt, logger, variant, bytesOfStem(randomStem(p, 1)));
    LoadedEngine const loaded = bytes == nullptr ? LoadedEngine{} : loadEngine(tensorrt, logger, *bytes);
    if (loaded.context == nullptr)
    {
        ++gFailures;
        std::printf("FAIL %s: no engine; %s\n", variant.name, logger.lastError.c_str());
        return;
    }
    runShape(*loaded.context, variant, p);
    if (variant.dynamic)
    {
        runShape(*loaded.context, variant, resized(p, 3, p.height / 2 + 1, p.width - 3));
        runShape(*loaded.context, variant, resized(p, 1, 1, 5));
    }
}

} // namespace

int main(int argc, char** argv)
{
    PluginTestOptions const options = pluginTestOptions(argc, argv);
    requireGpu();
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    TensorRt const tensorrt(options.nvinfer);
    openLibrary(options.plugin);
    TestLogger logger;
    StemParams const small{1, 38, 70, 16, 16, 32, false, true};
    StemParams const narrow{2, 38, 70, 8, 8, 16, false, true};
    StemParams half = small;
    half.halfInput = true;
    StemParams linear = small;
    linear.channelsLast = false;
    runVariant(tensorrt, logger, {"float, HWC8", small, false});
    runVariant(tensorrt, logger, {"float, HWC8, dynamic", small, true});
    runVariant(tensorrt, logger, {"half network, dynamic", narrow, true});
    runVariant(tensorrt, logger, {"half, HWC8", half, false});
    runVariant(tensorrt, logger, {"float, linear", linear, false});
    if (!options.reduced)
    {
        runVariant(tensorrt, logger, {"FairMOT's size", resized(small, 1, 608, 1088), false});
    }
    std::printf("%s: %d failures\n", gFailures == 0 ? "PASS" : "FAIL", gFailures);
    checkCuda(cudaStreamDestroy(gStream), "stream");
    return gFailures == 0 ? 0 : 1;
}
