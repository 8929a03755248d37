// upsample_plugin_test: FairmotUpsampleAdd inside TensorRT, on a GPU: one-layer engines, fixed and dynamic, from their
// serialised form, against the definition on the CPU.
// usage: upsample_plugin_test [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]
#include <cstdio>

#include "deviceUpsample.h"
#include "testing/pluginTest.h"

using namespace trtfairmot;

namespace
{

std::vector<int32_t> xShape(UpsampleAddParams const& p)
{
    return {p.batch, p.channels, p.height, p.width};
}

std::vector<int32_t> skipShape(UpsampleAddParams const& p)
{
    return {p.batch, p.channels, p.height * p.factor, p.width * p.factor};
}

OneLayerNetwork networkOf(UpsampleAddParams const& p, bool dynamic, UpsampleBytes const& bytes)
{
    using nvinfer1::DataType;
    auto const format = nvinfer1::TensorFormat::kHWC8;
    EngineInput x{"x", DataType::kHALF, format, xShape(p), {}, {}};
    EngineInput skip{"skip", DataType::kHALF, format, skipShape(p), {}, {}};
    if (dynamic)
    {
        UpsampleAddParams const least{1, p.channels, 1, 1, p.factor};
        UpsampleAddParams const most{8, p.channels, 2 * p.height, 2 * p.width, p.factor};
        x.least = xShape(least);
        x.most = xShape(most);
        skip.least = skipShape(least);
        skip.most = skipShape(most);
    }
    return OneLayerNetwork{"FairmotUpsampleAdd", {}, {x, skip},
        {{DataType::kHALF, {2 * p.factor, 2 * p.factor, p.channels}, &bytes.weights}},
        {{"output", DataType::kHALF, format}}};
}

void runShape(PluginTest& test, nvinfer1::IExecutionContext& context, UpsampleCase const& layer)
{
    UpsampleAddParams const& p = layer.params;
    DeviceUpsample device(bytesOfUpsample(layer));
    device.poison(test.stream());
    UpsampleAddTensors const tensors = device.tensors();
    std::vector<Binding> const bindings{
        {"x", tensors.x, xShape(p)}, {"skip", tensors.skip, skipShape(p)}, {"output", tensors.output, {}}};
    bool const ran = test.bind(context, bindings) && test.run(context);
    bool guardIntact = false;
    double const worst = worstError(layer, device.output(guardIntact), p.height > 20 ? 17 : 1);
    std::printf("%s worst %.3f of what rounding allows%s%s  %s\n", test.verdict(ran && guardIntact && worst <= 1.0),
        worst, ran ? "" : " DID NOT RUN", guardIntact ? "" : " GUARD", describe(p).c_str());
}

void runLayer(PluginTest& test, UpsampleAddParams const& params, bool dynamic)
{
    UpsampleCase const layer = randomUpsample(params, 1);
    UpsampleBytes const bytes = bytesOfUpsample(layer);
    test.withEngine(describe(params), networkOf(params, dynamic, bytes),
        [&](nvinfer1::IExecutionContext& context)
        {
            runShape(test, context, layer);
            if (dynamic)
            {
                UpsampleCase other =
                    randomUpsample({3, params.channels, params.height + 2, params.width - 1, params.factor}, 1);
                other.weights = layer.weights;
                runShape(test, context, other);
            }
        });
}

} // namespace

int main(int argc, char** argv)
{
    PluginTest test(argc, argv);
    for (int32_t const factor : {2, 4})
    {
        runLayer(test, {1, 24, 9, 13, factor}, false);
        runLayer(test, {2, 64, 7, 10, factor}, true);
    }
    if (!test.reduced())
    {
        for (auto const& upsampling : fairmotUpsamplings(1))
        {
            runLayer(test, upsampling.params, false);
        }
    }
    return test.finished();
}
