// float, half and bfloat16 elements and their 16- and 32-bit patterns.
#pragma once

#include <cstring>

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "common/hostDevice.h"

namespace trtfairmot
{

HOST_DEVICE_INLINE float floatFromElement(float value)
{
    return value;
}

HOST_DEVICE_INLINE float floatFromElement(__half value)
{
    return __half2float(value);
}

HOST_DEVICE_INLINE float floatFromElement(__nv_bfloat16 value)
{
    return __bfloat162float(value);
}

template <typename T>
HOST_DEVICE_INLINE T elementFromFloat(float value);

template <>
HOST_DEVICE_INLINE float elementFromFloat<float>(float value)
{
    return value;
}

template <>
HOST_DEVICE_INLINE __half elementFromFloat<__half>(float value)
{
    return __float2half_rn(value);
}

template <>
HOST_DEVICE_INLINE __nv_bfloat16 elementFromFloat<__nv_bfloat16>(float value)
{
    return __float2bfloat16_rn(value);
}

// Two 16-bit elements in a word, the first in the low half.
template <typename T>
HOST_DEVICE_INLINE float2 floatsFromWord(uint32_t word);

template <>
HOST_DEVICE_INLINE float2 floatsFromWord<__half>(uint32_t word)
{
    __half2 pair;
    memcpy(static_cast<void*>(&pair), &word, sizeof(word));
    return __half22float2(pair);
}

template <>
HOST_DEVICE_INLINE float2 floatsFromWord<__nv_bfloat16>(uint32_t word)
{
    uint32_t const low = word << 16;
    uint32_t const high = word & 0xFFFF0000U;
    float2 pair;
    memcpy(&pair.x, &low, sizeof(low));
    memcpy(&pair.y, &high, sizeof(high));
    return pair;
}

template <typename T>
HOST_DEVICE_INLINE uint32_t wordFromFloats(float first, float second);

template <>
HOST_DEVICE_INLINE uint32_t wordFromFloats<__half>(float first, float second)
{
    __half2 const pair = __floats2half2_rn(first, second);
    uint32_t word;
    memcpy(&word, &pair, sizeof(word));
    return word;
}

template <>
HOST_DEVICE_INLINE uint32_t wordFromFloats<__nv_bfloat16>(float first, float second)
{
    __nv_bfloat162 const pair = __floats2bfloat162_rn(first, second);
    uint32_t word;
    memcpy(&word, &pair, sizeof(word));
    return word;
}

} // namespace trtfairmot
