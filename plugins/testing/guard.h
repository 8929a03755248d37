// What a kernel writes in a test, as NaN, and a guard behind it that the kernel must leave as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace trtfairmot
{

constexpr size_t kGUARD_BYTES = 256;
constexpr uint8_t kPOISON = 0xFF; // as every byte: NaN in float, half and bfloat16

template <typename T>
std::vector<T> guarded(size_t count)
{
    std::vector<T> values(count + kGUARD_BYTES / sizeof(T));
    std::memset(values.data(), kPOISON, values.size() * sizeof(T));
    return values;
}

// Cuts the guard off; whether it was as guarded() had made it.
template <typename T>
bool cutGuard(std::vector<T>& values)
{
    std::vector<T> const untouched = guarded<T>(0);
    size_t const count = values.size() - untouched.size();
    bool const intact = std::memcmp(values.data() + count, untouched.data(), kGUARD_BYTES) == 0;
    values.resize(count);
    return intact;
}

} // namespace trtfairmot
