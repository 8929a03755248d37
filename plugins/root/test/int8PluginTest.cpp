// root_int8_plugin_test: FairmotQuantizedRoot inside TensorRT, on a GPU, between QuantizeLinear and DequantizeLinear, with
// its int8 output alone (TensorRT 8.6 builds no engine with the half one): engines, fixed and dynamic, from their
// serialised form, against exact sums on the CPU.
// usage: root_int8_plugin_test [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]
#include <cmath>
#include <cstdio>
#include <cstring>

#include "int8Case.h"
#include "testing/deviceBytes.h"
#include "testing/pluginTest.h"

using namespace trtfairmot;

namespace
{

constexpr float kINPUT_SCALE = 0.03125F; // a part of the factors already
char const* const kNAMES[] = {"x0", "x1", "x2", "x3"};

std::vector<int32_t> shapeOf(RootParams const& p, int32_t map)
{
    return {p.batch, p.channels[map], p.height, p.width};
}

OneLayerNetwork networkOf(Int8Root const& layer, bool dynamic, RootBytes const& bytes)
{
    using nvinfer1::DataType;
    RootParams const& p = layer.params;
    auto const linear = nvinfer1::TensorFormat::kLINEAR;
    OneLayerNetwork network{
        "FairmotQuantizedRoot", {{"maps", {p.maps}}, {"outputs", {kGIVES_INT8}}}, {}, {}, {}};
    int32_t sum = 0;
    for (int32_t i = 0; i < p.maps; ++i)
    {
        EngineInput x{kNAMES[i], DataType::kFLOAT, linear, shapeOf(p, i), {}, {}, kINPUT_SCALE};
        if (dynamic)
        {
            x.least = {1, p.channels[i], 1, 1};
            x.most = {8, p.channels[i], 2 * p.height, 2 * p.width};
        }
        network.inputs.push_back(x);
        sum += p.channels[i];
    }
    network.constants = {{DataType::kINT32, {p.outChannels, sum / 4}, &bytes.weights},
        {DataType::kFLOAT, {p.outChannels}, &bytes.factors}, {DataType::kFLOAT, {p.outChannels}, &bytes.bias},
        {DataType::kFLOAT, {1}, &bytes.outputScale}};
    network.outputs.push_back({"quantized", DataType::kFLOAT, linear, layer.outputScale});
    return network;
}

// [N, H, W, C] as float [N, C, H, W].
std::vector<uint8_t> planarFloats(RootParams const& p, std::vector<int8_t> const& map, int32_t channels)
{
    size_t const area = static_cast<size_t>(p.height) * p.width;
    std::vector<float> floats(map.size());
    for (size_t i = 0; i < map.size(); ++i)
    {
        size_t const pixel = i / channels;
        floats[(pixel / area * channels + i % channels) * area + pixel % area] = kINPUT_SCALE * map[i];
    }
    std::vector<uint8_t> bytes(floats.size() * 4);
    std::memcpy(bytes.data(), floats.data(), bytes.size());
    return bytes;
}

std::vector<int8_t> stepsOf(std::vector<uint8_t> const& bytes, float scale)
{
    std::vector<float> floats(bytes.size() / 4);
    std::memcpy(floats.data(), bytes.data(), bytes.size());
    std::vector<int8_t> steps;
    for (float const value : floats)
    {
        float const step = std::nearbyint(value / scale);
        steps.push_back(static_cast<int8_t>(std::fabs(step) <= 128.F ? step : -1.F)); // -1 is wrong everywhere
    }
    return steps;
}

void runShape(PluginTest& test, nvinfer1::IExecutionContext& context, Int8Root const& layer)
{
    RootParams const& p = layer.params;
    size_t const outputs = static_cast<size_t>(p.batch) * p.height * p.width * p.outChannels;
    GuardedBytes quantized(outputs * 4);
    quantized.poison(test.stream());
    std::vector<DeviceBytes> maps;
    std::vector<Binding> bindings;
    for (int32_t i = 0; i < p.maps; ++i)
    {
        maps.emplace_back(planarFloats(p, layer.maps[i], p.channels[i]));
        bindings.push_back({kNAMES[i], maps.back().data(), shapeOf(p, i)});
    }
    bindings.push_back({"quantized", quantized.data(), {}});
    bool const ran = test.bind(context, bindings) && test.run(context);
    bool intact = false;
    std::vector<int8_t> const steps = stepsOf(quantized.download(intact), layer.outputScale);
    Int8Errors const errors = errorsOfPlanar(layer, {}, steps, p.height > 12 ? 97 : 1);
    std::printf("%s %lld wrong int8%s%s  %s\n", test.verdict(ran && intact && errors.passed()),
        static_cast<long long>(errors.wrong), ran ? "" : " DID NOT RUN", intact ? "" : " GUARD", describe(p).c_str());
}

void runLayer(PluginTest& test, RootParams const& params, bool dynamic)
{
    Int8Root const layer = randomInt8Root(params, kGIVES_INT8, 1);
    RootBytes const bytes = bytesOfInt8Root(layer);
    test.withEngine(describe(params), networkOf(layer, dynamic, bytes),
        [&](nvinfer1::IExecutionContext& context)
        {
            runShape(test, context, layer);
            if (dynamic)
            {
                RootParams other = params;
                other.batch = 3;
                other.height += 2;
                other.width -= 1;
                runShape(test, context, randomInt8Root(other, kGIVES_INT8, 1));
            }
        });
}

} // namespace

int main(int argc, char** argv)
{
    PluginTest test(argc, argv);
    runLayer(test, int8Params(1, 9, 13, {32, 32}, 64), false);
    runLayer(test, int8Params(2, 7, 10, {64, 64, 32}, 64), true);
    runLayer(test, int8Params(1, 6, 5, {64, 64, 64, 32}, 96), true);
    if (!test.reduced())
    {
        for (RootParams const& params : inInt8(fairmotRoots(1)))
        {
            runLayer(test, params, false);
        }
    }
    return test.finished();
}
