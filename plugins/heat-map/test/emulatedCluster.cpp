#include "heat-map/test/emulatedCluster.h"

#include "heat-map/kernel/heatMapCluster.h"

namespace trtfairmot
{

namespace
{

int32_t gRanks = 0;
int32_t gThreads = 0;
int32_t gSharedBytes = 0;

// Counts the arrivals of `threads` threads at one barrier after the other, through all blocks.
struct Barrier
{
    uint32_t arrivals{0};

    // How many there are when the caller may go on.
    uint32_t arrive(int32_t threads)
    {
        return (arrivals++ / threads + 1) * threads;
    }

    // shuffle() lets other threads go on, and a warp leaves as one.
    void wait(uint32_t awaited) const
    {
        while (shuffle(arrivals, 0) < awaited)
        {
        }
    }
};

constexpr int32_t kMOST_THREADS = 2048; // of a cluster

Barrier gCluster;
uint32_t gAwaited[kMOST_THREADS];
Barrier gGroups[kMOST_THREADS / 128];

} // namespace

void setClusterShape(int32_t ranks, int32_t threads, int32_t sharedBytes)
{
    gRanks = ranks;
    gThreads = threads;
    gSharedBytes = sharedBytes;
    gCluster = Barrier{};
}

int32_t rankInCluster()
{
    return threadIndex() / gThreads;
}

int32_t clusterIndex(int32_t)
{
    return blockIndex().x;
}

int32_t threadInRank()
{
    return threadIndex() % gThreads;
}

char* memoryOfRank(char* shared)
{
    return shared + rankInCluster() * gSharedBytes;
}

void storeInCluster(float* place, int32_t rank, float value)
{
    place[(rank - rankInCluster()) * (gSharedBytes / static_cast<int32_t>(sizeof(float)))] = value;
}

void arriveAtCluster()
{
    gAwaited[threadIndex()] = gCluster.arrive(gRanks * gThreads);
}

void waitForCluster()
{
    gCluster.wait(gAwaited[threadIndex()]);
}

void syncWarpgroup(int32_t group)
{
    Barrier& barrier = gGroups[rankInCluster() * (gThreads / 128) + group];
    barrier.wait(barrier.arrive(128));
}

} // namespace trtfairmot
