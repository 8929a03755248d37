// The one exception of the native code. Bindings turn it into a JavaScript error with the same code and hint.
#pragma once

#include <stdexcept>
#include <string>

namespace trtfairmot
{

// Stable codes; src/native-error.ts maps each to a kind of FairmotError.
namespace code
{
inline constexpr char const* kINVALID = "INVALID_ARGUMENT";
inline constexpr char const* kCLOSED = "CLOSED";
inline constexpr char const* kCUDA = "CUDA_ERROR";
inline constexpr char const* kOUT_OF_MEMORY = "CUDA_OUT_OF_MEMORY";
inline constexpr char const* kNO_DEVICE = "CUDA_NO_DEVICE";
inline constexpr char const* kTENSORRT_ABSENT = "TENSORRT_ABSENT";
inline constexpr char const* kTENSORRT = "TENSORRT_ERROR";
inline constexpr char const* kPLUGIN = "PLUGIN_ERROR";
inline constexpr char const* kCANCELLED = "CANCELLED";
inline constexpr char const* kINTERNAL = "INTERNAL";
} // namespace code

class NativeError : public std::runtime_error
{
public:
    NativeError(std::string errorCode, std::string const& message, std::string hint = {})
        : std::runtime_error(message)
        , mCode(std::move(errorCode))
        , mHint(std::move(hint))
    {
    }

    std::string const& code() const noexcept
    {
        return mCode;
    }

    std::string const& hint() const noexcept
    {
        return mHint;
    }

private:
    std::string mCode;
    std::string mHint;
};

} // namespace trtfairmot
