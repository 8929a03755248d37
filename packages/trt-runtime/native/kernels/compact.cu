#include "kernels/compact.h"

#include "cuda/check.h"

namespace trtfairmot
{

namespace
{

constexpr int32_t kWARP = 32;
constexpr int32_t kROWS_PER_BLOCK = 4;

__device__ int32_t classAt(CompactParameters const& p, int64_t index)
{
    if (p.classes == nullptr)
    {
        return 0;
    }
    return p.classes64 ? static_cast<int32_t>(static_cast<int64_t const*>(p.classes)[index])
                       : static_cast<int32_t const*>(p.classes)[index];
}

struct NanCounts
{
    uint32_t heatMap;
    uint32_t boxes;
    uint32_t embeddings;
};

__device__ uint32_t sumOverWarp(uint32_t value)
{
    for (int32_t offset = kWARP / 2; offset > 0; offset /= 2)
    {
        value += __shfl_xor_sync(0xFFFFFFFFU, value, offset);
    }
    return value;
}

// Where the NaN of a row's score comes from: a network that decodes itself marks rows with NaN or infinity so.
__device__ void addNan(CompactParameters const& p, int64_t index, NanCounts& counts)
{
    float const* box = p.boxes + index * 4;
    bool const inBox = !isfinite(box[0] + box[1] + box[2] + box[3]);
    bool const inEmbedding = !inBox && isnan(p.embeddings[index * p.embeddingSize]);
    counts.boxes += inBox ? 1 : 0;
    counts.embeddings += inEmbedding ? 1 : 0;
    counts.heatMap += !inBox && !inEmbedding ? 1 : 0;
}

// Rows come best first, so those above the threshold are the first ones; a warp copies one row.
__global__ void compactRows(CompactParameters const p, DetectionsLayout const layout)
{
    int32_t const image = blockIdx.y;
    int32_t const row = blockIdx.x * kROWS_PER_BLOCK + threadIdx.y;
    float const* scores = p.scores + static_cast<int64_t>(image) * p.topK;
    char* out = static_cast<char*>(p.out) + image * layout.size;
    if (blockIdx.x == 0 && threadIdx.y == 0)
    {
        uint32_t count = 0;
        NanCounts nans{};
        for (int32_t i = threadIdx.x; i < p.topK; i += kWARP)
        {
            count += static_cast<double>(scores[i]) > p.threshold ? 1 : 0;
            if (isnan(scores[i]))
            {
                addNan(p, static_cast<int64_t>(image) * p.topK + i, nans);
            }
        }
        count = sumOverWarp(count);
        nans = NanCounts{sumOverWarp(nans.heatMap), sumOverWarp(nans.boxes), sumOverWarp(nans.embeddings)};
        if (threadIdx.x == 0)
        {
            auto* header = reinterpret_cast<DetectionsHeader*>(out);
            header->count = count;
            header->candidates = count;
            header->nanInHeatMap = nans.heatMap;
            header->nanInBoxes = nans.boxes;
            header->nanInEmbeddings = nans.embeddings;
        }
    }
    if (row >= p.topK || !(static_cast<double>(scores[row]) > p.threshold))
    {
        return;
    }
    int64_t const index = static_cast<int64_t>(image) * p.topK + row;
    if (threadIdx.x < 4)
    {
        reinterpret_cast<float*>(out + layout.boxes)[row * 4 + threadIdx.x] = p.boxes[index * 4 + threadIdx.x];
    }
    if (threadIdx.x == 0)
    {
        reinterpret_cast<float*>(out + layout.scores)[row] = scores[row];
        reinterpret_cast<int32_t*>(out + layout.classes)[row] = classAt(p, index);
    }
    auto* embedding = reinterpret_cast<float*>(out + layout.embeddings) + static_cast<int64_t>(row) * p.embeddingSize;
    for (int32_t i = threadIdx.x; i < p.embeddingSize; i += kWARP)
    {
        embedding[i] = p.embeddings[index * p.embeddingSize + i];
    }
}

} // namespace

void launchCompact(CompactParameters const& parameters, cudaStream_t stream)
{
    dim3 const block(kWARP, kROWS_PER_BLOCK);
    dim3 const grid((parameters.topK + kROWS_PER_BLOCK - 1) / kROWS_PER_BLOCK, parameters.batch);
    compactRows<<<grid, block, 0, stream>>>(
        parameters, DetectionsLayout::of(parameters.topK, parameters.embeddingSize));
    CUDA_CHECK(cudaGetLastError());
}

} // namespace trtfairmot
