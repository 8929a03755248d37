#include "cuda/check.h"

#include "common/nativeError.h"

namespace trtfairmot
{

namespace
{

struct Advice
{
    char const* code;
    char const* hint;
};

Advice adviceFor(cudaError_t status)
{
    switch (status)
    {
    case cudaErrorMemoryAllocation:
        return {code::kOUT_OF_MEMORY,
            "close other programs on the GPU (see nvidia-smi), or use fewer slots, a smaller batch or smaller frames"};
    case cudaErrorNoDevice: return {code::kNO_DEVICE, "run `fairmot doctor`; without an NVIDIA GPU use `--device cpu`"};
    case cudaErrorInsufficientDriver:
        return {code::kNO_DEVICE, "install or update the NVIDIA driver; `nvidia-smi` shows which one is active"};
    case cudaErrorInvalidDevice:
        return {code::kNO_DEVICE, "`nvidia-smi -L` lists the GPUs; CUDA_VISIBLE_DEVICES may hide some"};
    case cudaErrorNoKernelImageForDevice:
        return {code::kCUDA, "rebuild the addon for this GPU: CUDA_ARCHITECTURES=native npm run native"};
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchFailure:
    case cudaErrorAssert:
    case cudaErrorECCUncorrectable:
        return {code::kCUDA, "the GPU context of this process is lost: start the process again"};
    default: return {code::kCUDA, "run `fairmot doctor`"};
    }
}

} // namespace

void throwCudaError(cudaError_t status, char const* call)
{
    // Clears the thread's last error, else the next unrelated check would report it again.
    (void) cudaGetLastError();
    auto const advice = adviceFor(status);
    int driver = 0;
    if (status == cudaErrorInsufficientDriver && cudaDriverGetVersion(&driver) == cudaSuccess && driver == 0)
    {
        throw NativeError(code::kNO_DEVICE, "Expected an NVIDIA driver but found none",
            "install the driver; in a container, start it with --gpus all; without a GPU use --device cpu");
    }
    throw NativeError(advice.code,
        std::string("Expected ") + call + " to succeed but received " + cudaGetErrorName(status) + ": "
            + cudaGetErrorString(status),
        advice.hint);
}

void useDevice(int device)
{
    cudaError_t const status = cudaSetDevice(device);
    if (status != cudaSuccess)
    {
        std::string const call = "cudaSetDevice(" + std::to_string(device) + ")";
        throwCudaError(status, call.c_str());
    }
}

} // namespace trtfairmot
