// The detector's frames: submitted on one native thread, waited for on another, settled on the main thread.
#include "bindings/bindings.h"
#include "bindings/detections.h"
#include "bindings/geometry.h"
#include "bindings/guard.h"
#include "bindings/handle.h"
#include "pipeline/pipeline.h"

#include <cstring>

namespace trtfairmot
{

namespace
{

PipelineOptions optionsFrom(Napi::Object const& value)
{
    PipelineOptions o;
    o.slots = static_cast<int32_t>(integerFrom(value, "slots"));
    o.profile = static_cast<int32_t>(integerFrom(value, "profile"));
    o.topK = static_cast<int32_t>(integerFrom(value, "topK"));
    o.threshold = numberFrom(value, "threshold");
    o.graph = booleanFrom(value, "graph");
    o.timings = booleanFrom(value, "timings");
    o.spin = booleanFrom(value, "spin");
    o.input = layoutFrom(value.Get("input"));
    o.width = static_cast<int32_t>(integerFrom(value, "width"));
    o.height = static_cast<int32_t>(integerFrom(value, "height"));
    o.decoded = value.Get("decoded").IsObject();
    if (o.decoded)
    {
        auto const decoded = value.Get("decoded").As<Napi::Object>();
        o.boxes = stringFrom(decoded.Get("boxes"), "boxes");
        o.scores = stringFrom(decoded.Get("scores"), "scores");
        o.classes = stringFrom(decoded.Get("classes"), "classes");
        o.embeddings = stringFrom(decoded.Get("embeddings"), "embeddings");
        o.classes64 = booleanFrom(decoded, "classes64");
        o.embeddingSize = static_cast<int32_t>(integerFrom(decoded, "embeddingSize"));
        return o;
    }
    auto const heads = objectFrom(value.Get("heads"), "heads");
    o.hm = layoutFrom(heads.Get("hm"));
    o.wh = layoutFrom(heads.Get("wh"));
    o.reg = layoutFrom(heads.Get("reg"));
    o.id = layoutFrom(heads.Get("id"));
    o.mapWidth = static_cast<int32_t>(integerFrom(heads, "width"));
    o.mapHeight = static_cast<int32_t>(integerFrom(heads, "height"));
    o.scale = static_cast<float>(numberFrom(heads, "scale"));
    return o;
}

// pipelineCreate(engine, options): Promise<FairmotDetector>
Napi::Value pipelineCreate(Napi::CallbackInfo const& info)
{
    auto const engine = resourceOf<Engine>(info[0]);
    auto const options = optionsFrom(objectFrom(info[1], "options"));
    return runAsync(
        info.Env(), [engine, options] { return std::make_shared<Pipeline>(engine, options); },
        [](Napi::Env env, std::shared_ptr<Pipeline> pipeline) { return handleFrom(env, std::move(pipeline)); });
}

// One frame on its way.
struct Job
{
    std::shared_ptr<Pipeline> pipeline;
    size_t slot;
    FrameGeometry geometry;
    std::shared_ptr<PinnedMemory> staging;
    Bytes frame; // data == nullptr: it lies in the pinned buffer already
    Settler settler;
};

Napi::Value resultOf(Napi::Env env, Job const& job, StageTimes const& times)
{
    auto& slot = job.pipeline->slot(job.slot);
    auto const& options = job.pipeline->options();
    auto const embeddingSize = options.decoded ? options.embeddingSize : options.id.channels;
    auto result = detectionsFrom(env, slot.results(), options.topK, embeddingSize);
    if (options.timings)
    {
        auto stages = Napi::Object::New(env);
        stages.Set("upload", times.upload);
        stages.Set("letterbox", times.letterbox);
        stages.Set("network", times.network);
        stages.Set("decode", times.decode);
        stages.Set("total", times.total);
        result.Set("times", stages);
    }
    result.Set("graphError", slot.graphError());
    return result;
}

void finish(std::shared_ptr<Job> const& job)
{
    try
    {
        auto const& slot = job->pipeline->slot(job->slot);
        slot.wait();
        auto const times = slot.times();
        job->settler.resolve([job, times](Napi::Env env) { return resultOf(env, *job, times); });
    }
    catch (...)
    {
        job->settler.reject(currentError());
    }
}

void start(std::shared_ptr<Job> const& job)
{
    try
    {
        if (job->frame.data != nullptr)
        {
            std::memcpy(job->staging->as(), job->frame.data, job->frame.size);
        }
        job->pipeline->slot(job->slot).submit(job->geometry, job->staging);
        job->pipeline->waiter().post([job] { finish(job); });
    }
    catch (...)
    {
        job->settler.reject(currentError());
    }
}

// pipelineRun(pipeline, slot, geometry, pinnedBuffer, frame or null): Promise of the detections in network pixels
Napi::Value pipelineRun(Napi::CallbackInfo const& info)
{
    auto const pipeline = resourceOf<Pipeline>(info[0]);
    auto const slot = sizeFrom(info[1], "slot");
    auto const geometry = geometryFrom(objectFrom(info[2], "geometry"));
    auto const staging = resourceOf<PinnedMemory>(info[3]);
    (void) pipeline->slot(slot);
    bool const copies = !info[4].IsNull();
    Bytes const frame = copies ? bytesFrom(info[4], "frame") : Bytes{nullptr, 0};
    if (frame.size > staging->size())
    {
        throw NativeError(code::kINVALID,
            "Expected a frame of at most " + std::to_string(staging->size()) + " bytes but received "
                + std::to_string(frame.size));
    }
    auto job = std::make_shared<Job>(Job{pipeline, slot, geometry, staging, frame, Settler(info.Env())});
    if (copies)
    {
        job->settler.hold(info[4].As<Napi::Object>());
    }
    auto promise = job->settler.promise();
    pipeline->submitter().post([job] { start(job); });
    return promise;
}

} // namespace

void registerPipeline(Napi::Object exports)
{
    expose<&pipelineCreate>(exports, "pipelineCreate");
    expose<&pipelineRun>(exports, "pipelineRun");
}

} // namespace trtfairmot
