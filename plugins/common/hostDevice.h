// Lets index arithmetic and whole kernels be compiled for the host as well, where testing/emulator.h runs them.
#pragma once

#include <cstdint>

#include <cuda_runtime_api.h>

#if defined(__CUDACC__)
#define HOST_DEVICE_INLINE __host__ __device__ __forceinline__
#define DEVICE_INLINE __device__ __forceinline__
#define UNROLL _Pragma("unroll")
#else
#define HOST_DEVICE_INLINE inline
#define DEVICE_INLINE inline
#define UNROLL
#endif

namespace trtfairmot
{

HOST_DEVICE_INLINE constexpr int32_t ceilDiv(int32_t a, int32_t b)
{
    return (a + b - 1) / b;
}

HOST_DEVICE_INLINE constexpr int32_t roundUp(int32_t a, int32_t b)
{
    return ceilDiv(a, b) * b;
}

} // namespace trtfairmot
