// Reading arguments and options. The TypeScript side validates; these guard against calls that bypass it.
#pragma once

#include "common/nativeError.h"

#include <cstdint>
#include <napi.h>
#include <optional>
#include <string>
#include <vector>

namespace trtfairmot
{

inline int64_t integerFrom(Napi::Value value, char const* name)
{
    if (!value.IsNumber())
    {
        throw NativeError(code::kINVALID, std::string("Expected ") + name + " to be a number");
    }
    return value.As<Napi::Number>().Int64Value();
}

inline size_t sizeFrom(Napi::Value value, char const* name)
{
    int64_t const number = integerFrom(value, name);
    if (number < 0)
    {
        throw NativeError(
            code::kINVALID, std::string("Expected ") + name + " >= 0 but received " + std::to_string(number));
    }
    return static_cast<size_t>(number);
}

inline std::string stringFrom(Napi::Value value, char const* name)
{
    if (!value.IsString())
    {
        throw NativeError(code::kINVALID, std::string("Expected ") + name + " to be a string");
    }
    return value.As<Napi::String>().Utf8Value();
}

inline Napi::Object objectFrom(Napi::Value value, char const* name)
{
    if (!value.IsObject())
    {
        throw NativeError(code::kINVALID, std::string("Expected ") + name + " to be an object");
    }
    return value.As<Napi::Object>();
}

inline bool booleanFrom(Napi::Object const& options, char const* name)
{
    return options.Get(name).ToBoolean().Value();
}

inline int64_t integerFrom(Napi::Object const& options, char const* name)
{
    return integerFrom(options.Get(name), name);
}

inline double numberFrom(Napi::Object const& options, char const* name)
{
    auto const value = options.Get(name);
    if (!value.IsNumber())
    {
        throw NativeError(code::kINVALID, std::string("Expected ") + name + " to be a number");
    }
    return value.As<Napi::Number>().DoubleValue();
}

inline std::vector<std::string> stringsFrom(Napi::Value value)
{
    std::vector<std::string> strings;
    if (!value.IsArray())
    {
        return strings;
    }
    auto const array = value.As<Napi::Array>();
    for (uint32_t i = 0; i < array.Length(); i++)
    {
        strings.push_back(stringFrom(array.Get(i), "every element of the list"));
    }
    return strings;
}

inline std::vector<int64_t> integersFrom(Napi::Value value, char const* name)
{
    std::vector<int64_t> numbers;
    if (!value.IsArray())
    {
        throw NativeError(code::kINVALID, std::string("Expected ") + name + " to be a list of integers");
    }
    auto const array = value.As<Napi::Array>();
    for (uint32_t i = 0; i < array.Length(); i++)
    {
        numbers.push_back(integerFrom(array.Get(i), name));
    }
    return numbers;
}

struct Bytes
{
    uint8_t* data;
    size_t size;
};

inline Bytes bytesFrom(Napi::Value value, char const* name)
{
    if (!value.IsTypedArray())
    {
        throw NativeError(code::kINVALID, std::string("Expected ") + name + " to be a typed array");
    }
    auto const array = value.As<Napi::TypedArray>();
    auto* start = static_cast<uint8_t*>(array.ArrayBuffer().Data());
    return {start + array.ByteOffset(), array.ByteLength()};
}

} // namespace trtfairmot
