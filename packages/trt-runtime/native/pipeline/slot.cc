#include "pipeline/slot.h"

#include "common/nativeError.h"
#include "cuda/check.h"

#include <cmath>

namespace trtfairmot
{

Slot::Slot(std::shared_ptr<Engine> const& engine, PipelineOptions const& options)
    : mDevice(engine->device())
    , mOptions(options)
    , mContext(engine->createContext(options.profile))
    , mDone(engine->device(), false, options.spin)
{
    useDevice(mDevice);
    CUDA_CHECK(cudaStreamCreateWithFlags(&mStream, cudaStreamNonBlocking));
    try
    {
        for (auto& stage : mStages)
        {
            stage = options.timings ? std::make_unique<CudaEvent>(mDevice, true) : nullptr;
        }
        allocateTensors(*engine);
    }
    catch (...)
    {
        (void) cudaStreamDestroy(mStream);
        throw;
    }
}

Slot::~Slot()
{
    (void) cudaSetDevice(mDevice);
    (void) cudaStreamSynchronize(mStream);
    mPlans.clear();
    (void) cudaStreamDestroy(mStream);
}

void Slot::allocateTensors(Engine const& engine)
{
    mContext->setInputShape(mOptions.input.name, {1, 3, mOptions.height, mOptions.width});
    for (auto const& tensor : engine.tensors())
    {
        auto& memory = mTensors[tensor.name];
        memory = std::make_unique<DeviceMemory>(mDevice, mContext->tensorSize(tensor.name));
        // Padding channels of a vectorised input stay zero.
        CUDA_CHECK(cudaMemsetAsync(memory->as(), 0, memory->size(), mStream));
        mContext->setTensorAddress(tensor.name, memory->as());
    }
    auto const embedding = mOptions.decoded ? mOptions.embeddingSize : mOptions.id.channels;
    mResults = std::make_unique<PinnedMemory>(mDevice, DetectionsLayout::of(mOptions.topK, embedding).size);
    if (!mOptions.decoded)
    {
        auto parameters = decodeParameters();
        mScratch = std::make_unique<DeviceMemory>(mDevice, decodeScratchSize(parameters));
        parameters.scratch = mScratch->as();
        resetDecodeScratch(parameters, mStream);
    }
    CUDA_CHECK(cudaStreamSynchronize(mStream));
}

HeadView Slot::viewOf(TensorLayout const& layout) const
{
    HeadView view;
    if (!layout.name.empty())
    {
        view = {mTensors.at(layout.name)->as(), layout.type, layout.channels, 0, layout.channelStride,
            layout.pixelStride};
    }
    return view;
}

DecodeParameters Slot::decodeParameters() const
{
    DecodeParameters p;
    p.hm = viewOf(mOptions.hm);
    p.wh = viewOf(mOptions.wh);
    p.reg = viewOf(mOptions.reg);
    p.id = viewOf(mOptions.id);
    p.width = mOptions.mapWidth;
    p.height = mOptions.mapHeight;
    p.topK = mOptions.topK;
    p.threshold = mOptions.threshold;
    p.scale = mOptions.scale;
    p.scratch = mScratch ? mScratch->as() : nullptr;
    p.out = mResults->onDevice();
    return p;
}

CompactParameters Slot::compactParameters() const
{
    auto const& o = mOptions;
    CompactParameters p;
    p.boxes = mTensors.at(o.boxes)->as<float>();
    p.scores = mTensors.at(o.scores)->as<float>();
    p.classes = o.classes.empty() ? nullptr : mTensors.at(o.classes)->as();
    p.classes64 = o.classes64;
    p.embeddings = mTensors.at(o.embeddings)->as<float>();
    p.topK = o.topK;
    p.embeddingSize = o.embeddingSize;
    p.threshold = o.threshold;
    p.out = mResults->onDevice();
    return p;
}

Slot::Plan& Slot::planFor(FrameGeometry const& geometry, std::shared_ptr<PinnedMemory> const& staging)
{
    for (auto plan = mPlans.begin(); plan != mPlans.end(); ++plan)
    {
        if (plan->key == geometry.key && plan->staging == staging)
        {
            // The most recent stays first.
            mPlans.splice(mPlans.begin(), mPlans, plan);
            return mPlans.front();
        }
    }
    size_t const size = frameSize(geometry.format, geometry.width, geometry.height);
    if (size > staging->size())
    {
        throw NativeError(code::kINVALID,
            "Expected a pinned buffer of " + std::to_string(size) + " bytes but received one of "
                + std::to_string(staging->size()));
    }
    if (!mFrame || mFrame->size() < size)
    {
        mPlans.clear();
        mFrame.reset();
        mFrame = std::make_unique<DeviceMemory>(mDevice, size);
    }
    auto tables = std::make_unique<LetterboxTables>(mDevice, geometry, mStream);
    if (mPlans.size() >= kKEPT_PLANS)
    {
        mPlans.pop_back();
    }
    mPlans.push_front(Plan{geometry.key, staging, std::move(tables), size, nullptr});
    return mPlans.front();
}

void Slot::record(size_t stage, bool capturing)
{
    if (mStages[stage])
    {
        unsigned const flags = capturing ? cudaEventRecordExternal : cudaEventRecordDefault;
        CUDA_CHECK(cudaEventRecordWithFlags(mStages[stage]->get(), mStream, flags));
    }
}

void Slot::runSteps(Plan const& plan, bool capturing)
{
    auto letterbox = plan.tables->parameters();
    letterbox.source = mFrame->as<uint8_t>();
    letterbox.width = mOptions.width;
    letterbox.height = mOptions.height;
    letterbox.out = mTensors.at(mOptions.input.name)->as();
    letterbox.type = mOptions.input.type;
    letterbox.channelStride = mOptions.input.channelStride;
    letterbox.pixelStride = mOptions.input.pixelStride;

    record(0, capturing);
    CUDA_CHECK(cudaMemcpyAsync(mFrame->as(), plan.staging->as(), plan.frameSize, cudaMemcpyHostToDevice, mStream));
    record(1, capturing);
    launchLetterbox(letterbox, mStream);
    record(2, capturing);
    mContext->enqueue(mStream);
    record(3, capturing);
    if (mOptions.decoded)
    {
        launchCompact(compactParameters(), mStream);
    }
    else
    {
        launchDecode(decodeParameters(), mStream);
    }
    record(4, capturing);
}

void Slot::capture(Plan& plan)
{
    plan.triedGraph = true;
    try
    {
        plan.graph = CudaGraph::capture(mDevice, mStream, [&] { runSteps(plan, true); });
        mGraphError.clear();
    }
    catch (NativeError const& error)
    {
        // Not fatal: some plugins cannot be captured. Frames go on step by step.
        mGraphError = error.what();
    }
}

void Slot::submit(FrameGeometry const& geometry, std::shared_ptr<PinnedMemory> const& staging)
{
    useDevice(mDevice);
    auto& plan = planFor(geometry, staging);
    if (plan.graph)
    {
        plan.graph->launch(mStream);
        CUDA_CHECK(cudaEventRecord(mDone.get(), mStream));
        return;
    }
    runSteps(plan, false);
    CUDA_CHECK(cudaEventRecord(mDone.get(), mStream));
    if (mOptions.graph && !plan.triedGraph)
    {
        capture(plan);
    }
}

void Slot::wait() const
{
    mDone.wait();
}

StageTimes Slot::times() const
{
    StageTimes times{NAN, NAN, NAN, NAN, NAN};
    if (!mOptions.timings)
    {
        return times;
    }
    useDevice(mDevice);
    float* const stages[] = {&times.upload, &times.letterbox, &times.network, &times.decode};
    for (size_t i = 0; i < kSTAGES; i++)
    {
        CUDA_CHECK(cudaEventElapsedTime(stages[i], mStages[i]->get(), mStages[i + 1]->get()));
    }
    CUDA_CHECK(cudaEventElapsedTime(&times.total, mStages.front()->get(), mStages.back()->get()));
    return times;
}

} // namespace trtfairmot
