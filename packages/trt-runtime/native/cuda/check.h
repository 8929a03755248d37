// Every CUDA call goes through CUDA_CHECK; a failure becomes a NativeError that says what was tried.
#pragma once

#include <cuda_runtime_api.h>

namespace trtfairmot
{

void throwCudaError(cudaError_t status, char const* call);

inline void checkCuda(cudaError_t status, char const* call)
{
    if (status != cudaSuccess)
    {
        throwCudaError(status, call);
    }
}

#define CUDA_CHECK(call) ::trtfairmot::checkCuda((call), #call)

// Makes `device` the calling thread's; every public function of the native code that touches CUDA begins with it.
void useDevice(int device);

} // namespace trtfairmot
