// Device buffers and pinned buffers.
#include "bindings/arguments.h"
#include "bindings/bindings.h"
#include "bindings/guard.h"
#include "bindings/handle.h"
#include "cuda/check.h"
#include "cuda/memory.h"

#include <cstring>

namespace trtfairmot
{

namespace
{

template <typename T>
Napi::Value createMemory(Napi::CallbackInfo const& info)
{
    auto const device = static_cast<int>(integerFrom(info[0], "device"));
    auto const size = sizeFrom(info[1], "size");
    return runAsync(
        info.Env(), [device, size] { return std::make_shared<T>(device, size); },
        [](Napi::Env env, std::shared_ptr<T> memory) { return handleFrom(env, std::move(memory)); });
}

// pinnedBufferView(handle): ArrayBuffer over the pinned memory, which keeps the handle alive.
Napi::Value pinnedBufferView(Napi::CallbackInfo const& info)
{
    auto const memory = resourceOf<PinnedMemory>(info[0]);
    auto view = Napi::ArrayBuffer::New(
        info.Env(), memory->as(), memory->size(), [](Napi::Env, void*) { /* the handle owns the memory */ });
    view.DefineProperty(Napi::PropertyDescriptor::Value("handle", info[0], napi_default));
    return view;
}

// pinnedBufferWrite(handle, bytes): Promise<void>, once the bytes are copied on a thread of the pool
Napi::Value pinnedBufferWrite(Napi::CallbackInfo const& info)
{
    auto const memory = resourceOf<PinnedMemory>(info[0]);
    auto const bytes = bytesFrom(info[1], "bytes");
    if (bytes.size > memory->size())
    {
        throw NativeError(code::kINVALID,
            "Expected at most " + std::to_string(memory->size()) + " bytes but received "
                + std::to_string(bytes.size));
    }
    auto held = Napi::Persistent(info[1].As<Napi::Object>());
    return runAsync(
        info.Env(),
        [memory, bytes] {
            std::memcpy(memory->as(), bytes.data, bytes.size);
            return true;
        },
        [held = std::move(held)](Napi::Env env, bool) { return env.Undefined(); });
}

// detachView(arrayBuffer): its length becomes 0, so that nothing reads memory about to be freed.
Napi::Value detachView(Napi::CallbackInfo const& info)
{
    if (info[0].IsArrayBuffer() && !info[0].As<Napi::ArrayBuffer>().IsDetached())
    {
        info[0].As<Napi::ArrayBuffer>().Detach();
    }
    return info.Env().Undefined();
}

// memoryInfo(device): Promise<{ free, total }> in bytes
Napi::Value memoryInfo(Napi::CallbackInfo const& info)
{
    auto const device = static_cast<int>(integerFrom(info[0], "device"));
    using Sizes = std::pair<size_t, size_t>;
    return runAsync(
        info.Env(),
        [device] {
            Sizes sizes{};
            useDevice(device);
            CUDA_CHECK(cudaMemGetInfo(&sizes.first, &sizes.second));
            return sizes;
        },
        [](Napi::Env env, Sizes sizes) {
            auto result = Napi::Object::New(env);
            result.Set("free", static_cast<double>(sizes.first));
            result.Set("total", static_cast<double>(sizes.second));
            return Napi::Value(result);
        });
}

} // namespace

void registerMemory(Napi::Object exports)
{
    expose<&createMemory<DeviceMemory>>(exports, "deviceBufferCreate");
    expose<&createMemory<PinnedMemory>>(exports, "pinnedBufferCreate");
    expose<&pinnedBufferView>(exports, "pinnedBufferView");
    expose<&pinnedBufferWrite>(exports, "pinnedBufferWrite");
    expose<&detachView>(exports, "detachView");
    expose<&memoryInfo>(exports, "memoryInfo");
    expose<&closeHandle>(exports, "closeHandle");
}

} // namespace trtfairmot
