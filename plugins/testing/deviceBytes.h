// Device memory and error checks for the test programs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <cuda_runtime_api.h>

namespace trtfairmot
{

// Ends the program with exit code 3 where there is no usable GPU, 1 for any other CUDA error.
void checkCuda(cudaError_t status, char const* what);
void requireGpu();

class DeviceBytes
{
public:
    explicit DeviceBytes(size_t bytes);
    explicit DeviceBytes(std::vector<uint8_t> const& bytes);
    ~DeviceBytes();
    DeviceBytes(DeviceBytes&& other) noexcept;
    DeviceBytes(DeviceBytes const&) = delete;
    DeviceBytes& operator=(DeviceBytes const&) = delete;
    DeviceBytes& operator=(DeviceBytes&&) = delete;

    void* data() const; // nullptr where empty
    size_t size() const;
    void poison(cudaStream_t stream); // every byte kPOISON
    std::vector<uint8_t> download() const;

private:
    void* mData{nullptr};
    size_t mSize{0};
};

// What a kernel writes, with a guard behind it that it must leave as poison() made it.
class GuardedBytes
{
public:
    explicit GuardedBytes(size_t bytes);

    void* data() const;
    size_t size() const; // without the guard
    void poison(cudaStream_t stream);
    std::vector<uint8_t> download(bool& guardIntact) const; // without the guard

private:
    DeviceBytes mBytes;
};

} // namespace trtfairmot
