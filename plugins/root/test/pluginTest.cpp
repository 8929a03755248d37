// root_plugin_test: FairmotRoot inside TensorRT, on a GPU: one-layer engines, fixed and dynamic, from their serialised
// form, against the definition on the CPU.
// usage: root_plugin_test [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]
#include <cstdio>

#include "deviceRoot.h"
#include "testing/pluginTest.h"

using namespace trtfairmot;

namespace
{

char const* const kNAMES[] = {"x0", "x1", "x2", "x3"};

std::vector<int32_t> shapeOf(RootParams const& p, int32_t map)
{
    return {p.batch, p.channels[map], p.height, p.width};
}

OneLayerNetwork networkOf(RootParams const& p, bool dynamic, RootBytes const& bytes)
{
    using nvinfer1::DataType;
    auto const format = nvinfer1::TensorFormat::kHWC8;
    std::vector<EngineInput> inputs;
    int32_t sum = 0;
    for (int32_t i = 0; i < p.maps; ++i)
    {
        EngineInput x{kNAMES[i], DataType::kHALF, format, shapeOf(p, i), {}, {}};
        if (dynamic)
        {
            x.least = {1, p.channels[i], 1, 1};
            x.most = {8, p.channels[i], 2 * p.height, 2 * p.width};
        }
        inputs.push_back(x);
        sum += p.channels[i];
    }
    return OneLayerNetwork{"FairmotRoot", {{"maps", {p.maps}}}, inputs,
        {{DataType::kHALF, {p.outChannels, sum}, &bytes.weights}, {DataType::kFLOAT, {p.outChannels}, &bytes.bias}},
        {{"output", DataType::kHALF, format}}};
}

void runShape(PluginTest& test, nvinfer1::IExecutionContext& context, RootCase const& layer)
{
    RootParams const& p = layer.params;
    DeviceRoot device(bytesOfRoot(layer));
    device.poison(test.stream());
    RootTensors const tensors = device.tensors();
    std::vector<Binding> bindings{{"output", tensors.output, {}}};
    for (int32_t i = 0; i < p.maps; ++i)
    {
        bindings.push_back({kNAMES[i], tensors.maps[i], shapeOf(p, i)});
    }
    bool const ran = test.bind(context, bindings) && test.run(context);
    bool guardIntact = false;
    double const worst = worstError(layer, device.output(guardIntact), p.height > 12 ? 97 : 1);
    std::printf("%s worst %.3f of what rounding allows%s%s  %s\n", test.verdict(ran && guardIntact && worst <= 1.0),
        worst, ran ? "" : " DID NOT RUN", guardIntact ? "" : " GUARD", describe(p).c_str());
}

void runLayer(PluginTest& test, RootParams const& params, bool dynamic)
{
    RootCase const layer = randomRoot(params, 1);
    RootBytes const bytes = bytesOfRoot(layer);
    test.withEngine(describe(params), networkOf(params, dynamic, bytes),
        [&](nvinfer1::IExecutionContext& context)
        {
            runShape(test, context, layer);
            if (dynamic)
            {
                RootParams other = params;
                other.batch = 3;
                other.height += 2;
                other.width -= 1;
                runShape(test, context, randomRoot(other, 1));
            }
        });
}

} // namespace

int main(int argc, char** argv)
{
    PluginTest test(argc, argv);
    runLayer(test, rootParams(1, 9, 13, {24, 8}, 16), false);
    runLayer(test, rootParams(2, 7, 10, {64, 64, 32}, 64), true);
    runLayer(test, rootParams(1, 6, 5, {64, 64, 64, 32}, 72), true);
    if (!test.reduced())
    {
        for (RootParams const& params : fairmotRoots(1))
        {
            runLayer(test, params, false);
        }
    }
    return test.finished();
}
