// stem_plugin_test: FairmotStem inside TensorRT, on a GPU: one-layer engines of both input types and output formats,
// fixed and dynamic, from their serialised form, against the definition on the CPU. usage: stem_plugin_test [--nvinfer
// LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]
#include <cstdio>

#include "deviceStem.h"
#include "testing/pluginTest.h"

using namespace trtfairmot;

namespace
{

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

OneLayerNetwork networkOf(Variant const& variant, StemBytes const& bytes)
{
    using nvinfer1::DataType;
    using nvinfer1::TensorFormat;
    StemParams const& p = variant.params;
    EngineInput input{"input", p.halfInput ? DataType::kHALF : DataType::kFLOAT, TensorFormat::kLINEAR,
        {p.batch, 3, p.height, p.width}, {}, {}};
    if (variant.dynamic)
    {
        input.least = {1, 3, 1, 1};
        input.most = {8, 3, 2 * p.height, 2 * p.width};
    }
    return OneLayerNetwork{"FairmotStem",
        {{"base_channels", {p.baseChannels}}, {"level0_channels", {p.level0Channels}},
            {"level1_channels", {p.level1Channels}}},
        {input}, {{DataType::kHALF, {kSTEM_WEIGHTS}, &bytes.weights}, {DataType::kFLOAT, {kSTEM_BIASES}, &bytes.bias}},
        {{"output", DataType::kHALF, p.channelsLast ? TensorFormat::kHWC8 : TensorFormat::kLINEAR}}};
}

// Weights come first from a seed, so those of seed 1 are the engine's whatever the size of the image.
void runShape(
    PluginTest& test, nvinfer1::IExecutionContext& context, Variant const& variant, StemParams const& params)
{
    StemCase const stem = randomStem(params, 1);
    DeviceStem device(bytesOfStem(stem));
    device.poison(test.stream());
    StemTensors const tensors = device.tensors();
    std::vector<Binding> const bindings{
        {"input", tensors.input, {params.batch, 3, params.height, params.width}}, {"output", tensors.output, {}}};
    bool const ran = test.bind(context, bindings) && test.run(context);
    bool guardIntact = false;
    Comparison const c = compareStem(stem, device.output(guardIntact), params.height > 100 ? 101 : 1);
    std::printf("%s %-22s worst %.2f of what rounding allows%s%s  %s\n", test.verdict(ran && guardIntact && c.passed),
        variant.name, c.worst, ran ? "" : " DID NOT RUN", guardIntact ? "" : " GUARD", describe(params).c_str());
}

void runVariant(PluginTest& test, Variant const& variant)
{
    StemParams const& p = variant.params;
    StemBytes const bytes = bytesOfStem(randomStem(p, 1));
    test.withEngine(variant.name, networkOf(variant, bytes),
        [&](nvinfer1::IExecutionContext& context)
        {
            runShape(test, context, variant, p);
            if (variant.dynamic)
            {
                runShape(test, context, variant, resized(p, 3, p.height / 2 + 1, p.width - 3));
                runShape(test, context, variant, resized(p, 1, 1, 5));
            }
        });
}

} // namespace

int main(int argc, char** argv)
{
    PluginTest test(argc, argv);
    StemParams const small{1, 38, 70, 16, 16, 32, false, true};
    StemParams const narrow{2, 38, 70, 8, 8, 16, false, true};
    StemParams half = small;
    half.halfInput = true;
    StemParams linear = small;
    linear.channelsLast = false;
    runVariant(test, {"float, HWC8", small, false});
    runVariant(test, {"float, HWC8, dynamic", small, true});
    runVariant(test, {"half network, dynamic", narrow, true});
    runVariant(test, {"half, HWC8", half, false});
    runVariant(test, {"float, linear", linear, false});
    if (!test.reduced())
    {
        runVariant(test, {"FairMOT's size", resized(small, 1, 608, 1088), false});
    }
    return test.finished();
}
