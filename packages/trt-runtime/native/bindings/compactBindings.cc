// The compaction kernel on buffers of the caller's own.
#include "bindings/arguments.h"
#include "bindings/bindings.h"
#include "bindings/detections.h"
#include "bindings/guard.h"
#include "bindings/handle.h"
#include "cuda/check.h"
#include "cuda/memory.h"
#include "cuda/stream.h"
#include "kernels/compact.h"

namespace trtfairmot
{

namespace
{

// What one compaction needs, kept alive until it is done.
struct CompactJob
{
    static constexpr char const* kNAME = "Compact";
    CompactParameters parameters;
    std::vector<std::shared_ptr<DeviceMemory>> outputs;
    std::unique_ptr<PinnedMemory> results;
    DetectionsLayout layout;
};

// The buffer's address, or null where it is absent.
void const* addressOf(CompactJob& job, Napi::Object const& options, char const* name, size_t elementSize)
{
    if (options.Get(name).IsNull())
    {
        return nullptr;
    }
    auto memory = resourceOf<DeviceMemory>(options.Get(name));
    size_t const size = static_cast<size_t>(job.parameters.batch) * job.parameters.topK * elementSize;
    if (memory->size() < size)
    {
        throw NativeError(code::kINVALID,
            std::string("Expected ") + name + " of at least " + std::to_string(size) + " bytes but received "
                + std::to_string(memory->size()));
    }
    job.outputs.push_back(memory);
    return memory->as();
}

// compactPrepare(stream, { boxes, scores, classes, classes64, embeddings, embeddingSize, batch, topK, threshold }): Promise<Compact>
Napi::Value compactPrepare(Napi::CallbackInfo const& info)
{
    auto const stream = resourceOf<CudaStream>(info[0]);
    auto const options = objectFrom(info[1], "options");
    auto job = std::make_shared<CompactJob>();
    auto& p = job->parameters;
    p.batch = static_cast<int32_t>(integerFrom(options, "batch"));
    p.topK = static_cast<int32_t>(integerFrom(options, "topK"));
    p.embeddingSize = static_cast<int32_t>(integerFrom(options, "embeddingSize"));
    p.threshold = numberFrom(options, "threshold");
    p.classes64 = booleanFrom(options, "classes64");
    if (p.batch < 1 || p.topK < 1 || p.topK > kMAX_TOP_K || p.embeddingSize < 0)
    {
        throw NativeError(code::kINVALID, "Expected a batch of 1 or more, a topK of 1 to 1000 and an embedding size");
    }
    p.boxes = static_cast<float const*>(addressOf(*job, options, "boxes", 4 * sizeof(float)));
    p.scores = static_cast<float const*>(addressOf(*job, options, "scores", sizeof(float)));
    p.classes = addressOf(*job, options, "classes", p.classes64 ? sizeof(int64_t) : sizeof(int32_t));
    p.embeddings = static_cast<float const*>(
        addressOf(*job, options, "embeddings", static_cast<size_t>(p.embeddingSize) * sizeof(float)));
    return runAsync(
        info.Env(),
        [stream, job] {
            auto& parameters = job->parameters;
            job->layout = DetectionsLayout::of(parameters.topK, parameters.embeddingSize);
            job->results = std::make_unique<PinnedMemory>(
                stream->device(), static_cast<size_t>(parameters.batch) * job->layout.size);
            parameters.out = job->results->onDevice();
            return job;
        },
        [](Napi::Env env, std::shared_ptr<CompactJob> prepared) { return handleFrom(env, std::move(prepared)); });
}

// compactLaunch(stream, compact): Promise<void>
Napi::Value compactLaunch(Napi::CallbackInfo const& info)
{
    auto const stream = resourceOf<CudaStream>(info[0]);
    auto const job = resourceOf<CompactJob>(info[1]);
    return runOn(stream->submitter(), info.Env(), [stream, job] {
        useDevice(stream->device());
        launchCompact(job->parameters, stream->get());
    });
}

// compactResults(compact, image): the detections of an image in the last launch that is done
Napi::Value compactResults(Napi::CallbackInfo const& info)
{
    auto const job = resourceOf<CompactJob>(info[0]);
    auto const image = sizeFrom(info[1], "image");
    auto const& p = job->parameters;
    if (image >= static_cast<size_t>(p.batch))
    {
        throw NativeError(code::kINVALID,
            "Expected an image below " + std::to_string(p.batch) + " but received " + std::to_string(image));
    }
    auto const* rows = job->results->as<char>() + image * job->layout.size;
    return detectionsFrom(info.Env(), rows, p.topK, p.embeddingSize, true);
}

} // namespace

void registerCompact(Napi::Object exports)
{
    expose<&compactPrepare>(exports, "compactPrepare");
    expose<&compactLaunch>(exports, "compactLaunch");
    expose<&compactResults>(exports, "compactResults");
}

} // namespace trtfairmot
