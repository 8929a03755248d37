#include "cuda/memory.h"

#include "common/nativeError.h"
#include "cuda/check.h"

#include <string>

namespace trtfairmot
{

namespace
{

void requireSize(size_t size, char const* what)
{
    if (size == 0)
    {
        throw NativeError(code::kINVALID, std::string("Expected a ") + what + " of at least 1 byte but received 0");
    }
}

} // namespace

DeviceMemory::DeviceMemory(int device, size_t size)
    : mDevice(device)
    , mSize(size)
{
    requireSize(size, kNAME);
    useDevice(device);
    cudaError_t const status = cudaMalloc(&mAddress, size);
    if (status != cudaSuccess)
    {
        std::string const call = "cudaMalloc of " + std::to_string(size) + " bytes";
        throwCudaError(status, call.c_str());
    }
}

DeviceMemory::~DeviceMemory()
{
    (void) cudaSetDevice(mDevice);
    (void) cudaFree(mAddress);
}

PinnedMemory::PinnedMemory(int device, size_t size)
    : mDevice(device)
    , mSize(size)
{
    requireSize(size, kNAME);
    useDevice(device);
    cudaError_t const status = cudaHostAlloc(&mAddress, size, cudaHostAllocMapped | cudaHostAllocPortable);
    if (status != cudaSuccess)
    {
        std::string const call = "cudaHostAlloc of " + std::to_string(size) + " bytes";
        throwCudaError(status, call.c_str());
    }
    cudaError_t const mapped = cudaHostGetDevicePointer(&mDeviceAddress, mAddress, 0);
    if (mapped != cudaSuccess)
    {
        (void) cudaFreeHost(mAddress);
        throwCudaError(mapped, "cudaHostGetDevicePointer");
    }
}

PinnedMemory::~PinnedMemory()
{
    (void) cudaSetDevice(mDevice);
    (void) cudaFreeHost(mAddress);
}

} // namespace trtfairmot
