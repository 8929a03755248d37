#include "kernels/decode.h"

#include "cuda/check.h"
#include "kernels/decodeParts.cuh"

namespace trtfairmot
{

namespace
{

constexpr size_t kALIGNMENT = 64;

size_t aligned(size_t size)
{
    return (size + kALIGNMENT - 1) / kALIGNMENT * kALIGNMENT;
}

} // namespace

DetectionsLayout DetectionsLayout::of(int32_t topK, int32_t embeddingSize)
{
    DetectionsLayout layout{};
    auto const rows = static_cast<size_t>(topK);
    layout.boxes = aligned(sizeof(DetectionsHeader));
    layout.scores = layout.boxes + aligned(rows * 4 * sizeof(float));
    layout.classes = layout.scores + aligned(rows * sizeof(float));
    layout.embeddings = layout.classes + aligned(rows * sizeof(int32_t));
    layout.size = layout.embeddings + aligned(rows * static_cast<size_t>(embeddingSize) * sizeof(float));
    return layout;
}

size_t candidateCapacity(DecodeParameters const& parameters)
{
    return static_cast<size_t>(parameters.hm.channels) * parameters.height * parameters.width;
}

DecodeScratch scratchOf(DecodeParameters const& parameters)
{
    auto* memory = static_cast<char*>(parameters.scratch);
    auto const batch = static_cast<size_t>(parameters.largestBatch);
    size_t const selected = aligned(2 * batch * sizeof(uint32_t));
    size_t const candidates = selected + aligned(batch * kSELECT_CAPACITY * sizeof(Key));
    auto* counters = reinterpret_cast<uint32_t*>(memory);
    return {counters, counters + batch, reinterpret_cast<Key*>(memory + selected),
        reinterpret_cast<Key*>(memory + candidates)};
}

size_t decodeScratchSize(DecodeParameters const& parameters)
{
    auto const batch = static_cast<size_t>(parameters.largestBatch);
    return aligned(2 * batch * sizeof(uint32_t)) + aligned(batch * kSELECT_CAPACITY * sizeof(Key))
        + batch * candidateCapacity(parameters) * sizeof(Key);
}

void resetDecodeScratch(DecodeParameters const& parameters, cudaStream_t stream)
{
    auto const scratch = scratchOf(parameters);
    CUDA_CHECK(cudaMemsetAsync(
        scratch.counters, 0, 2 * static_cast<size_t>(parameters.largestBatch) * sizeof(uint32_t), stream));
}

void launchDecode(DecodeParameters const& parameters, cudaStream_t stream)
{
    auto const scratch = scratchOf(parameters);
    launchPeaks(parameters, scratch, stream);
    launchSelect(parameters, scratch, stream);
    launchGather(parameters, scratch, stream);
}

} // namespace trtfairmot
