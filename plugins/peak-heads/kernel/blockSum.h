// Prefix sums of the block's threads.
#pragma once

#include "common/primitives.h"
#include "selectArgs.h"

namespace trtfairmot
{

// Over the lane and those before it.
DEVICE_INLINE uint32_t sumUpToLane(int32_t lane, uint32_t value)
{
    UNROLL
    for (int32_t distance = 1; distance < 32; distance *= 2)
    {
        uint32_t const other = shuffle(value, lane - distance < 0 ? lane : lane - distance);
        value += lane >= distance ? other : 0U;
    }
    return value;
}

// Sum over the thread and those before it.
DEVICE_INLINE uint32_t inclusiveSum(SelectShared& shared, int32_t thread, uint32_t value)
{
    int32_t const lane = thread & 31;
    int32_t const warp = thread / 32;
    uint32_t sum = sumUpToLane(lane, value);
    if (lane == 31)
    {
        shared.warpSums[warp] = sum;
    }
    syncBlock();
    uint32_t const warps = sumUpToLane(lane, shared.warpSums[lane]);
    uint32_t const before = shuffle(warps, warp == 0 ? 0 : warp - 1);
    return warp == 0 ? sum : sum + before;
}

} // namespace trtfairmot
