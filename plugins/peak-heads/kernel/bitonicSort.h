// Sorts the keys that the selection has collected.
#pragma once

#include "common/primitives.h"
#include "selectArgs.h"

namespace trtfairmot
{

// Bitonic: a key per thread, exchanged by shuffles inside a warp and through shared memory beyond.
DEVICE_INLINE Key sortedBitonic(SelectShared& shared, int32_t thread)
{
    int32_t const lane = thread & 31;
    Key key = shared.best[0][thread];
    int32_t turn = 1;
    for (int32_t size = 2; size <= kSELECT_THREADS; size *= 2)
    {
        for (int32_t stride = size / 2; stride > 0; stride /= 2)
        {
            Key other;
            if (stride >= 32)
            {
                shared.best[turn][thread] = key;
                syncBlock();
                other = shared.best[turn][thread ^ stride];
                turn ^= 1;
            }
            else
            {
                uint32_t const high = shuffle(static_cast<uint32_t>(key >> 32), lane ^ stride);
                uint32_t const low = shuffle(static_cast<uint32_t>(key), lane ^ stride);
                other = (static_cast<Key>(high) << 32) | low;
            }
            bool const takesLarger = ((thread & size) == 0) == ((thread & stride) == 0);
            key = (other > key) == takesLarger ? other : key;
        }
    }
    return key;
}

} // namespace trtfairmot
