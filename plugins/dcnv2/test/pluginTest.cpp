// plugin_test: the plugin inside TensorRT, on a GPU. Builds one-layer engines, runs them with several shapes, from
// their serialised form and as CUDA graphs, against the definition on the CPU.
// usage: plugin_test [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]
#include <cstdio>

#include "deviceLayer.h"
#include "layerEngine.h"
#include "reference.h"
#include "testing/pluginTest.h"

using namespace trtfairmot;

namespace
{

bool bind(
    PluginTest const& test, nvinfer1::IExecutionContext& context, Dcnv2Params const& p, Dcnv2Tensors const& tensors)
{
    void const* const data[] = {tensors.input, tensors.offset, tensors.mask};
    std::vector<EngineInput> const inputs = inputsOf(p);
    std::vector<Binding> bindings{{"output", tensors.output, {}}};
    for (size_t i = 0; i < inputs.size(); ++i)
    {
        bindings.push_back({inputs[i].name, data[i], inputs[i].shape});
    }
    return test.bind(context, bindings);
}

void report(PluginTest& test, EngineVariant const& variant, char const* what, LayerCase const& layer,
    Reference const& reference, DeviceLayer const& device, bool ran)
{
    bool guards = false;
    Comparison const c = compareOutput(
        layer, reference, device.output(guards), variant.packed ? kPACKED_ROUNDINGS : kROUNDINGS);
    // Padding channels of an engine's output are TensorRT's to write where it reformats.
    bool const passed = ran && guards && c.finite && c.accurate;
    std::printf("%s %-30s %-7s error %.2e worst %.2e%s%s%s  %s\n", test.verdict(passed), variant.name, what,
        c.relativeError, c.worstError, ran ? "" : " DID NOT RUN", guards ? "" : " GUARD", c.padded ? "" : " PADDING",
        describe(layer.params).c_str());
}

void runShape(
    PluginTest& test, nvinfer1::IExecutionContext& context, EngineVariant const& variant, LayerCase const& layer)
{
    Reference const reference = referenceOfCase(layer);
    DeviceLayer device(layer);
    device.poison(test.stream());
    bool const ran = bind(test, context, layer.params, device.tensors()) && test.run(context);
    report(test, variant, "enqueue", layer, reference, device, ran);
    if (ran)
    {
        bool const replayed = test.replay(context, [&] { device.poison(test.stream()); });
        report(test, variant, "graph", layer, reference, device, replayed);
    }
}

void runManyTimes(PluginTest& test, nvinfer1::IExecutionContext& context, LayerCase const& layer)
{
    DeviceLayer device(layer);
    size_t before = 0;
    size_t after = 0;
    size_t total = 0;
    bool ran = bind(test, context, layer.params, device.tensors());
    for (int32_t i = 0; i < 10100 && ran; ++i)
    {
        if (i == 100)
        {
            checkCuda(cudaStreamSynchronize(test.stream()), "runs");
            checkCuda(cudaMemGetInfo(&before, &total), "memory");
        }
        ran = context.enqueueV3(test.stream());
    }
    checkCuda(cudaStreamSynchronize(test.stream()), "runs");
    checkCuda(cudaMemGetInfo(&after, &total), "memory");
    std::printf("%s 10,000 runs, device memory: %lld bytes less free\n", test.verdict(ran && after == before),
        static_cast<long long>(before) - static_cast<long long>(after));
}

void runVariant(PluginTest& test, EngineVariant const& variant, bool manyTimes)
{
    Dcnv2Params const& p = variant.params;
    LayerCase const layer = p.offsetConvolution ? randomFusedCase(p, 1.5F, 17)
                                                : randomCase(p, OffsetKind::kLARGE, variant.hasBias, 17);
    LayerBytes const bytes = bytesOfCase(layer);
    test.withEngine(variant.name, networkOf(variant, bytes),
        [&](nvinfer1::IExecutionContext& context)
        {
            runShape(test, context, variant, layer);
            if (variant.dynamic)
            {
                runShape(test, context, variant, caseOfShape(scaled(p, 8, 1), layer, 99));
                runShape(test, context, variant, caseOfShape(scaled(p, 3, 2), layer, 94));
                runShape(test, context, variant, caseOfShape(scaled(p, 1, 4), layer, 92));
            }
            if (manyTimes)
            {
                runManyTimes(test, context, layer);
            }
        });
}

} // namespace

int main(int argc, char** argv)
{
    PluginTest test(argc, argv);
    bool first = true;
    for (EngineVariant const& variant : engineVariants())
    {
        if (variant.representative || !test.reduced())
        {
            runVariant(test, variant, first && !test.reduced());
            first = false;
        }
    }
    return test.finished();
}
