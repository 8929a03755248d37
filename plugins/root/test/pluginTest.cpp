// root_plugin_test: FairmotRoot inside TensorRT, on a GPU: one-layer engines, fixed and dynamic, from their serialised
// form, against the definition on the CPU.
// usage: root_plugin_test [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]
#include <cstdio>

#include "deviceRoot.h"
#include "testing/oneLayerEngine.h"

using namespace trtfairmot;

namespace
{

char const* const kNAMES[] = {"x0", "x1", "x2", "x3"};
int32_t gFailures = 0;
cudaStream_t gStream = nullptr;

std::vector<int32_t> shapeOf(RootParams const& p, int32_t map)
{
    return {p.batch, p.channels[map], p.height, p.width};
}

Owned<nvinfer1::IHostMemory> buildEngine(
    TensorRt const& tensorrt, TestLogger& logger, RootParams const& p, bool dynamic, RootBytes const& bytes)
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
    return buildOneLayerEngine(tensorrt, logger,
        OneLayerNetwork{"FairmotRoot", {{"maps", &p.maps, nvinfer1::PluginFieldType::kINT32, 1}}, inputs,
            {{DataType::kHALF, {p.outChannels, sum}, &bytes.weights}, {DataType::kFLOAT, {p.outChannels}, &bytes.bias}},
            DataType::kHALF, format});
}

void runShape(nvinfer1::IExecutionContext& context, RootCase const& layer)
{
    RootParams const& p = layer.params;
    DeviceRoot device(bytesOfRoot(layer));
    device.poison(gStream);
    RootTensors const tensors = device.tensors();
    bool ran = context.setTensorAddress("output", tensors.output);
    for (int32_t i = 0; i < p.maps; ++i)
    {
        ran = ran && context.setInputShape(kNAMES[i], dimsOf(shapeOf(p, i)))
            && context.setTensorAddress(kNAMES[i], const_cast<void*>(tensors.maps[i]));
    }
    ran = ran && context.enqueueV3(gStream);
    checkCuda(cudaStreamSynchronize(gStream), "the engine");
    bool guardIntact = false;
    double const worst = worstError(layer, device.output(guardIntact), p.height > 12 ? 97 : 1);
    bool const passed = ran && guardIntact && worst <= 1.0;
    gFailures += passed ? 0 : 1;
    std::printf("%s worst %.3f of what rounding allows%s%s  %s\n", passed ? "ok  " : "FAIL", worst,
        ran ? "" : " DID NOT RUN", guardIntact ? "" : " GUARD", describe(p).c_str());
}

void runLayer(TensorRt const& tensorrt, TestLogger& logger, RootParams const& params, bool dynamic)
{
    RootCase const layer = randomRoot(params, 1);
    Owned<nvinfer1::IHostMemory> const bytes = buildEngine(tensorrt, logger, params, dynamic, bytesOfRoot(layer));
    LoadedEngine const loaded = bytes == nullptr ? LoadedEngine{} : loadEngine(tensorrt, logger, *bytes);
    if (loaded.context == nullptr)
    {
        ++gFailures;
        std::printf("FAIL %s: no engine; %s\n", describe(params).c_str(), logger.lastError.c_str());
        return;
    }
    runShape(*loaded.context, layer);
    if (dynamic)
    {
        RootParams other = params;
        other.batch = 3;
        other.height += 2;
        other.width -= 1;
        runShape(*loaded.context, randomRoot(other, 1));
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
    runLayer(tensorrt, logger, rootParams(1, 9, 13, {24, 8}, 16), false);
    runLayer(tensorrt, logger, rootParams(2, 7, 10, {64, 64, 32}, 64), true);
    runLayer(tensorrt, logger, rootParams(1, 6, 5, {64, 64, 64, 32}, 72), true);
    for (size_t i = 0; i < (options.reduced ? 0U : fairmotRoots(1).size()); ++i)
    {
        runLayer(tensorrt, logger, fairmotRoots(1)[i], false);
    }
    std::printf("%s: %d failures\n", gFailures == 0 ? "PASS" : "FAIL", gFailures);
    checkCuda(cudaStreamDestroy(gStream), "stream");
    return gFailures == 0 ? 0 : 1;
}
