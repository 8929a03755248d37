// A candidate is a 64-bit key: the bits of its score, then its index backwards, so that the larger key is the higher
// score and among equal scores the lower index.
#pragma once

#include <cstdint>

#include "common/hostDevice.h"

namespace trtfairmot
{

using Key = unsigned long long;

// Above the bits of every score: NaN in the heat map sorts first and comes out as a score of NaN.
constexpr uint32_t kNAN_BITS = 0x3FFFFFFFU;

// Cells of the heat map that a block of the first kernel looks at, and room for that many candidates.
constexpr int32_t kTILE_WIDTH = 32;
constexpr int32_t kTILE_HEIGHT = 8;
constexpr int32_t kTILE_CELLS = kTILE_WIDTH * kTILE_HEIGHT;

HOST_DEVICE_INLINE Key keyFrom(uint32_t scoreBits, uint32_t index)
{
    return (static_cast<Key>(scoreBits) << 32) | (0xFFFFFFFFU - index);
}

HOST_DEVICE_INLINE uint32_t scoreBitsOf(Key key)
{
    uint32_t const bits = static_cast<uint32_t>(key >> 32);
    return bits == kNAN_BITS ? 0x7FC00000U : bits;
}

HOST_DEVICE_INLINE int32_t indexOf(Key key)
{
    return static_cast<int32_t>(0xFFFFFFFFU - static_cast<uint32_t>(key));
}

} // namespace trtfairmot
