// Device memory and page-locked host memory, owned.
#pragma once

#include <cstddef>
#include <cstdint>

namespace trtfairmot
{

class DeviceMemory
{
public:
    static constexpr char const* kNAME = "DeviceBuffer";

    DeviceMemory(int device, size_t size);
    ~DeviceMemory();
    DeviceMemory(DeviceMemory const&) = delete;
    DeviceMemory& operator=(DeviceMemory const&) = delete;

    template <typename T = void>
    T* as() const noexcept
    {
        return static_cast<T*>(mAddress);
    }

    size_t size() const noexcept
    {
        return mSize;
    }

    int device() const noexcept
    {
        return mDevice;
    }

private:
    int mDevice;
    size_t mSize;
    void* mAddress{nullptr};
};

// Page-locked host memory, which the GPU can also read and write directly.
class PinnedMemory
{
public:
    static constexpr char const* kNAME = "PinnedBuffer";

    PinnedMemory(int device, size_t size);
    ~PinnedMemory();
    PinnedMemory(PinnedMemory const&) = delete;
    PinnedMemory& operator=(PinnedMemory const&) = delete;

    template <typename T = void>
    T* as() const noexcept
    {
        return static_cast<T*>(mAddress);
    }

    // The same memory as the device sees it.
    template <typename T = void>
    T* onDevice() const noexcept
    {
        return static_cast<T*>(mDeviceAddress);
    }

    size_t size() const noexcept
    {
        return mSize;
    }

private:
    int mDevice;
    size_t mSize;
    void* mAddress{nullptr};
    void* mDeviceAddress{nullptr};
};

} // namespace trtfairmot
