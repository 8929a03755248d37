// Lets index arithmetic and whole kernels be compiled for the host as well, where test/emulator.h runs them.
#pragma once

#include <cstdint>

#include <cuda_runtime_api.h>

#if defined(__CUDACC__)
#define DCNV2_HOST_DEVICE __host__ __device__ __forceinline__
#define DCNV2_DEVICE __device__ __forceinline__
#define DCNV2_UNROLL _Pragma("unroll")
#else
#define DCNV2_HOST_DEVICE inline
#define DCNV2_DEVICE inline
#define DCNV2_UNROLL
#endif

namespace trtfairmot
{

DCNV2_HOST_DEVICE constexpr int32_t ceilDiv(int32_t a, int32_t b)
{
    return (a + b - 1) / b;
}

DCNV2_HOST_DEVICE constexpr int32_t roundUp(int32_t a, int32_t b)
{
    return ceilDiv(a, b) * b;
}

} // namespace trtfairmot
