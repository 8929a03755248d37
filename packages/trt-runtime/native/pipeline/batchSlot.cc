#include "pipeline/batchSlot.h"

#include "common/nativeError.h"
#include "cuda/check.h"

namespace trtfairmot
{

namespace
{

constexpr size_t kSPARE_TABLES = 8;

size_t tableSize(PipelineOptions const& options)
{
    return static_cast<size_t>(options.batch) * sizeof(LetterboxParameters);
}

} // namespace

BatchSlot::BatchSlot(std::shared_ptr<Engine> const& engine, PipelineOptions const& options, CudaEvent const& origin)
    : Slot(engine, options, origin)
    , mFrames(static_cast<size_t>(options.batch))
    , mPlans(static_cast<size_t>(options.batch))
    , mHostImages(engine->device(), tableSize(options))
    , mImages(engine->device(), tableSize(options))
{
}

BatchSlot::~BatchSlot()
{
    (void) cudaSetDevice(mDevice);
    (void) cudaStreamSynchronize(mStream);
}

LetterboxTables const& BatchSlot::tablesFor(FrameGeometry const& geometry)
{
    for (auto tables = mTables.begin(); tables != mTables.end(); ++tables)
    {
        if (tables->geometry().key == geometry.key)
        {
            mTables.splice(mTables.begin(), mTables, tables);
            return mTables.front();
        }
    }
    if (mTables.size() >= mPlans.size() + kSPARE_TABLES)
    {
        mTables.pop_back();
    }
    return mTables.emplace_front(mDevice, geometry, mStream);
}

DeviceMemory const& BatchSlot::memoryFor(size_t number, size_t size)
{
    auto& memory = mFrames[number];
    if (!memory || memory->size() < size)
    {
        memory.reset();
        memory = std::make_unique<DeviceMemory>(mDevice, size);
    }
    return *memory;
}

void BatchSlot::upload(std::vector<SlotFrame> const& frames)
{
    // Nothing is submitted before everything that can be refused or allocated is.
    auto* images = mHostImages.as<LetterboxParameters>();
    std::vector<size_t> sizes;
    for (size_t i = 0; i < frames.size(); i++)
    {
        auto const& geometry = *frames[i].geometry;
        if (i > 0 && geometry.format != mFormat)
        {
            throw NativeError(code::kINVALID, "Expected frames of one pixel format but received several");
        }
        mFormat = geometry.format;
        sizes.push_back(sizeOf(frames[i]));
        auto const& memory = memoryFor(i, sizes.back());
        images[i] = mNetwork->letterboxInto(tablesFor(geometry), memory.as<uint8_t>(), static_cast<int32_t>(i));
    }
    record(kUPLOAD, false);
    for (size_t i = 0; i < frames.size(); i++)
    {
        CUDA_CHECK(cudaMemcpyAsync(
            mFrames[i]->as(), frames[i].staging->as(), sizes[i], cudaMemcpyHostToDevice, mStream));
    }
    CUDA_CHECK(cudaMemcpyAsync(
        mImages.as(), images, frames.size() * sizeof(LetterboxParameters), cudaMemcpyHostToDevice, mStream));
    record(kLETTERBOX, false);
}

void BatchSlot::runSteps(int32_t images, bool capturing)
{
    LetterboxBatch letterbox;
    letterbox.images = mImages.as<LetterboxParameters>();
    letterbox.batch = images;
    letterbox.format = mFormat;
    letterbox.type = mOptions.input.type;
    letterbox.width = mOptions.width;
    letterbox.height = mOptions.height;
    launchLetterboxBatch(letterbox, mStream);
    record(kNETWORK, capturing);
    mNetwork->enqueue(mStream);
    record(kDECODE, capturing);
    mNetwork->decode(images, mStream);
    record(kDONE, capturing);
}

void BatchSlot::run(std::vector<SlotFrame> const& frames)
{
    auto const format = mFormat;
    upload(frames);
    if (mFormat != format)
    {
        mPlans.assign(mPlans.size(), Plan{});
    }
    auto const& plan = mPlans[frames.size() - 1];
    if (plan.graph)
    {
        plan.graph->launch(mStream);
        return;
    }
    auto const images = static_cast<int32_t>(frames.size());
    mNetwork->setImages(images);
    runSteps(images, false);
}

void BatchSlot::afterRun(std::vector<SlotFrame> const& frames)
{
    auto& plan = mPlans[frames.size() - 1];
    if (mOptions.graph && !plan.triedGraph)
    {
        // The context has just run at this number of images, so nothing is left for it to update.
        plan.triedGraph = true;
        plan.graph = capture([&] { runSteps(static_cast<int32_t>(frames.size()), true); });
    }
}

} // namespace trtfairmot
