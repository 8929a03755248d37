// upsample_plugin_test: FairmotUpsampleAdd inside TensorRT, on a GPU: one-layer engines, fixed and dynamic, from their
// serialised form, against the definition on the CPU.
// usage: upsample_plugin_test [--nvinfer LIBNVINFER] [--plugin LIBTRT_FAIRMOT_PLUGINS] [--reduced]
#include <cstdio>

#include "deviceUpsample.h"
#include "testing/oneLayerEngine.h"

using namespace trtfairmot;

namespace
{

int32_t gFailures = 0;
cudaStream_t gStream = nullptr;

std::vector<int32_t> xShape(UpsampleAddParams const& p)
{
    return {p.batch, p.channels, p.height, p.width};
}

std::vector<int32_t> skipShape(UpsampleAddParams const& p)
{
    return {p.batch, p.channels, p.height * p.factor, p.width * p.factor};
}

Owned<nvinfer1::IHostMemory> buildEngine(TensorRt const& tensorrt, TestLogger& logger, UpsampleAddParams const& p,
    bool dynamic, UpsampleBytes const& bytes)
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
    return buildOneLayerEngine(tensorrt, logger,
        OneLayerNetwork{"FairmotUpsampleAdd", {}, {x, skip},
            {{DataType::kHALF, {2 * p.factor, 2 * p.factor, p.channels}, &bytes.weights}}, DataType::kHALF, format});
}

void runShape(nvinfer1::IExecutionContext& context, UpsampleCase const& layer)
{
    UpsampleAddParams const& p = layer.params;
    DeviceUpsample device(bytesOfUpsample(layer));
    device.poison(gStream);
    UpsampleAddTensors const tensors = device.tensors();
    bool const ran = context.setInputShape("x", dimsOf(xShape(p))) && context.setInputShape("skip", dimsOf(skipShape(p)))
        && context.setTensorAddress("x", const_cast<void*>(tensors.x))
        && context.setTensorAddress("skip", const_cast<void*>(tensors.skip))
        && context.setTensorAddress("output", tensors.output) && context.enqueueV3(gStream);
    checkCuda(cudaStreamSynchronize(gStream), "the engine");
    bool guardIntact = false;
    double const worst = worstError(layer, device.output(guardIntact), p.height > 20 ? 17 : 1);
    bool const passed = ran && guardIntact && worst <= 1.0;
    gFailures += passed ? 0 : 1;
    std::printf("%s worst %.3f of what rounding allows%s%s  %s\n", passed ? "ok  " : "FAIL", worst,
        ran ? "" : " DID NOT RUN", guardIntact ? "" : " GUARD", describe(p).c_str());
}

void runLayer(TensorRt const& tensorrt, TestLogger& logger, UpsampleAddParams const& params, bool dynamic)
{
    UpsampleCase const layer = randomUpsample(params, 1);
    Owned<nvinfer1::IHostMemory> const bytes = buildEngine(tensorrt, logger, params, dynamic, bytesOfUpsample(layer));
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
        UpsampleCase other = randomUpsample({3, params.channels, params.height + 2, params.width - 1, params.factor}, 1);
        other.weights = layer.weights;
        runShape(*loaded.context, other);
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
    for (int32_t const factor : {2, 4})
    {
        runLayer(tensorrt, logger, {1, 24, 9, 13, factor}, false);
        runLayer(tensorrt, logger, {2, 64, 7, 10, factor}, true);
    }
    for (size_t i = 0; i < (options.reduced ? 0U : fairmotUpsamplings(1).size()); ++i)
    {
        runLayer(tensorrt, logger, fairmotUpsamplings(1)[i].params, false);
    }
    std::printf("%s: %d failures\n", gFailures == 0 ? "PASS" : "FAIL", gFailures);
    checkCuda(cudaStreamDestroy(gStream), "stream");
    return gFailures == 0 ? 0 : 1;
}
