// Clusters of thread blocks on the emulator: all ranks are one of its blocks.
#pragma once

#include <cstdint>

namespace trtfairmot
{

// For the grids to come; threads and shared memory are those of one rank.
void setClusterShape(int32_t ranks, int32_t threads, int32_t sharedBytes);

} // namespace trtfairmot
