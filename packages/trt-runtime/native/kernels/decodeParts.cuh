// What the kernels of decode share.
#pragma once

#include "kernels/decode.h"

#include <cuda_fp16.h>

namespace trtfairmot
{

// A candidate's sort key: the bits of its positive score, then its index complemented, so that the larger key is the
// higher score and among equal scores the lower index.
using Key = unsigned long long;

struct DecodeScratch
{
    uint32_t* counters; // [batch] candidates found
    uint32_t* nans;     // [batch] whether the heat map holds NaN
    Key* selected;      // [batch, kSELECT_CAPACITY], descending
    Key* candidates;    // [batch, classes * height * width]
};

inline constexpr int32_t kSELECT_CAPACITY = 1024;

DecodeScratch scratchOf(DecodeParameters const& parameters);
size_t candidateCapacity(DecodeParameters const& parameters);

void launchPeaks(DecodeParameters const& parameters, DecodeScratch const& scratch, cudaStream_t stream);
void launchSelect(DecodeParameters const& parameters, DecodeScratch const& scratch, cudaStream_t stream);
void launchGather(DecodeParameters const& parameters, DecodeScratch const& scratch, cudaStream_t stream);

#ifdef __CUDACC__

__device__ inline float elementAt(HeadView const& head, int64_t index)
{
    return head.type == ElementType::kFLOAT16 ? __half2float(static_cast<__half const*>(head.data)[index])
                                              : static_cast<float const*>(head.data)[index];
}

__device__ inline float headValue(HeadView const& head, int32_t image, int32_t channel, int32_t pixel)
{
    return elementAt(head, image * head.imageStride + channel * head.channelStride + pixel * head.pixelStride);
}

// In double and then rounded, as JavaScript does it, so that ties and thresholds fall the same way.
__device__ inline float sigmoid(float logit)
{
    return static_cast<float>(1.0 / (1.0 + exp(-static_cast<double>(logit))));
}

__device__ inline Key keyFrom(float score, uint32_t index)
{
    return (static_cast<Key>(__float_as_uint(score)) << 32) | (0xFFFFFFFFU - index);
}

__device__ inline float scoreOf(Key key)
{
    return __uint_as_float(static_cast<uint32_t>(key >> 32));
}

__device__ inline uint32_t indexOf(Key key)
{
    return 0xFFFFFFFFU - static_cast<uint32_t>(key);
}

#endif

} // namespace trtfairmot
