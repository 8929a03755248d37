// Second kernel of decode: the K best candidates of each image, sorted. One block per image.
#include "cuda/check.h"
#include "kernels/decodeParts.cuh"

namespace trtfairmot
{

namespace
{

constexpr int32_t kTHREADS = 1024;
static_assert(kTHREADS == kSELECT_CAPACITY, "one thread sorts one key");

struct Selection
{
    uint32_t histogram[256];
    Key prefix;
    uint32_t remaining;
    bool done;
};

// Finds the key of rank `wanted` (1 is the largest) by radix, eight bits at a time. Keys are distinct.
__device__ Key keyOfRank(Key const* keys, uint32_t count, uint32_t wanted, Selection& shared)
{
    if (threadIdx.x == 0)
    {
        shared.prefix = 0;
        shared.remaining = wanted;
        shared.done = false;
    }
    for (int32_t shift = 56; shift >= 0; shift -= 8)
    {
        if (threadIdx.x < 256)
        {
            shared.histogram[threadIdx.x] = 0;
        }
        __syncthreads();
        Key const prefix = shared.prefix;
        for (uint32_t i = threadIdx.x; i < count; i += kTHREADS)
        {
            // The first pass has no prefix yet, and shifting by 64 is undefined.
            if (shift == 56 || (keys[i] >> (shift + 8)) == (prefix >> (shift + 8)))
            {
                atomicAdd(&shared.histogram[(keys[i] >> shift) & 0xFF], 1U);
            }
        }
        __syncthreads();
        if (threadIdx.x == 0)
        {
            uint32_t remaining = shared.remaining;
            int32_t digit = 255;
            while (shared.histogram[digit] < remaining)
            {
                remaining -= shared.histogram[digit--];
            }
            shared.prefix = prefix | (static_cast<Key>(digit) << shift);
            shared.remaining = remaining;
            // The whole bucket is wanted: every key at or above the prefix is in.
            shared.done = shared.histogram[digit] == remaining;
        }
        __syncthreads();
        if (shared.done)
        {
            break;
        }
    }
    return shared.prefix;
}

__device__ void sortDescending(Key* keys)
{
    int32_t const i = threadIdx.x;
    for (int32_t size = 2; size <= kSELECT_CAPACITY; size *= 2)
    {
        for (int32_t stride = size / 2; stride > 0; stride /= 2)
        {
            __syncthreads();
            int32_t const partner = i ^ stride;
            if (partner > i)
            {
                bool const descending = (i & size) == 0;
                Key const a = keys[i];
                Key const b = keys[partner];
                if ((a < b) == descending)
                {
                    keys[i] = b;
                    keys[partner] = a;
                }
            }
        }
    }
    __syncthreads();
}

__global__ void selectTopK(
    DecodeParameters const parameters, DecodeScratch const scratch, uint32_t capacity, size_t outStride)
{
    __shared__ Selection selection;
    __shared__ Key best[kSELECT_CAPACITY];
    __shared__ uint32_t bestCount;
    int32_t const image = blockIdx.x;
    Key const* candidates = scratch.candidates + static_cast<size_t>(image) * capacity;
    uint32_t const found = scratch.counters[image];
    uint32_t const wanted = min(found, static_cast<uint32_t>(parameters.topK));

    best[threadIdx.x] = found <= kSELECT_CAPACITY && threadIdx.x < found ? candidates[threadIdx.x] : 0;
    if (threadIdx.x == 0)
    {
        bestCount = 0;
    }
    __syncthreads();
    if (found > kSELECT_CAPACITY)
    {
        Key const smallest = keyOfRank(candidates, found, wanted, selection);
        for (uint32_t i = threadIdx.x; i < found; i += kTHREADS)
        {
            if (candidates[i] >= smallest)
            {
                best[atomicAdd(&bestCount, 1U)] = candidates[i];
            }
        }
    }
    sortDescending(best);
    scratch.selected[image * kSELECT_CAPACITY + threadIdx.x] = best[threadIdx.x];
    if (threadIdx.x == 0)
    {
        auto* header = reinterpret_cast<DetectionsHeader*>(static_cast<char*>(parameters.out) + image * outStride);
        header->count = wanted;
        header->candidates = found;
        header->nanInHeatMap = scratch.nans[image];
        header->nanInBoxes = 0;
        header->nanInEmbeddings = 0;
        scratch.nans[image] = 0;
        scratch.counters[image] = 0;
    }
}

} // namespace

void launchSelect(DecodeParameters const& parameters, DecodeScratch const& scratch, cudaStream_t stream)
{
    size_t const stride = DetectionsLayout::of(parameters.topK, parameters.id.channels).size;
    auto const capacity = static_cast<uint32_t>(candidateCapacity(parameters));
    selectTopK<<<parameters.batch, kTHREADS, 0, stream>>>(parameters, scratch, capacity, stride);
    CUDA_CHECK(cudaGetLastError());
}

} // namespace trtfairmot
