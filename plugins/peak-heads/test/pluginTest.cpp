// peaks_plugin_test: FairmotPeakHeads inside TensorRT, on a GPU: one-layer engines of dynamic batch, from their
// serialised form and as CUDA graphs, against the definition on the CPU.
// usage: peaks_plugin_test [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]
#include <algorithm>
#include <cstdio>

#include "peak-heads/test/deviceCase.h"
#include "peak-heads/test/reference.h"
#include "testing/pluginTest.h"

using namespace trtfairmot;
using nvinfer1::DataType;
using nvinfer1::TensorFormat;

namespace
{

// An input of batch 1 to 4.
EngineInput inputOf(char const* name, DataType type, TensorFormat format, std::vector<int32_t> const& shape)
{
    EngineInput input{name, type, format, shape, shape, shape};
    input.least[0] = 1;
    input.most[0] = 4;
    return input;
}

OneLayerNetwork networkOf(PeakHeadsParams const& p, PeakBytes const& bytes)
{
    int32_t const rows = p.channels.heads() * p.hidden;
    int32_t const results = p.channels.sum();
    DataType const logits = p.halfLogits ? DataType::kHALF : DataType::kFLOAT;
    return OneLayerNetwork{"FairmotPeakHeads",
        {{"top_k", {p.topK}}, {"wh", {p.channels.wh}}, {"reg", {p.channels.reg}}, {"stride", {p.stride}}},
        {inputOf("heat_map", logits, TensorFormat::kLINEAR, {p.batch, p.classes, p.height, p.width}),
            inputOf("features", DataType::kHALF, TensorFormat::kHWC8, {p.batch, p.features, p.height, p.width})},
        {{DataType::kHALF, {rows, 3, 3, p.features}, &bytes.firstWeight}, {DataType::kFLOAT, {rows}, &bytes.firstBias},
            {DataType::kHALF, {results, p.hidden}, &bytes.secondWeight},
            {DataType::kFLOAT, {results}, &bytes.secondBias}},
        {{"boxes", DataType::kFLOAT, TensorFormat::kLINEAR}, {"scores", DataType::kFLOAT, TensorFormat::kLINEAR},
            {"classes", DataType::kINT32, TensorFormat::kLINEAR},
            {"embeddings", DataType::kFLOAT, TensorFormat::kLINEAR}}};
}

bool bind(PluginTest const& test, nvinfer1::IExecutionContext& context, PeakHeadsParams const& p,
    PeakHeadsTensors const& tensors)
{
    return test.bind(context,
        {{"heat_map", tensors.logits, {p.batch, p.classes, p.height, p.width}},
            {"features", tensors.features, {p.batch, p.features, p.height, p.width}}, {"boxes", tensors.boxes, {}},
            {"scores", tensors.scores, {}}, {"classes", tensors.classes, {}}, {"embeddings", tensors.embeddings, {}}});
}

// Runs the engine, then a graph of the same call over poison.
void runCase(PluginTest& test, nvinfer1::IExecutionContext& context, PeakCase const& c)
{
    DeviceCase device(c);
    device.poison(test.stream());
    bool ran = bind(test, context, c.params, device.tensors()) && test.run(context);
    bool guards = false;
    PeakRows const rows = device.rows(guards);
    ran = ran && test.replay(context, [&] { device.poison(test.stream()); });
    bool guardsAgain = false;
    PeakRows const replayed = device.rows(guardsAgain);
    PeakReference const reference = referenceOfCase(c);
    PeakComparison const first = compareRows(c, reference, rows);
    PeakComparison const second = compareRows(c, reference, replayed);
    bool const passed = ran && guards && guardsAgain && first.passed && second.passed;
    std::printf("%s %s %s: worst %.2f of its bound%s%s %s %s\n", test.verdict(passed), nameOf(c.kind),
        describe(c.params).c_str(), std::max(first.worst, second.worst), ran ? "" : " DID NOT RUN",
        guards && guardsAgain ? "" : " GUARD", first.problem.c_str(), second.problem.c_str());
}

void testEngine(PluginTest& test, PeakHeadsParams const& p, MapKind kind)
{
    PeakCase const usual = randomCase(p, kind, 3U);
    PeakBytes const bytes = bytesOfCase(usual);
    test.withEngine(describe(p), networkOf(p, bytes),
        [&](nvinfer1::IExecutionContext& context)
        {
            for (int32_t const batch : {1, 2, 4})
            {
                PeakHeadsParams other = p;
                other.batch = batch;
                PeakCase c = randomCase(other, kind, 10U + static_cast<uint32_t>(batch));
                c.firstWeight = usual.firstWeight;
                c.firstBias = usual.firstBias;
                c.secondWeight = usual.secondWeight;
                c.secondBias = usual.secondBias;
                runCase(test, context, c);
            }
        });
}

void testRefusal(PluginTest& test)
{
    PeakHeadsParams p = halfNetwork(1);
    p.channels.wh = 3;
    PeakBytes const bytes = bytesOfCase(randomCase(p, MapKind::kRANDOM, 1U));
    std::printf("%s refuses 3 channels of wh\n", test.verdict(test.refuses(networkOf(p, bytes))));
}

} // namespace

int main(int argc, char** argv)
{
    PluginTest test(argc, argv);
    PeakHeadsParams half = halfNetwork(2);
    testEngine(test, half, MapKind::kRANDOM);
    half.halfLogits = true;
    testEngine(test, half, MapKind::kFEW);
    if (!test.reduced())
    {
        testEngine(test, wholeNetwork(2), MapKind::kRANDOM);
    }
    testRefusal(test);
    return test.finished();
}
