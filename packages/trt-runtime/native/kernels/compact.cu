#include "kernels/compact.h"

#include "cuda/check.h"

namespace trtfairmot
{

namespace
{

constexpr int32_t kWARP = 32;
constexpr int32_t kWARPS = 32;

__device__ int32_t classAt(CompactParameters const& p, int64_t index)
{
    if (p.classes == nullptr)
    {
        return 0;
    }
    return p.classes64 ? static_cast<int32_t>(static_cast<int64_t const*>(p.classes)[index])
                       : static_cast<int32_t const*>(p.classes)[index];
}

__device__ int32_t countAbove(CompactParameters const& p, float const* scores, DetectionsHeader& header)
{
    for (int32_t i = threadIdx.y * kWARP + threadIdx.x; i < p.topK; i += kWARP * kWARPS)
    {
        if (isnan(scores[i]))
        {
            header.nanInHeatMap = 1;
        }
        else if (static_cast<double>(scores[i]) > p.threshold)
        {
            atomicAdd(&header.count, 1U);
        }
    }
    __syncthreads();
    return static_cast<int32_t>(header.count);
}

// Rows come best first, so those above the threshold are the first ones. A block has an image, a warp a row.
__global__ void compactRows(CompactParameters const p, DetectionsLayout const layout)
{
    __shared__ DetectionsHeader header;
    int32_t const thread = threadIdx.y * kWARP + threadIdx.x;
    int64_t const first = static_cast<int64_t>(blockIdx.x) * p.topK;
    char* out = static_cast<char*>(p.out) + blockIdx.x * layout.size;
    if (thread == 0)
    {
        header = DetectionsHeader{};
    }
    __syncthreads();
    int32_t const count = countAbove(p, p.scores + first, header);
    for (int32_t row = threadIdx.y; row < count; row += kWARPS)
    {
        int64_t const index = first + row;
        bool nan = false;
        if (threadIdx.x < 4)
        {
            float const value = p.boxes[index * 4 + threadIdx.x];
            nan = isnan(value);
            reinterpret_cast<float*>(out + layout.boxes)[row * 4 + threadIdx.x] = value;
        }
        if (nan)
        {
            header.nanInBoxes = 1;
        }
        if (threadIdx.x == 0)
        {
            reinterpret_cast<float*>(out + layout.scores)[row] = p.scores[index];
            reinterpret_cast<int32_t*>(out + layout.classes)[row] = classAt(p, index);
        }
        auto* embedding = reinterpret_cast<float*>(out + layout.embeddings) + static_cast<int64_t>(row) * p.embeddingSize;
        for (int32_t i = threadIdx.x; i < p.embeddingSize; i += kWARP)
        {
            float const value = p.embeddings[index * p.embeddingSize + i];
            embedding[i] = value;
            if (isnan(value))
            {
                header.nanInEmbeddings = 1;
            }
        }
    }
    __syncthreads();
    if (thread == 0)
    {
        header.candidates = header.count;
        *reinterpret_cast<DetectionsHeader*>(out) = header;
    }
}

} // namespace

void launchCompact(CompactParameters const& parameters, cudaStream_t stream)
{
    dim3 const block(kWARP, kWARPS);
    compactRows<<<parameters.batch, block, 0, stream>>>(
        parameters, DetectionsLayout::of(parameters.topK, parameters.embeddingSize));
    CUDA_CHECK(cudaGetLastError());
}

} // namespace trtfairmot
