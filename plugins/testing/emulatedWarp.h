// Threads of the emulator, and what the threads of a warp do together.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <ucontext.h>

namespace trtfairmot
{

enum class Wait
{
    kNONE,
    kBLOCK,
    kMATRICES,
    kSTORE,
    kMULTIPLY,
    kMULTIPLY_BYTES,
    kSHUFFLE,
    kDONE
};

struct Copy
{
    void* target;
    void const* source;
    bool valid;
    int32_t group; // counts up with every commit
};

struct Thread
{
    ucontext_t context;
    std::unique_ptr<char[]> stack;
    Wait wait{Wait::kNONE};
    std::vector<Copy> copies;
    int32_t group{0}; // of the copies to come
    uint32_t shuffled; // given, then taken
    int32_t source; // lane
    uint32_t (*fragment)[4];
    uint32_t stored[4];
    void const* row;
    float (*sum)[4];
    int32_t (*integerSum)[4];
    uint32_t const (*a)[4];
    uint32_t b[2];
    float (*floatFromBits)(uint16_t);
};

// The operations that all 32 threads from `warp` on wait for.
void loadForWarp(Thread* warp);
void storeForWarp(Thread* warp);
void multiplyForWarp(Thread* warp);
void multiplyBytesForWarp(Thread* warp);
void shuffleForWarp(Thread* warp);

} // namespace trtfairmot
