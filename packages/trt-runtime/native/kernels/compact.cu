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

// Where the NaN of a row's score comes from: a network that decodes itself marks rows with NaN or infinity so.
__device__ void noteNan(CompactParameters const& p, int64_t index, DetectionsHeader& header)
{
    float const* box = p.boxes + index * 4;
    if (!isfinite(box[0] + box[1] + box[2] + box[3]))
    {
        header.nanInBoxes = 1;
    }
    else if (p.embeddingSize > 0 && isnan(p.embeddings[index * p.embeddingSize]))
    {
        header.nanInEmbeddings = 1;
    }
    else
    {
        header.nanInHeatMap = 1;
    }
}

// Every thread of the block gets the number of scores above the threshold. @param first the image's first row
__device__ int32_t countAbove(CompactParameters const& p, int64_t first, DetectionsHeader& header)
{
    int32_t count = 0;
    for (int32_t from = 0; from < p.topK; from += kWARP * kWARPS)
    {
        int32_t const i = from + threadIdx.y * kWARP + threadIdx.x;
        float const score = i < p.topK ? p.scores[first + i] : 0.0F;
        if (isnan(score))
        {
            noteNan(p, first + i, header);
        }
        count += __syncthreads_count(i < p.topK && static_cast<double>(score) > p.threshold);
    }
    return count;
}

// A warp copies `size` floats and says whether this lane met NaN.
__device__ bool copyRow(float const* from, float* to, int32_t size)
{
    bool nan = false;
    if (size % 4 == 0)
    {
        // Rows are then 16-byte aligned, as the buffers are.
        for (int32_t i = threadIdx.x; i < size / 4; i += kWARP)
        {
            float4 const value = reinterpret_cast<float4 const*>(from)[i];
            reinterpret_cast<float4*>(to)[i] = value;
            nan = nan || isnan(value.x) || isnan(value.y) || isnan(value.z) || isnan(value.w);
        }
        return nan;
    }
    for (int32_t i = threadIdx.x; i < size; i += kWARP)
    {
        to[i] = from[i];
        nan = nan || isnan(from[i]);
    }
    return nan;
}

// Rows come best first, so those above the threshold are the first ones. A block has an image, a warp a row.
__global__ void compactRows(CompactParameters const p, DetectionsLayout const layout)
{
    __shared__ DetectionsHeader header;
    int32_t const thread = threadIdx.y * kWARP + threadIdx.x;
    int64_t const first = static_cast<int64_t>(blockIdx.x) * p.topK;
    char* out = static_cast<char*>(p.out) + blockIdx.x * layout.size;
    auto* boxes = reinterpret_cast<float*>(out + layout.boxes);
    auto* embeddings = reinterpret_cast<float*>(out + layout.embeddings);
    if (thread == 0)
    {
        header = DetectionsHeader{};
    }
    __syncthreads();
    int32_t const count = countAbove(p, first, header);
    for (int32_t row = threadIdx.y; row < count; row += kWARPS)
    {
        int64_t const index = first + row;
        int64_t const size = p.embeddingSize;
        if (copyRow(p.boxes + index * 4, boxes + row * 4, 4))
        {
            header.nanInBoxes = 1;
        }
        if (copyRow(p.embeddings + index * size, embeddings + row * size, p.embeddingSize))
        {
            header.nanInEmbeddings = 1;
        }
        if (threadIdx.x == 0)
        {
            reinterpret_cast<float*>(out + layout.scores)[row] = p.scores[index];
            reinterpret_cast<int32_t*>(out + layout.classes)[row] = classAt(p, index);
        }
    }
    __syncthreads();
    if (thread == 0)
    {
        header.count = static_cast<uint32_t>(count);
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
