// What a slot runs between letterbox and host: an execution context, its tensors, and the kernels that make rows of them.
#pragma once

#include "cuda/memory.h"
#include "kernels/compact.h"
#include "pipeline/letterboxTables.h"
#include "tensorrt/engine.h"

#include <map>
#include <memory>
#include <string>

namespace trtfairmot
{

class SlotNetwork
{
public:
    // Reserves tensors and results for PipelineOptions::batch images, in the order of the stream; returns when that is done.
    SlotNetwork(std::shared_ptr<Engine> const& engine, PipelineOptions const& options, cudaStream_t stream);
    SlotNetwork(SlotNetwork const&) = delete;
    SlotNetwork& operator=(SlotNetwork const&) = delete;

    // Shapes the input for so many images, or for the engine's least batch, whose other images are then of no consequence.
    void setImages(int32_t images);

    // Everything a frame's letterbox into one image of the input needs.
    LetterboxParameters letterboxInto(LetterboxTables const& tables, uint8_t const* frame, int32_t image) const;

    void enqueue(cudaStream_t stream);

    // Rows of the first `images` images, all in the same launches.
    void decode(int32_t images, cudaStream_t stream) const;

    // Header and rows of an image.
    char const* results(size_t image) const
    {
        return mResults->as<char>() + image * mRows.size;
    }

private:
    DecodeParameters decodeParameters(int32_t images) const;
    CompactParameters compactParameters(int32_t images) const;
    HeadView viewOf(TensorLayout const& layout) const;

    PipelineOptions mOptions;
    std::shared_ptr<ExecutionContext> mContext;
    int32_t mImages{0};
    std::map<std::string, std::unique_ptr<DeviceMemory>> mTensors;
    std::unique_ptr<DeviceMemory> mScratch;
    DetectionsLayout mRows;
    std::unique_ptr<PinnedMemory> mResults;
};

} // namespace trtfairmot
