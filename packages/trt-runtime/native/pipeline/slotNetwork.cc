#include "pipeline/slotNetwork.h"

#include "cuda/check.h"

#include <algorithm>

namespace trtfairmot
{

SlotNetwork::SlotNetwork(std::shared_ptr<Engine> const& engine, PipelineOptions const& options, cudaStream_t stream)
    : mOptions(options)
    , mContext(engine->createContext(options.profile))
    , mRows(DetectionsLayout::of(options.topK, options.decoded ? options.embeddingSize : options.id.channels))
{
    int const device = engine->device();
    setImages(options.batch);
    for (auto const& tensor : engine->tensors())
    {
        auto& memory = mTensors[tensor.name];
        memory = std::make_unique<DeviceMemory>(device, mContext->tensorSize(tensor.name));
        // Padding channels of a vectorised input stay zero.
        CUDA_CHECK(cudaMemsetAsync(memory->as(), 0, memory->size(), stream));
        mContext->setTensorAddress(tensor.name, memory->as());
    }
    mResults = std::make_unique<PinnedMemory>(device, static_cast<size_t>(options.batch) * mRows.size);
    if (!options.decoded)
    {
        auto parameters = decodeParameters(options.batch);
        mScratch = std::make_unique<DeviceMemory>(device, decodeScratchSize(parameters));
        parameters.scratch = mScratch->as();
        resetDecodeScratch(parameters, stream);
    }
    CUDA_CHECK(cudaStreamSynchronize(stream));
}

void SlotNetwork::setImages(int32_t images)
{
    int32_t const batch = std::max(images, mOptions.leastBatch);
    if (batch != mImages)
    {
        mContext->setInputShape(mOptions.input.name, {batch, 3, mOptions.height, mOptions.width});
        mImages = batch;
    }
}

LetterboxParameters SlotNetwork::letterboxInto(
    LetterboxTables const& tables, uint8_t const* frame, int32_t image) const
{
    auto const& input = mOptions.input;
    int64_t const size = input.type == ElementType::kFLOAT16 ? 2 : 4;
    auto letterbox = tables.parameters();
    letterbox.source = frame;
    letterbox.width = mOptions.width;
    letterbox.height = mOptions.height;
    letterbox.out = mTensors.at(input.name)->as<char>() + image * input.imageStride * size;
    letterbox.type = input.type;
    letterbox.channelStride = input.channelStride;
    letterbox.pixelStride = input.pixelStride;
    return letterbox;
}

void SlotNetwork::enqueue(cudaStream_t stream)
{
    mContext->enqueue(stream);
}

void SlotNetwork::decode(int32_t images, cudaStream_t stream) const
{
    if (mOptions.decoded)
    {
        launchCompact(compactParameters(images), stream);
    }
    else
    {
        launchDecode(decodeParameters(images), stream);
    }
}

HeadView SlotNetwork::viewOf(TensorLayout const& layout) const
{
    HeadView view;
    if (!layout.name.empty())
    {
        view = {mTensors.at(layout.name)->as(), layout.type, layout.channels, layout.imageStride,
            layout.channelStride, layout.pixelStride};
    }
    return view;
}

DecodeParameters SlotNetwork::decodeParameters(int32_t images) const
{
    DecodeParameters p;
    p.hm = viewOf(mOptions.hm);
    p.wh = viewOf(mOptions.wh);
    p.reg = viewOf(mOptions.reg);
    p.id = viewOf(mOptions.id);
    p.batch = images;
    p.largestBatch = mOptions.batch;
    p.width = mOptions.mapWidth;
    p.height = mOptions.mapHeight;
    p.topK = mOptions.topK;
    p.threshold = mOptions.threshold;
    p.scale = mOptions.scale;
    p.scratch = mScratch ? mScratch->as() : nullptr;
    p.out = mResults->onDevice();
    return p;
}

CompactParameters SlotNetwork::compactParameters(int32_t images) const
{
    auto const& o = mOptions;
    CompactParameters p;
    p.boxes = mTensors.at(o.boxes)->as<float>();
    p.scores = mTensors.at(o.scores)->as<float>();
    p.classes = o.classes.empty() ? nullptr : mTensors.at(o.classes)->as();
    p.classes64 = o.classes64;
    p.embeddings = mTensors.at(o.embeddings)->as<float>();
    p.batch = images;
    p.topK = o.topK;
    p.embeddingSize = o.embeddingSize;
    p.threshold = o.threshold;
    p.out = mResults->onDevice();
    return p;
}

} // namespace trtfairmot
