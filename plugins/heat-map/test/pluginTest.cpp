// heat_map_plugin_test: FairmotHeatMap inside TensorRT, on a GPU: one-layer engines, fixed and dynamic, from their
// serialised form, against the definition on the CPU.
// usage: heat_map_plugin_test [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]
#include <cstdio>

#include "heat-map/test/deviceMap.h"
#include "testing/pluginTest.h"

using namespace trtfairmot;

namespace
{

std::vector<int32_t> shapeOf(HeatMapParams const& p)
{
    return {p.batch, p.features, p.height, p.width};
}

struct Weights
{
    std::vector<uint8_t> first;
    std::vector<uint8_t> firstBias;
    std::vector<uint8_t> second;
    std::vector<uint8_t> secondBias;

    explicit Weights(MapCase const& c)
        : first{bytesOfHalves(c.firstWeight)}, firstBias{bytesOfFloats(c.firstBias)},
          second{bytesOfFloats(c.secondWeight)}, secondBias{bytesOfFloats({c.secondBias})}
    {
    }
};

OneLayerNetwork networkOf(HeatMapParams const& p, bool dynamic, Weights const& weights)
{
    using nvinfer1::DataType;
    EngineInput features{"features", DataType::kHALF, nvinfer1::TensorFormat::kHWC8, shapeOf(p), {}, {}};
    if (dynamic)
    {
        features.least = {1, p.features, 1, 1};
        features.most = {8, p.features, 2 * p.height, 2 * p.width};
    }
    return OneLayerNetwork{"FairmotHeatMap", {}, {features},
        {{DataType::kHALF, {p.hidden, 3, 3, p.features}, &weights.first},
            {DataType::kFLOAT, {p.hidden}, &weights.firstBias}, {DataType::kFLOAT, {1, p.hidden}, &weights.second},
            {DataType::kFLOAT, {1}, &weights.secondBias}},
        {{"output", DataType::kFLOAT, nvinfer1::TensorFormat::kLINEAR}}};
}

void runShape(PluginTest& test, nvinfer1::IExecutionContext& context, MapCase const& c)
{
    HeatMapParams const& p = c.params;
    DeviceMap device(c);
    device.poison(test.stream());
    std::vector<Binding> const bindings{
        {"features", device.tensors().features, shapeOf(p)}, {"output", device.tensors().logits, {}}};
    bool const ran = test.bind(context, bindings) && test.run(context);
    bool guardIntact = false;
    double const worst = worstError(referenceOfCase(c, p.height > 100 ? 13 : 1), device.logits(guardIntact));
    std::printf("%s worst %.3f of its bound%s%s  %s\n", test.verdict(ran && guardIntact && worst <= 1.0), worst,
        ran ? "" : " DID NOT RUN", guardIntact ? "" : " GUARD", describe(p).c_str());
}

void runHead(PluginTest& test, HeatMapParams const& params, bool dynamic)
{
    MapCase const head = randomCase(params, 1U);
    Weights const weights(head);
    test.withEngine(describe(params), networkOf(params, dynamic, weights),
        [&](nvinfer1::IExecutionContext& context)
        {
            runShape(test, context, head);
            if (dynamic)
            {
                MapCase other = head;
                other.params = {3, params.height + 2, params.width - 1, params.features, params.hidden};
                other.features = randomCase(other.params, 2U).features;
                runShape(test, context, other);
            }
        });
}

} // namespace

int main(int argc, char** argv)
{
    PluginTest test(argc, argv);
    runHead(test, {1, 9, 21, 24, 128}, false);
    runHead(test, {2, 13, 37, 64, 256}, true);
    runHead(test, {1, 7, 20, 32, 128}, true);
    if (!test.reduced())
    {
        runHead(test, wholeNetwork(1), false);
        runHead(test, halfNetwork(1), true);
    }
    return test.finished();
}
