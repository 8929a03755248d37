#include "testing/deviceBytes.h"

#include <cstdio>
#include <cstdlib>

#include "testing/guard.h"

namespace trtfairmot
{

void checkCuda(cudaError_t status, char const* what)
{
    if (status != cudaSuccess)
    {
        std::printf("FAIL %s: %s\n", what, cudaGetErrorString(status));
        std::exit(1);
    }
}

void requireGpu()
{
    int32_t count = 0;
    cudaError_t const status = cudaGetDeviceCount(&count);
    if (status != cudaSuccess || count == 0)
    {
        std::printf("No GPU to run on: %s\n", cudaGetErrorString(status));
        std::exit(3);
    }
    cudaDeviceProp properties{};
    checkCuda(cudaGetDeviceProperties(&properties, 0), "device properties");
    std::printf("%s, compute capability %d.%d, %d multiprocessors\n", properties.name, properties.major,
        properties.minor, properties.multiProcessorCount);
}

DeviceBytes::DeviceBytes(size_t bytes) : mSize{bytes}
{
    if (bytes != 0)
    {
        checkCuda(cudaMalloc(&mData, bytes), "cudaMalloc");
    }
}

DeviceBytes::DeviceBytes(std::vector<uint8_t> const& bytes) : DeviceBytes(bytes.size())
{
    if (mSize != 0)
    {
        checkCuda(cudaMemcpy(mData, bytes.data(), mSize, cudaMemcpyHostToDevice), "upload");
    }
}

DeviceBytes::~DeviceBytes()
{
    cudaFree(mData);
}

DeviceBytes::DeviceBytes(DeviceBytes&& other) noexcept : mData{other.mData}, mSize{other.mSize}
{
    other.mData = nullptr;
    other.mSize = 0;
}

void* DeviceBytes::data() const
{
    return mData;
}

size_t DeviceBytes::size() const
{
    return mSize;
}

void DeviceBytes::poison(cudaStream_t stream)
{
    if (mSize != 0)
    {
        checkCuda(cudaMemsetAsync(mData, kPOISON, mSize, stream), "poison");
    }
}

std::vector<uint8_t> DeviceBytes::download() const
{
    std::vector<uint8_t> bytes(mSize);
    if (mSize != 0)
    {
        checkCuda(cudaMemcpy(bytes.data(), mData, mSize, cudaMemcpyDeviceToHost), "download");
    }
    return bytes;
}

GuardedBytes::GuardedBytes(size_t bytes) : mBytes{bytes + kGUARD_BYTES} {}

void* GuardedBytes::data() const
{
    return mBytes.data();
}

size_t GuardedBytes::size() const
{
    return mBytes.size() - kGUARD_BYTES;
}

void GuardedBytes::poison(cudaStream_t stream)
{
    mBytes.poison(stream);
}

std::vector<uint8_t> GuardedBytes::download(bool& guardIntact) const
{
    std::vector<uint8_t> bytes = mBytes.download();
    guardIntact = cutGuard(bytes);
    return bytes;
}

} // namespace trtfairmot
