// How native resources appear in JavaScript: an opaque external that shares ownership until it is closed.
// Work under way holds its own share, so closing is safe at any time; the memory goes with the last share.
#pragma once

#include "bindings/promise.h"

#include <cstring>
#include <memory>
#include <napi.h>
#include <string>

namespace trtfairmot
{

struct Handle
{
    char const* name;
    std::shared_ptr<void> resource;
};

inline char const* article(char const* name)
{
    return *name == 'E' ? "an " : "a ";
}

// Called by the garbage collector.
void releaseHandle(Handle* handle);

void watchEnvironment(Napi::Env env);

Napi::Value closeHandle(Napi::CallbackInfo const& info);

inline constexpr napi_type_tag kHANDLE_TAG{0x7472742d66616972, 0x6d6f742d68616e64};

// T::kNAME names the class in messages and tells handles apart.
template <typename T>
Napi::Value handleFrom(Napi::Env env, std::shared_ptr<T> resource)
{
    auto external = Napi::External<Handle>::New(
        env, new Handle{T::kNAME, std::move(resource)}, [](Napi::Env, Handle* handle) { releaseHandle(handle); });
    external.TypeTag(&kHANDLE_TAG);
    return external;
}

inline Handle& handleOf(Napi::Value value, char const* expected)
{
    if (!value.IsExternal() || !value.As<Napi::External<Handle>>().CheckTypeTag(&kHANDLE_TAG))
    {
        throw NativeError(code::kINVALID, std::string("Expected ") + article(expected) + expected + " but received another value");
    }
    return *value.As<Napi::External<Handle>>().Data();
}

template <typename T>
std::shared_ptr<T> resourceOf(Napi::Value value)
{
    auto& handle = handleOf(value, T::kNAME);
    if (std::strcmp(handle.name, T::kNAME) != 0)
    {
        throw NativeError(code::kINVALID, std::string("Expected ") + article(T::kNAME) + T::kNAME + " but received " + article(handle.name) + handle.name);
    }
    if (!handle.resource)
    {
        throw NativeError(code::kCLOSED, std::string("Expected an open ") + T::kNAME + " but received a closed one",
            "create a new one, or close it after its last use");
    }
    return std::static_pointer_cast<T>(handle.resource);
}

} // namespace trtfairmot
