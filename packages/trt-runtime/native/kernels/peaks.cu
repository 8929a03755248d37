// First kernel of decode: every map pixel that is a 3x3 peak with a score above the threshold becomes a candidate.
#include "cuda/check.h"
#include "kernels/decodeParts.cuh"

#include <math_constants.h>

namespace trtfairmot
{

namespace
{

constexpr int32_t kTILE_X = 32;
constexpr int32_t kTILE_Y = 8;
// Far more than the error of the quick float sigmoid; closer cases are settled exactly.
constexpr float kSCORE_MARGIN = 1e-5F;

__device__ float quickSigmoid(float logit)
{
    return 1.0F / (1.0F + __expf(-logit));
}

// Peak test on scores, as max pooling on the sigmoid map does it: equal neighbours all stay.
__device__ bool isPeak(float logit, float largestNeighbour)
{
    if (logit >= largestNeighbour)
    {
        return true;
    }
    if (quickSigmoid(largestNeighbour) - quickSigmoid(logit) > kSCORE_MARGIN)
    {
        return false;
    }
    return sigmoid(logit) == sigmoid(largestNeighbour);
}

__global__ void findPeaks(DecodeParameters const parameters, DecodeScratch const scratch, uint32_t capacity)
{
    __shared__ float tile[kTILE_Y + 2][kTILE_X + 2];
    int32_t const classes = parameters.hm.channels;
    int32_t const image = blockIdx.z / classes;
    int32_t const channel = blockIdx.z % classes;
    int32_t const left = blockIdx.x * kTILE_X - 1;
    int32_t const top = blockIdx.y * kTILE_Y - 1;
    int32_t const thread = threadIdx.y * kTILE_X + threadIdx.x;
    for (int32_t i = thread; i < (kTILE_X + 2) * (kTILE_Y + 2); i += kTILE_X * kTILE_Y)
    {
        int32_t const x = left + i % (kTILE_X + 2);
        int32_t const y = top + i / (kTILE_X + 2);
        bool const inside = x >= 0 && y >= 0 && x < parameters.width && y < parameters.height;
        tile[i / (kTILE_X + 2)][i % (kTILE_X + 2)]
            = inside ? headValue(parameters.hm, image, channel, y * parameters.width + x) : -CUDART_INF_F;
    }
    __syncthreads();

    int32_t const x = left + 1 + threadIdx.x;
    int32_t const y = top + 1 + threadIdx.y;
    if (x >= parameters.width || y >= parameters.height)
    {
        return;
    }
    float const logit = tile[threadIdx.y + 1][threadIdx.x + 1];
    if (isnan(logit))
    {
        scratch.nans[image] = 1;
    }
    if (!(quickSigmoid(logit) > parameters.threshold - kSCORE_MARGIN))
    {
        return;
    }
    float largest = -CUDART_INF_F;
    for (int32_t dy = 0; dy < 3; dy++)
    {
        for (int32_t dx = 0; dx < 3; dx++)
        {
            largest = fmaxf(largest, tile[threadIdx.y + dy][threadIdx.x + dx]);
        }
    }
    if (!isPeak(logit, largest))
    {
        return;
    }
    float const score = sigmoid(logit);
    if (static_cast<double>(score) > parameters.threshold)
    {
        uint32_t const index = (channel * parameters.height + y) * parameters.width + x;
        uint32_t const slot = atomicAdd(&scratch.counters[image], 1U);
        scratch.candidates[static_cast<size_t>(image) * capacity + slot] = keyFrom(score, index);
    }
}

} // namespace

void launchPeaks(DecodeParameters const& parameters, DecodeScratch const& scratch, cudaStream_t stream)
{
    dim3 const block(kTILE_X, kTILE_Y);
    dim3 const grid((parameters.width + kTILE_X - 1) / kTILE_X, (parameters.height + kTILE_Y - 1) / kTILE_Y,
        parameters.batch * parameters.hm.channels);
    findPeaks<<<grid, block, 0, stream>>>(parameters, scratch, static_cast<uint32_t>(candidateCapacity(parameters)));
    CUDA_CHECK(cudaGetLastError());
}

} // namespace trtfairmot
