// What heatMapGroups.h asks of a cluster of thread blocks, numbered by rank. On the host, test/emulatedCluster.cpp runs a
// cluster as one block with the threads and the shared memory of all ranks.
#pragma once

#include "common/primitives.h"

namespace trtfairmot
{

#if defined(__CUDACC__)

DEVICE_INLINE int32_t rankInCluster()
{
    uint32_t rank = 0U;
#if __CUDA_ARCH__ >= 900
    asm("mov.u32 %0, %%cluster_ctarank;\n" : "=r"(rank));
#endif
    return static_cast<int32_t>(rank);
}

DEVICE_INLINE int32_t clusterIndex(int32_t ranks)
{
    return blockIndex().x / ranks;
}

DEVICE_INLINE int32_t threadInRank()
{
    return threadIndex();
}

DEVICE_INLINE char* memoryOfRank(char* shared)
{
    return shared;
}

// Every thread arrives, and waits before it arrives again; what the others wrote before they arrived can be read then.
DEVICE_INLINE void arriveAtCluster()
{
#if __CUDA_ARCH__ >= 900
    asm volatile("barrier.cluster.arrive.release.aligned;\n" ::: "memory");
#endif
}

DEVICE_INLINE void waitForCluster()
{
#if __CUDA_ARCH__ >= 900
    asm volatile("barrier.cluster.wait.acquire.aligned;\n" ::: "memory");
#endif
}

// Writes to the place in the shared memory of `rank` that `place` is in one's own.
DEVICE_INLINE void storeInCluster(float* place, int32_t rank, float value)
{
#if __CUDA_ARCH__ >= 900
    uint32_t target;
    asm("mapa.shared::cluster.u32 %0, %1, %2;\n" : "=r"(target) : "r"(sharedAddress(place)), "r"(rank));
    asm volatile("st.shared::cluster.f32 [%0], %1;\n" ::"r"(target), "f"(value) : "memory");
#endif
}

// A barrier of the four warps of a warpgroup.
DEVICE_INLINE void syncWarpgroup(int32_t group)
{
    asm volatile("bar.sync %0, 128;\n" ::"r"(group + 1) : "memory");
}

#else

int32_t rankInCluster();
int32_t clusterIndex(int32_t ranks);
int32_t threadInRank();
char* memoryOfRank(char* shared);
void arriveAtCluster();
void waitForCluster();
void storeInCluster(float* place, int32_t rank, float value);
void syncWarpgroup(int32_t group);

#endif

} // namespace trtfairmot
