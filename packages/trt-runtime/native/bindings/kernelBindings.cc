// The letterbox and decode kernels on buffers of the caller's own.
#include "bindings/bindings.h"
#include "bindings/detections.h"
#include "bindings/geometry.h"
#include "bindings/guard.h"
#include "bindings/handle.h"
#include "cuda/check.h"
#include "cuda/memory.h"
#include "cuda/stream.h"
#include "pipeline/letterboxTables.h"

namespace trtfairmot
{

namespace
{

void requireBytes(DeviceMemory const& memory, size_t size, char const* what)
{
    if (memory.size() < size)
    {
        throw NativeError(code::kINVALID,
            std::string("Expected ") + what + " of at least " + std::to_string(size) + " bytes but received "
                + std::to_string(memory.size()));
    }
}

size_t elementSize(ElementType type)
{
    return type == ElementType::kFLOAT16 ? 2 : 4;
}

// tablesCreate(stream, geometry): Promise<LetterboxTables>
Napi::Value tablesCreate(Napi::CallbackInfo const& info)
{
    auto const stream = resourceOf<CudaStream>(info[0]);
    auto const geometry = geometryFrom(objectFrom(info[1], "geometry"));
    return runAsync(
        info.Env(),
        [stream, geometry] {
            return std::make_shared<LetterboxTables>(stream->device(), geometry, stream->get());
        },
        [](Napi::Env env, std::shared_ptr<LetterboxTables> tables) { return handleFrom(env, std::move(tables)); });
}

// letterboxLaunch(stream, tables, source, out, { width, height, dtype, channelStride, pixelStride }): Promise<void>
Napi::Value letterboxLaunch(Napi::CallbackInfo const& info)
{
    auto const stream = resourceOf<CudaStream>(info[0]);
    auto const tables = resourceOf<LetterboxTables>(info[1]);
    auto const source = resourceOf<DeviceMemory>(info[2]);
    auto const out = resourceOf<DeviceMemory>(info[3]);
    auto const options = objectFrom(info[4], "options");
    auto parameters = tables->parameters();
    parameters.width = static_cast<int32_t>(integerFrom(options, "width"));
    parameters.height = static_cast<int32_t>(integerFrom(options, "height"));
    parameters.type = elementTypeFrom(options.Get("dtype"));
    parameters.channelStride = integerFrom(options, "channelStride");
    parameters.pixelStride = integerFrom(options, "pixelStride");
    parameters.source = source->as<uint8_t>();
    parameters.out = out->as();
    auto const& g = tables->geometry();
    auto const pixels = static_cast<int64_t>(parameters.width) * parameters.height;
    auto const elements = 2 * parameters.channelStride + (pixels - 1) * parameters.pixelStride + 1;
    requireBytes(*source, frameSize(g.format, g.width, g.height), "a source");
    requireBytes(*out, static_cast<size_t>(elements) * elementSize(parameters.type), "an output");
    return runOn(stream->submitter(), info.Env(), [stream, tables, source, out, parameters] {
        useDevice(stream->device());
        launchLetterbox(parameters, stream->get());
    });
}

HeadView viewOf(Napi::Object const& heads, char const* name, int64_t pixels, std::shared_ptr<void>& held)
{
    HeadView view;
    if (!heads.Get(name).IsObject())
    {
        return view;
    }
    auto const head = heads.Get(name).As<Napi::Object>();
    auto const memory = resourceOf<DeviceMemory>(head.Get("buffer"));
    auto const layout = layoutFrom(head);
    auto const elements
        = (layout.channels - 1) * layout.channelStride + (pixels - 1) * layout.pixelStride + 1;
    requireBytes(*memory, static_cast<size_t>(elements) * elementSize(layout.type), name);
    held = memory;
    return {memory->as(), layout.type, layout.channels, 0, layout.channelStride, layout.pixelStride};
}

// What one decode needs, kept alive until it is done.
struct DecodeJob
{
    static constexpr char const* kNAME = "Decode";
    DecodeParameters parameters;
    std::shared_ptr<void> heads[4];
    std::unique_ptr<DeviceMemory> scratch;
    std::unique_ptr<PinnedMemory> results;
};

// decodePrepare(stream, { hm, wh, reg, id, width, height, topK, threshold, scale }): Promise<Decode>
Napi::Value decodePrepare(Napi::CallbackInfo const& info)
{
    auto const stream = resourceOf<CudaStream>(info[0]);
    auto const options = objectFrom(info[1], "options");
    auto job = std::make_shared<DecodeJob>();
    auto& p = job->parameters;
    p.width = static_cast<int32_t>(integerFrom(options, "width"));
    p.height = static_cast<int32_t>(integerFrom(options, "height"));
    auto const pixels = static_cast<int64_t>(p.width) * p.height;
    p.hm = viewOf(options, "hm", pixels, job->heads[0]);
    p.wh = viewOf(options, "wh", pixels, job->heads[1]);
    p.reg = viewOf(options, "reg", pixels, job->heads[2]);
    p.id = viewOf(options, "id", pixels, job->heads[3]);
    p.topK = static_cast<int32_t>(integerFrom(options, "topK"));
    p.threshold = numberFrom(options, "threshold");
    p.scale = static_cast<float>(numberFrom(options, "scale"));
    if (p.topK < 1 || p.topK > kMAX_TOP_K || p.hm.data == nullptr || p.wh.data == nullptr)
    {
        throw NativeError(code::kINVALID, "Expected hm, wh and a topK of 1 to 1000");
    }
    return runAsync(
        info.Env(),
        [stream, job] {
            auto& parameters = job->parameters;
            auto const layout = DetectionsLayout::of(parameters.topK, parameters.id.channels);
            job->scratch = std::make_unique<DeviceMemory>(stream->device(), decodeScratchSize(parameters));
            job->results = std::make_unique<PinnedMemory>(stream->device(), layout.size);
            parameters.scratch = job->scratch->as();
            parameters.out = job->results->onDevice();
            resetDecodeScratch(parameters, stream->get());
            return job;
        },
        [](Napi::Env env, std::shared_ptr<DecodeJob> prepared) { return handleFrom(env, std::move(prepared)); });
}

// decodeLaunch(stream, decode): Promise<void>
Napi::Value decodeLaunch(Napi::CallbackInfo const& info)
{
    auto const stream = resourceOf<CudaStream>(info[0]);
    auto const job = resourceOf<DecodeJob>(info[1]);
    return runOn(stream->submitter(), info.Env(), [stream, job] {
        useDevice(stream->device());
        launchDecode(job->parameters, stream->get());
    });
}

// decodeResults(decode): the detections of the last launch that is done
Napi::Value decodeResults(Napi::CallbackInfo const& info)
{
    auto const job = resourceOf<DecodeJob>(info[0]);
    return detectionsFrom(
        info.Env(), job->results->as<char>(), job->parameters.topK, job->parameters.id.channels);
}

} // namespace

void registerKernels(Napi::Object exports)
{
    expose<&tablesCreate>(exports, "tablesCreate");
    expose<&letterboxLaunch>(exports, "letterboxLaunch");
    expose<&decodePrepare>(exports, "decodePrepare");
    expose<&decodeLaunch>(exports, "decodeLaunch");
    expose<&decodeResults>(exports, "decodeResults");
}

} // namespace trtfairmot
