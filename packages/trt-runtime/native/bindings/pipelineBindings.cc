// The detector's batches: submitted on one native thread, waited for on another, settled on the main thread.
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
    o.batch = static_cast<int32_t>(integerFrom(value, "batch"));
    o.leastBatch = static_cast<int32_t>(integerFrom(value, "leastBatch"));
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

// geometryCreate(geometry): FrameGeometry, to name in any number of frames
Napi::Value geometryCreate(Napi::CallbackInfo const& info)
{
    auto geometry = std::make_shared<FrameGeometry>(geometryFrom(objectFrom(info[0], "geometry")));
    return handleFrom(info.Env(), std::move(geometry));
}

// One batch on its way.
struct Job
{
    std::shared_ptr<Pipeline> pipeline;
    size_t slot;
    std::vector<SlotFrame> frames;
    std::vector<Bytes> bytes; // of each frame; data == nullptr: it lies in the pinned buffer already
    Settler settler;
};

Napi::Object stagesFrom(Napi::Env env, StageTimes const& times)
{
    auto stages = Napi::Object::New(env);
    stages.Set("start", times.start);
    stages.Set("upload", times.upload);
    stages.Set("letterbox", times.letterbox);
    stages.Set("network", times.network);
    stages.Set("decode", times.decode);
    stages.Set("total", times.total);
    return stages;
}

Napi::Value resultOf(Napi::Env env, Job const& job, StageTimes const& times)
{
    auto& slot = job.pipeline->slot(job.slot);
    auto const& options = job.pipeline->options();
    auto const embeddingSize = options.decoded ? options.embeddingSize : options.id.channels;
    auto frames = Napi::Array::New(env, job.frames.size());
    for (size_t i = 0; i < job.frames.size(); i++)
    {
        frames.Set(static_cast<uint32_t>(i),
            detectionsFrom(env, slot.results(i), options.topK, embeddingSize, options.decoded));
    }
    auto result = Napi::Object::New(env);
    result.Set("frames", frames);
    if (options.timings)
    {
        result.Set("times", stagesFrom(env, times));
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
        for (size_t i = 0; i < job->frames.size(); i++)
        {
            if (job->bytes[i].data != nullptr)
            {
                std::memcpy(job->frames[i].staging->as(), job->bytes[i].data, job->bytes[i].size);
            }
        }
        job->pipeline->slot(job->slot).submit(job->frames);
        job->pipeline->waiter().post([job] { finish(job); });
    }
    catch (...)
    {
        job->settler.reject(currentError());
    }
}

// { geometry, staging, data: bytes or null }
void addFrame(Job& job, Napi::Object const& frame)
{
    SlotFrame const added{
        resourceOf<FrameGeometry>(frame.Get("geometry")), resourceOf<PinnedMemory>(frame.Get("staging"))};
    auto const data = frame.Get("data");
    Bytes const bytes = data.IsNull() ? Bytes{nullptr, 0} : bytesFrom(data, "data");
    if (bytes.size > added.staging->size())
    {
        throw NativeError(code::kINVALID,
            "Expected a frame of at most " + std::to_string(added.staging->size()) + " bytes but received "
                + std::to_string(bytes.size));
    }
    job.frames.push_back(added);
    job.bytes.push_back(bytes);
}

// pipelineRun(pipeline, slot, frames): Promise<{ frames: detections in network pixels, times, graphError }>
Napi::Value pipelineRun(Napi::CallbackInfo const& info)
{
    auto const pipeline = resourceOf<Pipeline>(info[0]);
    auto const slot = sizeFrom(info[1], "slot");
    (void) pipeline->slot(slot);
    if (!info[2].IsArray())
    {
        throw NativeError(code::kINVALID, "Expected frames to be a list");
    }
    auto const frames = info[2].As<Napi::Array>();
    auto job = std::make_shared<Job>(Job{pipeline, slot, {}, {}, Settler(info.Env())});
    for (uint32_t i = 0; i < frames.Length(); i++)
    {
        addFrame(*job, objectFrom(frames.Get(i), "frame"));
    }
    job->settler.hold(frames);
    auto promise = job->settler.promise();
    pipeline->submitter().post([job] { start(job); });
    return promise;
}

} // namespace

void registerPipeline(Napi::Object exports)
{
    expose<&pipelineCreate>(exports, "pipelineCreate");
    expose<&geometryCreate>(exports, "geometryCreate");
    expose<&pipelineRun>(exports, "pipelineRun");
}

} // namespace trtfairmot
